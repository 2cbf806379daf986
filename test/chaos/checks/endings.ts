import { isDeepStrictEqual } from 'node:util';
import { bareEntry, type Ledger } from '../../../lambda/domain/jobs/attempt.ts';
import { itemLimits } from '../../../lambda/domain/jobs/item-limits.ts';
import { itemBytes } from '../../support/item-bytes.ts';
import { lossesOf } from '../../support/ledger-kept.ts';
import { hasOpenEntry, isEnded, type SeenRow, type Sight, seenOf } from '../history.ts';
import { eachJob } from './check.ts';

/**
 * What a minute is to a deadline of production, where the sweep comes each minute: here it comes every two seconds or so.
 * Clocks' five seconds of skew are not scaled, nor is the machine's own slowness.
 */
export const graceSeconds = 15;

export const nothingLost = eachJob('an accepted job is kept', ({ history, row }) => [
  history.id !== undefined && row === undefined && 'the client was told of it, and there is no row',
  history.ids.size > 1 && `one key had the jobs ${[...history.ids].join(', ')}`,
  history.unknownAt !== undefined && history.plan.deleteAfterSeconds === undefined && 'it became unknown to its client',
]);

export const endsInTime = eachJob('a job ends by its deadline and a minute', ({ history, row }) => {
  if (row === undefined) return [];
  const ended = history.sights.find((sight) => isEnded(sight.row));
  const lateSeconds = ended === undefined ? 0 : (ended.at - row.deadlineAt) / 1000;
  return [
    !isEnded(row) && `it is still ${row.status}`,
    isEnded(row) && history.id !== undefined && ended === undefined && 'it had not ended before it was asked for',
    lateSeconds > graceSeconds && `it ended ${lateSeconds.toFixed(1)} s after its deadline`,
  ];
});

const rank = ({ status }: Pick<SeenRow, 'status'>): number =>
  status === 'pending' ? 0 : status === 'processing' ? 1 : 2;

export const statesGoForward = eachJob('no state runs backwards', ({ history, row }) => {
  const rows = [...history.sights.map((sight) => sight.row), ...(row ? [seenOf(row)] : [])];
  return rows.slice(1).flatMap((later, at) => {
    const earlier = rows[at] as SeenRow;
    return [
      rank(later) < rank(earlier) && `it was ${earlier.status} and became ${later.status}`,
      later.hop < earlier.hop && `its hop fell from ${earlier.hop} to ${later.hop}`,
      later.claim < earlier.claim && `its claim fell from ${earlier.claim} to ${later.claim}`,
    ];
  });
});

export const endIsFinal = eachJob('what has ended changes no more', ({ history, row }) => {
  const first = history.sights.find((sight) => isEnded(sight.row));
  if (first === undefined || row === undefined) return [];
  const rest: readonly Sight[] = [...history.sights, { at: Date.now(), bytes: itemBytes(row), row: seenOf(row) }];
  return rest.flatMap((later) => (later.at < first.at ? [] : changes(first.row, later.row)));
});

/** A deleted job keeps its times and its ledger alone. */
function changes(end: SeenRow, later: SeenRow): readonly string[] {
  const fields =
    later.deletedAt === undefined ? (['status', 'result', 'failure', 'completedAt', 'expiresAt'] as const) : [];
  return fields
    .filter((field) => !isDeepStrictEqual(end[field], later[field]))
    .map((field) => `its ${field} was ${JSON.stringify(end[field])} and became ${JSON.stringify(later[field])}`);
}

export const ledgerOnlyGrows = eachJob('an entry of the ledger is closed once', ({ history, row }) => {
  const rows = [...history.sights.map((sight) => sight.row), ...(row ? [row] : [])];
  return rows.slice(1).flatMap((later, at) => lossesOf(ledgerToKeep(rows[at] as SeenRow, later), later.attempts));
});

/** A deletion takes of each entry what a caller or a provider has said. */
const ledgerToKeep = (earlier: SeenRow, later: SeenRow): Ledger =>
  later.deletedAt === undefined ? earlier.attempts : earlier.attempts.map(bareEntry);

export const itemStaysSmall = eachJob('an item stays small', ({ history, row }) => {
  const most = Math.max(0, ...history.sights.map(({ bytes }) => bytes), row === undefined ? 0 : itemBytes(row));
  return [most > itemLimits.itemBytes && `its item has had ${most} bytes`];
});

export const ledgerIsClosed = eachJob('no entry of the ledger stays open', ({ row }) => [
  row !== undefined && isEnded(row) && hasOpenEntry(row) && 'it has ended, and a request of it is still open',
]);
