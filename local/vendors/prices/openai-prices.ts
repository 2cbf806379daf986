import type { Charge } from './charge.ts';

interface Extent {
  readonly width: number;
  readonly height: number;
}

/**
 * Patches along the long edge of a picture, by quality: of gpt-image-2 as the calculator in OpenAI's guide has it, of the
 * later ones as their users have measured it (s-anand.net on 2.5, docs.laozhang.ai on 2.6).
 */
const second = { low: 16, medium: 48, high: 96 };
const secondAndHalf = { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 };
const secondAndSixTenths = { ...secondAndHalf, low: 33, medium: 48 };

function patchesOf(model: string, quality: string): number {
  const table: Readonly<Record<string, number>> = /-2\.6-/.test(model)
    ? secondAndSixTenths
    : /-2\.5-/.test(model)
      ? secondAndHalf
      : second;
  return table[quality] ?? second.medium;
}

/** Tokens of a square picture of gpt-image-1.5: OpenAI's guide to image generation. */
const firstAndHalf: Readonly<Record<string, number>> = { low: 272, medium: 1056, high: 4160 };

const isFirstAndHalf = (model: string): boolean => /gpt-image-1\.5/.test(model);

/** The tokens of one picture. A square of 1,024 pixels takes 196 of gpt-image-2 at low quality, and 7,024 at high. */
export function openaiTokens(model: string, { width, height }: Extent, quality: string): number {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  if (isFirstAndHalf(model)) return Math.round((firstAndHalf[quality] ?? 1056) * (long === short ? 1 : 1.5));
  const patches = patchesOf(model, quality);
  const across = Math.round((patches * short) / long);
  return Math.ceil((patches * across * (2_000_000 + width * height)) / 4_000_000);
}

/**
 * What the tokens of an answer cost. Dollars for a million of them are millionths of a dollar for one:
 * developers.openai.com, the pages of gpt-image-2, 2.5 and 2.6 (November 2026), and BerriAI/litellm for gpt-image-1.5.
 * Azure lists the same.
 */
export const openaiCharge = (
  model: string,
  usage: {
    readonly input_tokens_details: { readonly text_tokens: number; readonly image_tokens: number };
    readonly output_tokens: number;
  },
): Charge =>
  usage.input_tokens_details.text_tokens * 5 +
  usage.input_tokens_details.image_tokens * 8 +
  usage.output_tokens * (isFirstAndHalf(model) ? 32 : 30);
