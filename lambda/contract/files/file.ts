import * as z from 'zod/mini';
import { imageTypes, mediaTypeOf } from '../../domain/images/image.ts';
import { limits } from '../limits.ts';

const described = <T extends z.ZodMiniType>(schema: T, text: string): T => schema.check(z.describe(text)) as T;

/** The purpose of a file where its upload names none, in OpenAI's words. */
export const defaultPurpose = 'vision';

const mediaTypes = imageTypes.map(mediaTypeOf) as [string, ...string[]];

const purpose = described(
  z.string().check(z.regex(new RegExp(`^[^\\p{C}\\p{Zl}\\p{Zp}]{1,${limits.filePurposeCharacters}}$`, 'u'))),
  `Returned as sent: 1 to ${limits.filePurposeCharacters} printable characters; \`${defaultPurpose}\` if absent.`,
);

/** The shortest life of a file, in seconds. OpenAI takes an hour to 30 days: https://platform.openai.com/docs/api-reference/files/create */
export const minLifetimeSeconds = 3600;

const expiresAfter = described(
  z.strictObject({
    anchor: z.literal('created_at'),
    seconds: z.int().check(z.gte(minLifetimeSeconds), z.lte(limits.fileRetentionSeconds)),
  }),
  'Asks for an earlier expiry: `seconds` after `created_at`. A stage keeps files for a day unless it is configured otherwise; a longer time than its own is shortened to that, as `expires_at` of the response shows.',
);

/** The fields of a form beside its file. */
export const fileFormSchema = z.strictObject({
  purpose: z.optional(purpose),
  expires_after: z.optional(expiresAfter),
});

/** An upload that is announced, to be made to the storage by a form. */
export const fileUploadSchema = z.strictObject({
  filename: described(
    z.string().check(z.minLength(1)),
    `For people. Control characters are removed, and what is longer than ${limits.fileNameCharacters} characters is cut.`,
  ),
  bytes: described(
    z.int().check(z.gte(1), z.lte(limits.fileBytes)),
    `The length of the file, at most ${limits.fileBytes / 1e6} MB. The storage takes exactly as many bytes, so scale a larger image down before it is announced.`,
  ),
  content_type: described(z.enum(mediaTypes), 'The `Content-Type` of the upload.'),
  purpose: z.optional(purpose),
  expires_after: z.optional(expiresAfter),
});

export type FileUploadBody = z.infer<typeof fileUploadSchema>;

const epochSeconds = (meaning: string) => described(z.int(), `${meaning} Unix seconds.`);

/** A file, in the fields of OpenAI's. */
export const fileSchema = z.object({
  id: described(z.string(), 'Stands for the file in the images of a submission.'),
  object: z.literal('file'),
  bytes: described(z.int(), 'Its length.'),
  created_at: epochSeconds('When it was uploaded or announced.'),
  expires_at: epochSeconds('It is unknown from then on. Jobs that it was submitted to have copies.'),
  filename: z.string(),
  purpose: z.string(),
  status: described(
    z.enum(['uploaded', 'pending', 'error']),
    '`pending`: announced and not uploaded yet; `error`: not uploaded in time.',
  ),
  upload: z.optional(
    described(
      z.object({
        url: z.string(),
        method: z.literal('POST'),
        fields: z.record(z.string(), z.string()),
        expires_at: epochSeconds('The storage refuses the form from then on.'),
      }),
      'How to upload an announced file: by one POST of `multipart/form-data` to `url`, with all `fields` as they are, and last the file as the part `file`. It needs no credential. Only the response to the announcement has it.',
    ),
  ),
});
export type FileView = z.infer<typeof fileSchema>;

/** One page of a caller's files. */
export const fileListSchema = z.object({
  object: z.literal('list'),
  data: z.array(fileSchema),
  first_id: z.optional(described(z.string(), 'Absent on an empty page.')),
  last_id: z.optional(described(z.string(), 'Absent on an empty page.')),
  has_more: z.boolean(),
  next_cursor: z.optional(described(z.string(), 'Pass it as `after` to get the next page. Absent on the last page.')),
});
export type FileList = z.infer<typeof fileListSchema>;

/** The answer to the deletion of a file. */
export const deletedFileSchema = z.object({
  id: z.string(),
  object: z.literal('file'),
  deleted: z.literal(true),
});
export type DeletedFile = z.infer<typeof deletedFileSchema>;
