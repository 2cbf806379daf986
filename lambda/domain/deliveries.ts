import type { Attempt, Ledger } from './attempt.ts';
import type { Usage, Warning } from './generation.ts';
import type { JobFailure, JobResult } from './job.ts';

/** What the requests of an open job have delivered so far, oldest first. */
const deliveriesOf = (ledger: Ledger): readonly JobResult[] =>
  ledger.flatMap((attempt) => (attempt.delivered === undefined ? [] : [attempt.delivered]));

/** How many images of an open job are made and kept. */
export const imagesDelivered = (ledger: Ledger): number =>
  deliveriesOf(ledger).reduce((sum, { images }) => sum + images.length, 0);

/** The result of all deliveries of a ledger and a last one; what a result says once is said by the last. */
export function resultOfAll(ledger: Ledger, last: JobResult): JobResult {
  const all = [...deliveriesOf(ledger), last];
  const usage = sumOfUsage(all.flatMap((result) => (result.usage === undefined ? [] : [result.usage])));
  return {
    ...last,
    images: all.flatMap(({ images }) => images),
    warnings: withoutRepeats(all.flatMap(({ warnings }) => warnings)),
    ...(usage === undefined ? {} : { usage }),
  };
}

/**
 * The result of a job that ends before all of its images were made: those that were, and a word on those that were not.
 * Undefined where there is none: then the job has failed.
 */
export function resultInPart(ledger: Ledger, imagesWanted: number, failure: JobFailure): JobResult | undefined {
  const last = deliveriesOf(ledger).at(-1);
  if (!last) return undefined;
  const earlier = ledger.filter((attempt) => attempt.delivered !== last);
  const whole = resultOfAll(earlier, last);
  const message = `${whole.images.length} of ${imagesWanted} images were made. ${failure.message}`;
  return { ...whole, warnings: [...whole.warnings, { code: 'images_missing', param: 'n', message }] };
}

/** An entry without its delivery, for the ledger of a job whose result holds it. */
export function withoutDelivery({ delivered: _, ...attempt }: Attempt): Attempt {
  return attempt;
}

const withoutRepeats = (warnings: readonly Warning[]): readonly Warning[] => {
  const seen = new Map(warnings.map((warning) => [JSON.stringify(warning), warning]));
  return [...seen.values()];
};

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
