import * as z from 'zod/mini';
import { editTypes, operations } from '../domain/generation.ts';
import { modelPricingSchema } from './model-pricing.ts';

const described = <T extends z.ZodMiniType>(schema: T, text: string): T => schema.check(z.describe(text)) as T;

const count = (text: string) => described(z.int().check(z.gte(0)), text);
const support = z.enum(['native', 'emulated', 'none']);

const sizes = z.discriminatedUnion('kind', [
  z.object({
    kind: described(z.literal('free'), 'Any size within these bounds.'),
    multiple_of: count('Both edges are multiples of this many pixels.'),
    longest_edge: count('Pixels.'),
    widest_ratio: described(z.number(), 'The long edge is at most this many times the short edge.'),
    fewest_pixels: count('Of the whole image.'),
    most_pixels: count('Likewise.'),
  }),
  z.object({
    kind: described(z.literal('listed'), 'Only these sizes.'),
    sizes: described(z.array(z.string()), 'Each as `WxH`.'),
  }),
  z.object({
    kind: described(z.literal('ratios'), 'The model takes an aspect ratio.'),
    ratios: described(z.array(z.string()), 'Such as `16:9`.'),
    resolutions: z.optional(
      described(z.record(z.string(), z.number()), 'The edge in pixels of a square image of each resolution.'),
    ),
  }),
  z.object({ kind: described(z.literal('input'), 'Always the size of the input image.') }),
]);

/** A model of the list: OpenAI's members, and what the model can do. */
export const listedModelSchema = z.object({
  id: described(z.string(), 'As `provider/model`: the `model` of a submission.'),
  object: z.literal('model'),
  created: described(
    z.literal(0),
    "Always 0: providers don't publish when a model was made, and OpenAI clients expect a number.",
  ),
  owned_by: described(z.string(), 'The provider.'),
  pricing: described(
    z.nullable(modelPricingSchema),
    'What the provider charges, before taxes, discounts and free allowances; null if the price is unknown.',
  ),
  capabilities: z.object({
    operations: described(
      z.record(z.enum(operations), support),
      '`emulated`: made by another operation, with a warning; `none`: refused.',
    ),
    edit_types: described(z.record(z.enum(editTypes), support), 'The same for each `type` of an edit.'),
    sizes: described(sizes, 'The sizes it makes. Any other size is mapped to the nearest of these, with a warning.'),
    images_per_request: count(
      'Maximum images per provider request; for a larger `n` the gateway makes several requests.',
    ),
    input_images: count('Maximum input images per submission.'),
    mask: described(z.boolean(), 'Whether it takes a mask.'),
    streams: described(z.boolean(), 'Whether it streams partial images, if a synchronous request sets `stream`.'),
    parameters: described(
      z.record(z.string(), z.enum(['sent', 'mapped', 'dropped', 'refused'])),
      'How each parameter is handled: sent unchanged, sent under another name or value, left out with a warning, or refused. `partial_images` is sent if `streams` allows it, and else left out with a warning.',
    ),
    typical_seconds: described(z.number(), 'Typical duration of a provider request.'),
    retires_on: z.optional(
      described(z.string(), 'The date (YYYY-MM-DD) on which the provider retires it, if announced.'),
    ),
  }),
});

export type ListedModel = z.infer<typeof listedModelSchema>;

/** What the models route answers. */
export const modelListSchema = z.object({ object: z.literal('list'), data: z.array(listedModelSchema) });
export type ModelList = z.infer<typeof modelListSchema>;
