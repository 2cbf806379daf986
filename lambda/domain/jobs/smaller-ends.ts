import { cutText } from '../bytes/bounded-text.ts';
import { bareEntry, type Ledger } from './attempt.ts';
import type { Change, Transition } from './conditions.ts';
import { emptied } from './endings.ts';
import { itemLimits } from './item-limits.ts';
import type { Job, JobFailure } from './job.ts';
import type { JobResult } from './job-result.ts';

/** Another form of a transition that ends a job, or closes an entry of one that has ended. */
type SmallerEnd = (job: Job, end: Transition) => Transition;

/**
 * Forms of an end that take ever less room, for an item that has none for the end as it is. Each gives up what matters least
 * of what the one before it has kept: what is only said, then what is known of the inputs, and last the images.
 */
export const smallerEnds: readonly SmallerEnd[] = [withoutTexts, withoutInputs, withoutImages];

type Fields = NonNullable<Change['set']>;

const changing = (end: Transition, change: (fields: Fields) => Fields): Transition => ({
  ...end,
  change: { ...end.change, set: change(end.change.set ?? {}) },
});

/** What has ended already changes no more, but for its ledger. */
const isEnd = (fields: Fields): boolean => fields.status !== undefined;

function withoutTexts(job: Job, end: Transition): Transition {
  return changing(end, (fields) => ({
    ...fields,
    attempts: (fields.attempts ?? job.attempts).map(bareEntry),
    ...(isEnd(fields) ? { warnings: [] } : {}),
    ...(fields.result ? { result: silentResult(fields.result) } : {}),
    ...(fields.failure ? { failure: silentFailure(fields.failure) } : {}),
  }));
}

function withoutInputs(job: Job, end: Transition): Transition {
  const smaller = changing(withoutTexts(job, end), (fields) => ({
    ...fields,
    attempts: latest(fields.attempts ?? []),
    ...(isEnd(fields) ? emptied(job) : {}),
  }));
  const removed = new Set([
    ...(end.change.remove ?? []),
    ...(isEnd(end.change.set ?? {}) ? (['mask', 'addresses'] as const) : []),
  ]);
  return { ...smaller, change: { ...smaller.change, remove: [...removed] } };
}

function withoutImages(job: Job, end: Transition): Transition {
  return changing(withoutInputs(job, end), ({ result, ...fields }) =>
    result === undefined ? fields : { ...fields, status: 'failed', failure: tooLarge },
  );
}

const tooLarge: JobFailure = {
  code: 'internal',
  message: 'The outcome of the job was too large to store, its result included.',
  warnings: [],
};

const latest = (ledger: Ledger): Ledger => ledger.slice(-itemLimits.attempts);

function silentResult({ images, provider, model, latency, warnings, cached }: JobResult): JobResult {
  return {
    images: images.map(({ revisedPrompt: _, ...image }) => image),
    ...{ provider, model, latency },
    ...(cached && { cached }),
    // Fewer images than were asked for must not pass in silence.
    warnings: warnings
      .filter(({ code }) => code === 'images_missing')
      .map((each) => ({ ...each, message: short(each.message) })),
  };
}

const silentFailure = ({ param: _, message, ...failure }: JobFailure): JobFailure => ({
  ...failure,
  message: short(message),
  warnings: [],
});

const short = (message: string): string => cutText(message, itemLimits.minMessageBytes);
