import * as z from 'zod/mini';
import { editTypes, operations } from '../domain/generation.ts';

const described = <T extends z.ZodMiniType>(schema: T, text: string): T => schema.check(z.describe(text)) as T;

const count = (text: string) => described(z.int().check(z.gte(0)), text);
const support = z.enum(['native', 'emulated', 'none']);

const sizes = z.discriminatedUnion('kind', [
  z.object({
    kind: described(z.literal('free'), 'Any size within these bounds.'),
    multiple_of: count('Both edges are multiples of this many pixels.'),
    longest_edge: count('Pixels.'),
    widest_ratio: described(z.number(), 'The long edge is at most this many times the short one.'),
    fewest_pixels: count('Of the whole image.'),
    most_pixels: count('Likewise.'),
  }),
  z.object({
    kind: described(z.literal('listed'), 'Just these sizes.'),
    sizes: described(z.array(z.string()), 'Each as `WxH`.'),
  }),
  z.object({
    kind: described(z.literal('ratios'), 'The model is asked for a shape.'),
    ratios: described(z.array(z.string()), 'Such as `16:9`.'),
    resolutions: z.optional(
      described(z.record(z.string(), z.number()), 'The edge in pixels of a square image of each resolution.'),
    ),
  }),
  z.object({ kind: described(z.literal('input'), 'Always the size of the input image.') }),
]);

/** A model of the list: OpenAI's members, and what the model can do. */
export const listedModelSchema = z.object({
  id: described(z.string(), 'As `provider/model`: what a submission gives as `model`.'),
  object: z.literal('model'),
  created: described(
    z.literal(0),
    "Always 0: providers don't tell when a model was made, and clients made for OpenAI's API expect a number here.",
  ),
  owned_by: described(z.string(), 'The provider.'),
  capabilities: z.object({
    operations: described(
      z.record(z.enum(operations), support),
      '`emulated` is made by another operation, with a warning; `none` is refused.',
    ),
    edit_types: described(z.record(z.enum(editTypes), support), 'Likewise, for each `type` of an edit.'),
    sizes: described(sizes, 'What it makes. Another size becomes the nearest of these, with a warning.'),
    images_per_request: count('Most images of one provider request; for a larger `n` the gateway makes several.'),
    input_images: count('Most input images of one submission.'),
    mask: described(z.boolean(), 'Whether it takes a mask.'),
    streams: described(
      z.boolean(),
      'Whether it shows partial images on the way, where `stream` asks for one image at a synchronous route.',
    ),
    parameters: described(
      z.record(z.string(), z.enum(['sent', 'mapped', 'dropped', 'refused'])),
      'What becomes of each parameter: sent as it came, sent under another name or value, left out with a warning, or a refusal. `partial_images` is sent where `streams` says that it is shown, and else left out with a warning.',
    ),
    typical_seconds: described(z.number(), 'How long a provider request usually takes.'),
    retires_on: z.optional(described(z.string(), 'The day (YYYY-MM-DD) the provider takes it away, where announced.')),
  }),
});

export type ListedModel = z.infer<typeof listedModelSchema>;

/** What the models route answers. */
export const modelListSchema = z.object({ object: z.literal('list'), data: z.array(listedModelSchema) });
export type ModelList = z.infer<typeof modelListSchema>;
