import * as z from 'zod/mini';
import { errorBodySchema } from './errors.ts';
import { imageResultSchema, requestTypes, resultImageSchema } from './image-result.ts';

/** An event's type, which is its name too, for each operation that streams. */
const typed = <const What extends string>(what: What) =>
  z.enum([`${requestTypes.generation}.${what}`, `${requestTypes.edit}.${what}`]);

const { data: _, created: __, id, model, usage, extra_fields, ...facts } = imageResultSchema.shape;
const said = z.optional(z.string());
const createdAt = z.int().check(z.describe('Unix seconds.'));

/** An image on its way, as the provider shows it. */
export const partialImageEventSchema = z.object({
  type: typed('partial_image'),
  partial_image_index: z.int().check(z.describe('From 0; starts at 0 again if another provider request was needed.')),
  b64_json: z.string(),
  created_at: createdAt,
  background: said,
  output_format: said,
  quality: said,
  size: said,
});

/** One finished image, once the end of its job is durable: an event for each. */
export const completedImageEventSchema = z.object({
  type: typed('completed'),
  ...resultImageSchema.shape,
  b64_json: z.string(),
  created_at: createdAt,
  id,
  model,
  ...facts,
  output_format: facts.output_format.check(z.describe('The type of this image, detected from its bytes.')),
  size: facts.size.check(z.describe('`WxH` in pixels, of this image, read from its bytes.')),
  extra_fields,
  usage: z.optional(usage.def.innerType.check(z.describe('For all images together; sent with the last of them.'))),
});

/** The error of a stream, with the body of a plain error answer, after the status 200 has been sent. */
export const streamErrorEventSchema = z.extend(errorBodySchema, { type: z.literal('error') });

export type PartialImageEvent = z.infer<typeof partialImageEventSchema>;
export type CompletedImageEvent = z.infer<typeof completedImageEventSchema>;
export type StreamErrorEvent = z.infer<typeof streamErrorEventSchema>;
