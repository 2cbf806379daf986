import * as z from 'zod/mini';
import type { Operation } from '../domain/generation.ts';
import { imageTypes } from '../domain/images/image.ts';
import { attemptSchema, jobCostFields, warningSchema } from './errors.ts';

/** The contract's name for each operation in a result's `extra_fields.request_type`. */
export const requestTypes = {
  generation: 'image_generation',
  edit: 'image_edit',
  variation: 'image_variation',
} as const satisfies Record<Operation, string>;

const tokenDetails = z.object({ image_tokens: z.optional(z.int()), text_tokens: z.optional(z.int()) });

/** One image of a result. */
export const resultImageSchema = z.object({
  url: z.optional(
    z.string().check(z.describe('Works without a credential until the job expires. Redirects to the image.')),
  ),
  b64_json: z.optional(z.string().check(z.describe('The same bytes in base64, without a `data:` prefix.'))),
  revised_prompt: z.optional(z.string()),
  content_credentials: z
    .boolean()
    .check(z.describe('Whether the bytes carry a C2PA manifest. Its signature is not verified.')),
  index: z.int(),
});

/** How a job took part in the cache. */
const cacheDebugSchema = z
  .object({
    cache_hit: z
      .boolean()
      .check(z.describe('Whether the images are copies of a known answer: then no provider request was made.')),
    cache_id: z.string().check(z.describe('The id of the known answer, by which it can be deleted.')),
    hit_type: z.optional(z.literal('direct')),
    requested_provider: z.string(),
    requested_model: z.string(),
    provider_used: z.string(),
    model_used: z.string(),
  })
  .check(z.describe('How the job took part in the cache, if its submission had a cache key.'));

/** The images of a completed job. */
export const imageResultSchema = z.object({
  id: z.string().check(z.describe("The job's id.")),
  created: z.int().check(z.describe('When the images were made, in Unix seconds.')),
  model: z.string().check(z.describe('The model that made the images, as `provider/model`.')),
  data: z.array(resultImageSchema),
  background: z
    .string()
    .check(z.describe('The value reported by the provider, or else the requested one; `auto` if the model chose.')),
  output_format: z
    .enum(imageTypes)
    .check(
      z.describe(
        'The type of the first image, detected from its bytes; the `Content-Type` of each image gives its own.',
      ),
    ),
  quality: z
    .string()
    .check(
      z.describe(
        "The value reported by the provider, or else the requested one: `auto`, a quality of the contract, or one of the provider's own.",
      ),
    ),
  size: z
    .string()
    .check(
      z.describe('`WxH` in pixels, of the first image, read from its bytes: images of one result may differ in size.'),
    ),
  usage: z.optional(
    z.object({
      input_tokens: z.optional(z.int()),
      input_tokens_details: z.optional(tokenDetails),
      output_tokens: z.optional(z.int()),
      output_tokens_details: z.optional(tokenDetails),
      total_tokens: z.optional(z.int()),
    }),
  ),
  extra_fields: z.object({
    request_type: z.enum(requestTypes),
    provider: z.string().check(z.describe('The provider that made the images: the requested one, or a fallback.')),
    model_requested: z.string(),
    model_deployment: z
      .string()
      .check(
        z.describe("The provider's own name of the target: a deployment, an endpoint, a profile, or the model's id."),
      ),
    latency: z.int().check(z.describe('Duration of the successful attempt in milliseconds.')),
    chunk_index: z.int(),
    raw_request: z.optional(
      z
        .unknown()
        .check(
          z.describe(
            'The request sent to the provider, if requested by header: without credentials, and with the length of each image instead of its bytes. Of several requests, the last that delivered images.',
          ),
        ),
    ),
    raw_response: z.optional(z.unknown().check(z.describe("The provider's response to it, likewise."))),
    cache_debug: z.optional(cacheDebugSchema),
    warnings: z.optional(z.array(warningSchema)),
    ...jobCostFields,
    attempts: z.array(attemptSchema).check(z.describe('Every provider request of the job, in order.')),
  }),
});

export type ImageResult = z.infer<typeof imageResultSchema>;
