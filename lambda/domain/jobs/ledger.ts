import { jsonTextBytes } from '../bytes/bounded-text.ts';
import { type Attempt, countOf, isUnknown, type Ledger } from './attempt.ts';
import { itemLimits } from './item-limits.ts';
import { knownCost } from './spending.ts';

/** Whether a job's ledger takes no further entry: then the job ends with the failure that it has. */
export const isFull = (ledger: Ledger): boolean => ledger.length >= itemLimits.attempts;

/**
 * How many bytes the message of a further failure may have, in JSON. The first ones, such as a job has that fails in one
 * way, have all the room they need; many share what is left. What has been written is never cut again.
 */
export function messageRoom(ledger: Ledger): number {
  const { ledgerMessageBytes, messageBytes, minMessageBytes } = itemLimits;
  const used = ledger.reduce((sum, { message = '' }) => sum + jsonTextBytes(message), 0);
  return Math.max(minMessageBytes, Math.min(messageBytes, Math.floor((ledgerMessageBytes - used) / 4)));
}

/** The ledger with a further entry. */
export const withAttempt = (ledger: Ledger, attempt: Attempt): Ledger => compacted([...ledger, attempt]);

/** The ledger with the attempt of that number replaced. */
export const withOutcome = (ledger: Ledger, closed: Attempt): Ledger =>
  compacted(ledger.map((attempt) => (attempt.number === closed.number ? closed : attempt)));

/**
 * The ledger without what will not be read.
 * 1. A refusal for rate right after another of the same candidate is no news: the two become one, with a count.
 * 2. A ticket is of use while its entry is open, or where its outcome is unknown. Later it counts that there was one.
 * 3. A plan is of use while its entry is open: then the result tells what it tells.
 * 4. A quote is of use until the cost is known.
 */
const compacted = (ledger: Ledger): Ledger =>
  ledger
    .reduce<Ledger>(withEntry, [])
    .map((entry) => (entry.ticket === undefined || isOfUse(entry) ? entry : { ...entry, ticket: {} }))
    .map(withoutClosedPlan)
    .map(withoutSettledQuote);

function withoutClosedPlan(entry: Attempt): Attempt {
  if (entry.plan === undefined || entry.outcome === 'started') return entry;
  const { plan: _, ...rest } = entry;
  return rest;
}

function withoutSettledQuote(entry: Attempt): Attempt {
  if (entry.quote === undefined || knownCost(entry) === undefined) return entry;
  const { quote: _, ...rest } = entry;
  return rest;
}

const isOfUse = ({ outcome }: Attempt): boolean => outcome === 'started' || isUnknown(outcome);

function withEntry(ledger: Ledger, entry: Attempt): Ledger {
  const last = ledger.at(-1);
  if (last === undefined || !isRepeated(last, entry)) return [...ledger, entry];
  const { startedAt, firstStartedAt = startedAt } = last;
  const raw = entry.raw ?? last.raw;
  const merged = { ...entry, count: countOf(last) + countOf(entry), firstStartedAt, ...(raw && { raw }) };
  return [...ledger.slice(0, -1), merged];
}

/** Whether an entry says what the one before it does: the candidate takes no request for now, and nothing was paid. */
export const isRepeated = (last: Attempt, entry: Attempt): boolean =>
  last.candidate === entry.candidate && [last, entry].every(isMereRefusal);

/** Nothing else bounds how many there are, for they count as no try; and no worker has stored an image for one. */
const isMereRefusal = ({ outcome, billed, ticket }: Attempt): boolean =>
  outcome === 'rate_limited' && billed === 'no' && ticket === undefined;
