import { isDeepStrictEqual } from 'node:util';
import type { ImageJob } from '../../../lambda/contract/job.ts';
import { eachJob } from './check.ts';

/** Statuses that a client may be answered with where a function died, or a store failed; a 429 where the table of usage was throttled. */
const faults = new Set([0, 429, 500, 502, 503, 504]);

export const clientsSeeOneStory = eachJob('a client is told one story', ({ history }) => {
  const { answers } = history;
  const [end] = answers.filter(({ job }) => job.completed_at !== undefined);
  const afterwards = end === undefined ? [] : answers.slice(answers.indexOf(end) + 1);
  return [
    ...afterwards.map(
      ({ job }) =>
        !isDeepStrictEqual(withoutLedger(job), withoutLedger(end?.job)) && 'its answer changed after its end',
    ),
    ...history.refusals.map(
      ({ status, text }) => !faults.has(status) && `a submission was answered with ${status} ${text}`,
    ),
  ];
});

/** Entries of an ended job's ledger may still be closed. */
function withoutLedger(job: ImageJob | undefined): unknown {
  return JSON.parse(
    JSON.stringify(job ?? null, (name, value: unknown) => (name === 'attempts' ? undefined : value)),
  ) as unknown;
}

export const deletedIsGone = eachJob('a deleted job is unknown', ({ history, row }) => [
  history.deleted && row?.deletedAt === undefined && 'its client was told that it is gone, and it is not',
  history.deleted && history.unknownAt === undefined && 'it can still be asked for',
  history.deleted && row?.result !== undefined && 'its result is still there',
]);
