import * as z from 'zod/mini';
import { operations } from '../domain/generation.ts';
import { jobStatuses } from '../domain/jobs/job.ts';
import { errorBodySchema } from './errors.ts';
import { imageResultSchema } from './image-result.ts';

const instant = (meaning: string) => z.string().check(z.describe(`${meaning} RFC 3339, UTC, milliseconds.`));

/** A job as POST and GET show it. A field that has no value yet is left out. */
export const imageJobSchema = z.object({
  id: z.string().check(z.describe('A UUID.')),
  request_id: z.optional(z.string().check(z.describe('The id of the request that submitted the job.'))),
  status: z.enum(jobStatuses),
  created_at: instant('When the job was accepted.'),
  completed_at: z.optional(instant('When it ended.')),
  expires_at: z.optional(instant('From this instant on, the job is a 404 and its links no longer work.')),
  status_code: z.optional(z.int().check(z.describe('200 for a completed job, the status of `error` otherwise.'))),
  result: z.optional(imageResultSchema),
  error: z.optional(errorBodySchema),
});

export type ImageJob = z.infer<typeof imageJobSchema>;

/** A job as lists show it. */
export const listedJobSchema = z.extend(z.omit(imageJobSchema, { result: true }), {
  operation: z.enum(operations).check(z.describe('The operation, from which the path of the job follows.')),
});
export type ListedJobView = z.infer<typeof listedJobSchema>;

/** A page of an owner's jobs, the newest first. */
export const jobListSchema = z.object({
  object: z.literal('list'),
  data: z.array(listedJobSchema),
  next_cursor: z.optional(
    z.string().check(z.describe('Pass it as `cursor` to get the next page. Absent on the last page.')),
  ),
});
export type JobListView = z.infer<typeof jobListSchema>;

/** What the health route answers. */
export const healthSchema = z.object({ status: z.literal('ok'), version: z.string() });
export type Health = z.infer<typeof healthSchema>;
