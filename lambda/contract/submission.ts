import * as z from 'zod/mini';
import { editTypes, type Operation, qualities } from '../domain/generation.ts';
import { itemLimits } from '../domain/jobs/item-limits.ts';
import { limits } from './limits.ts';

const described = <T extends z.ZodMiniType>(schema: T, text: string): T => schema.check(z.describe(text)) as T;

const parameterText = z.string().check(z.minLength(1), z.maxLength(1024));
const modelName = described(
  z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^[^/\s]+(?:\/\S+)?$/)),
  'As `provider/model`, such as `openai/gpt-image-2`, split at the first slash. The name of a model alone is enough if exactly one provider has it.',
);

/** Sizes the contract documents; any other `WxH` is taken too, and fitted to what the model can do. */
const documentedSizes = [
  '256x256',
  '512x512',
  '1024x1024',
  '1792x1024',
  '1024x1792',
  '1536x1024',
  '1024x1536',
] as const;

const prompt = described(
  z.string().check(z.minLength(1), z.maxLength(limits.promptCharacters), z.regex(/\S/)),
  'What the images should show. It must not be blank.',
);

const fallback = z.union([
  modelName,
  z.object({ provider: z.string().check(z.minLength(1)), model: z.string().check(z.minLength(1)) }),
]);

/** Fields that every operation has. */
const commonFields = {
  model: modelName,
  n: z.optional(described(z.int().check(z.gte(1), z.lte(itemLimits.images)), 'Number of images; 1 if absent.')),
  size: z.optional(
    described(
      z.string().check(z.regex(/^(auto|[1-9]\d{1,4}x[1-9]\d{1,4})$/)),
      `\`auto\` or \`WxH\` in pixels, such as ${documentedSizes.join(', ')}.`,
    ),
  ),
  aspect_ratio: z.optional(
    described(
      parameterText,
      'An aspect ratio such as `16:9`, if no `size` is given. It is mapped to the nearest that the model makes, with a warning.',
    ),
  ),
  resolution: z.optional(described(parameterText, 'Such as `1K`, `2K` or `4K`, likewise.')),
  response_format: z.optional(
    described(
      z.enum(['url', 'b64_json']),
      'How the result contains its images; `url` if absent, in which case a synchronous response contains those of GPT image models both ways.',
    ),
  ),
  stream: z.optional(
    described(
      z.boolean(),
      'Server-sent events instead of one result. For synchronous generations and edits only: true is a 400 for variations and on asynchronous routes.',
    ),
  ),
  user: z.optional(described(parameterText, "The caller's own identifier of its end user.")),
  fallbacks: z.optional(
    described(z.array(fallback).check(z.maxLength(limits.fallbacks)), 'Models to try in order if the first one fails.'),
  ),
};

/** Fields of generations and edits. */
const shapingFields = {
  background: z.optional(z.enum(['transparent', 'opaque', 'auto'])),
  partial_images: z.optional(
    described(
      z.int().check(z.gte(0), z.lte(3)),
      'How many partial images a stream shows before the finished one, 0 to 3; 0 if absent. Above 0 it requires `stream` set to true.',
    ),
  ),
  quality: z.optional(
    described(
      z.string().check(z.minLength(1), z.maxLength(32), z.regex(/^\S+$/)),
      `${qualities.map((word) => `\`${word}\``).join(', ')}, or a compatible server's own word.`,
    ),
  ),
  output_format: z.optional(z.enum(['png', 'webp', 'jpeg'])),
  output_compression: z.optional(described(z.int().check(z.gte(0), z.lte(100)), 'Percent, for webp and jpeg.')),
  num_inference_steps: z.optional(z.int()),
  seed: z.optional(z.int()),
  negative_prompt: z.optional(z.string().check(z.minLength(1), z.maxLength(limits.promptCharacters))),
};

/** One schema an operation for its fields apart from images. Unknown fields stay, as extra parameters. */
export const submissionFields = {
  generation: z.looseObject({
    ...commonFields,
    prompt,
    ...shapingFields,
    style: z.optional(parameterText),
    moderation: z.optional(parameterText),
  }),
  edit: z.looseObject({
    ...commonFields,
    prompt: z.optional(prompt),
    type: z.optional(
      described(
        z.enum(editTypes),
        'A special kind of edit. `inpainting` needs a mask. `outpainting` needs the `size` of the whole picture, its `aspect_ratio`, or at least one of `left`, `right`, `up` and `down` in pixels.',
      ),
    ),
    input_fidelity: z.optional(z.enum(['low', 'high'])),
    ...shapingFields,
  }),
  variation: z.looseObject({ ...commonFields }),
} as const satisfies Record<Operation, z.ZodMiniType>;

export type SubmissionFields = { [O in Operation]: z.infer<(typeof submissionFields)[O]> };

const imageText = described(
  z.string().check(z.minLength(1)),
  `A \`data:\` URI with the image in base64, the id of an uploaded file (\`file-…\`), or an \`https://\` address of at most ${limits.addressCharacters} characters, which is fetched before the first provider request.`,
);
const imageReference = z.union([
  z.object({ image_url: z.union([imageText, z.object({ url: imageText })]) }),
  z.object({ file_id: imageText }),
]);
const imageEntry = z.union([imageText, imageReference]);
const imageEntries = z.union([imageEntry, z.array(imageEntry)]);

/**
 * Images in a JSON body: under any of these names, in the order of the body. In multipart/form-data they are the
 * parts `image`, `image[]` and `mask`: files, or texts with the same references.
 */
const imageFields = {
  images: z.optional(described(imageEntries, 'The input images, in order.')),
  image: z.optional(
    described(imageEntries, 'The same. Images under both names are all used, in the order of the body.'),
  ),
  mask: z.optional(described(imageEntry, 'The same size as the first image; its transparent areas are edited.')),
};

export const imageGenerationSubmissionSchema = submissionFields.generation;
export const imageEditSubmissionSchema = z.extend(submissionFields.edit, imageFields);
export const imageVariationSubmissionSchema = z.extend(submissionFields.variation, {
  images: imageFields.images,
  image: imageFields.image,
});

export type ImageGenerationSubmission = z.infer<typeof imageGenerationSubmissionSchema>;
export type ImageEditSubmission = z.infer<typeof imageEditSubmissionSchema>;
export type ImageVariationSubmission = z.infer<typeof imageVariationSubmissionSchema>;
