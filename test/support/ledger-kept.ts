import { isDeepStrictEqual } from 'node:util';
import { type Attempt, countOf, type Ledger } from '../../lambda/domain/jobs/attempt.ts';

/**
 * A sentence for each entry of a ledger that a later one has lost or changed: what is closed stays as it is. Two things are
 * no loss: a failure that has become one with those after it, and a delivery that the job's end has taken over.
 */
export const lossesOf = (before: Ledger, after: Ledger): readonly string[] =>
  before.flatMap((entry) => {
    const now = after.find(({ number }) => number === entry.number);
    if (now && (entry.outcome === 'started' || isKept(entry, now))) return [];
    if (after.some((later) => hasTakenIn(entry, later))) return [];
    return [`the entry ${entry.number} was ${entry.outcome}, and is ${now?.outcome ?? 'gone'}`];
  });

function isKept({ delivered: _, ...entry }: Attempt, { delivered: __, ...now }: Attempt): boolean {
  return isDeepStrictEqual(entry, now);
}

const hasTakenIn = (entry: Attempt, later: Attempt): boolean =>
  (entry.outcome === 'started' || entry.outcome === later.outcome) &&
  later.candidate === entry.candidate &&
  later.number >= entry.number &&
  countOf(later) > countOf(entry) &&
  (later.firstStartedAt ?? later.startedAt) <= (entry.firstStartedAt ?? entry.startedAt);

/** How many requests and refusals a ledger tells of. */
export const requestsIn = (ledger: Ledger): number => ledger.reduce((sum, entry) => sum + countOf(entry), 0);
