import type { Usage } from '../generation.ts';
import type { Attempt, Ledger } from './attempt.ts';
import { itemLimits } from './item-limits.ts';
import type { Job, JobFailure } from './job.ts';
import type { JobResult } from './job-result.ts';
import { withWarnings } from './warnings.ts';

/** What the requests of an open job have delivered so far, oldest first. */
const deliveriesOf = (ledger: Ledger): readonly JobResult[] =>
  ledger.flatMap((attempt) => (attempt.delivered === undefined ? [] : [attempt.delivered]));

/** How many images of an open job are made and kept. */
export const imagesDelivered = (ledger: Ledger): number =>
  deliveriesOf(ledger).reduce((sum, { images }) => sum + images.length, 0);

/** What a job can say of its result, beside what it said at submit. */
const maxWarnings = (job: Pick<Job, 'warnings'>): number => itemLimits.warnings - job.warnings.length;

/** A delivery as the ledger keeps it beside earlier ones: what those say already is not said again. */
export function newsOf(job: Pick<Job, 'attempts' | 'warnings'>, delivered: JobResult): JobResult {
  const said = deliveriesOf(job.attempts).flatMap(({ warnings }) => warnings);
  const all = withWarnings(said, delivered.warnings, maxWarnings(job));
  const known = new Set(said.map((warning) => JSON.stringify(warning)));
  return { ...delivered, warnings: all.filter((warning) => !known.has(JSON.stringify(warning))) };
}

/** The result of all deliveries of a job and a last one; what a result says once is said by the last. */
export function resultOfAll(job: Pick<Job, 'attempts' | 'warnings'>, last: JobResult): JobResult {
  const earlier = deliveriesOf(job.attempts);
  const all = [...earlier, last];
  const usage = sumOfUsage(all.flatMap((result) => (result.usage === undefined ? [] : [result.usage])));
  const said = earlier.flatMap(({ warnings }) => warnings);
  return {
    ...last,
    images: all.flatMap(({ images }) => images),
    warnings: withWarnings(said, last.warnings, maxWarnings(job)),
    ...(usage === undefined ? {} : { usage }),
  };
}

/**
 * The result of a job that ends before all of its images were made: those that were, and a word on those that were not.
 * Undefined where there is none: then the job has failed.
 */
export function resultInPart(job: Job, failure: JobFailure): JobResult | undefined {
  const last = deliveriesOf(job.attempts).at(-1);
  if (!last) return undefined;
  const attempts = job.attempts.filter((attempt) => attempt.delivered !== last);
  const whole = resultOfAll({ ...job, attempts }, last);
  const message = `${whole.images.length} of ${job.imagesWanted} images were made. ${failure.message}`;
  const missing = { code: 'images_missing', param: 'n', message } as const;
  return { ...whole, warnings: withWarnings(whole.warnings, [missing], maxWarnings(job)) };
}

/** The ledger without deliveries, for a job that has ended: its result, if it has one, holds them. */
export const withoutDeliveries = (ledger: Ledger): Ledger =>
  ledger.map(({ delivered: _, ...attempt }): Attempt => attempt);

type Counts = { readonly [name: string]: number | Counts | undefined };

/** Token counts add up field by field. */
function sumOfUsage(usages: readonly Usage[]): Usage | undefined {
  return usages.length === 0 ? undefined : (usages as readonly Counts[]).reduce(sum);
}

function sum(left: Counts, right: Counts): Counts {
  const total: Record<string, number | Counts> = {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const [a, b] = [left[name], right[name]];
    if (typeof a === 'object' || typeof b === 'object') {
      total[name] = sum(typeof a === 'object' ? a : {}, typeof b === 'object' ? b : {});
    } else total[name] = (a ?? 0) + (b ?? 0);
  }
  return total;
}
