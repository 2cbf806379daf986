/**
 * Ideogram's `color_palette`: the name of a preset, or colours with weights. Source:
 * ColorPaletteWithPresetNameOrMembers in its OpenAPI document (api-evangelist/ideogram). In a form it is JSON.
 */
import { z } from 'zod';

const palette = z.union([
  z.strictObject({
    name: z.enum(['EMBER', 'FRESH', 'JUNGLE', 'MAGIC', 'MELON', 'MOSAIC', 'PASTEL', 'ULTRAMARINE']),
  }),
  z.strictObject({
    members: z.array(
      z.strictObject({
        color_hex: z.string().regex(/^#?[\dA-Fa-f]{6}$/),
        color_weight: z.number().min(0.05).max(1).optional(),
      }),
    ),
  }),
]);

/** Whether a form's text is a palette. */
export function isColorPalette(text: string): boolean {
  try {
    return palette.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
