import { describe, expect, it } from 'vitest';
import type { Attempt, Ledger } from '../../../../lambda/domain/jobs/attempt.ts';
import { itemLimits } from '../../../../lambda/domain/jobs/item-limits.ts';
import { isFull, messageRoom, withAttempt, withOutcome } from '../../../../lambda/domain/jobs/ledger.ts';
import { sampleAttempt } from '../../../support/sample-job.ts';

const refused = (number: number, over: Partial<Attempt> = {}): Attempt =>
  sampleAttempt({
    number,
    ...{ startedAt: number * 1000, endedAt: number * 1000 + 1, outcome: 'rate_limited', billed: 'no' },
    ...{ message: `Refusal ${number}.`, retryAt: number * 2000, statusCode: 429 },
    ...over,
  });

/** A ledger after requests that were each recorded before and after. */
const ledgerOf = (...closed: readonly Attempt[]): Ledger =>
  closed.reduce<Ledger>(
    (ledger, entry) => withOutcome(withAttempt(ledger, sampleAttempt({ number: entry.number })), entry),
    [],
  );

describe('withOutcome', () => {
  it('makes one entry of refusals for rate that follow one another, as the latest was, with the first time', () => {
    expect(ledgerOf(refused(1), refused(2), refused(3))).toEqual([{ ...refused(3), count: 3, firstStartedAt: 1000 }]);
  });

  it('leaves the request under way an entry of its own, under a number that no other had', () => {
    const ledger = withAttempt(ledgerOf(refused(1), refused(2)), sampleAttempt({ number: 3 }));
    expect(ledger).toEqual([{ ...refused(2), count: 2, firstStartedAt: 1000 }, sampleAttempt({ number: 3 })]);
  });

  it.each<[string, Partial<Attempt>]>([
    ['of another candidate', { candidate: 1 }],
    ['that may have cost something', { billed: 'unknown' }],
    ['of work behind a ticket', { ticket: { id: 't-1' } }],
    ['of another kind', { outcome: 'overloaded' }],
    ['that the store made', { outcome: 'not_sent' }],
  ])('leaves a refusal apart %s', (_, over) => {
    expect(ledgerOf(refused(1), refused(2, over), refused(3))).toHaveLength(3);
  });

  it('counts a refusal at the gate, which is recorded without a request', () => {
    expect(withAttempt(ledgerOf(refused(1)), refused(2))).toMatchObject([{ number: 2, count: 2 }]);
  });

  it('keeps a ticket while it is of use', () => {
    const ticket = { id: 't-1' };
    const open = sampleAttempt({ ticket });
    expect(withAttempt([], open)).toEqual([open]);
    expect(withOutcome([open], { ...open, outcome: 'abandoned' })).toMatchObject([{ ticket }]);
    expect(withOutcome([open], { ...open, outcome: 'succeeded' })).toMatchObject([{ ticket: {} }]);
  });
});

describe('a quote in the ledger', () => {
  const open = sampleAttempt({ quote: { worst: 90, likely: 40 } });

  it('is kept while the cost is unknown, since budgets count its worst', () => {
    const lost: Attempt = { ...open, outcome: 'abandoned' };
    expect(withAttempt([], open)).toEqual([open]);
    expect(withOutcome([open], lost)).toEqual([lost]);
  });

  it.each<[string, Partial<Attempt>]>([
    ['the cost is known', { outcome: 'succeeded', billed: 'yes', cost: { micros: 41, from: 'provider' } }],
    ['nothing was billed', { outcome: 'overloaded', billed: 'no' }],
  ])('goes once %s', (_, over) => {
    const { quote: _quote, ...closed } = { ...open, ...over };
    expect(withOutcome([open], { ...open, ...over })).toEqual([closed]);
  });
});

describe('isFull', () => {
  it('tells when no further entry is taken', () => {
    const entries = Array.from({ length: itemLimits.attempts }, (_, at) => sampleAttempt({ number: at + 1 }));
    expect(isFull(entries.slice(1))).toBe(false);
    expect(isFull(entries)).toBe(true);
  });
});

describe('messageRoom', () => {
  it('gives the first failures all they need, and many the least', () => {
    const failed = (bytes: number) => refused(1, { outcome: 'overloaded', message: 'x'.repeat(bytes) });
    expect(messageRoom([])).toBe(itemLimits.messageBytes);
    expect(messageRoom([failed(1024), failed(1024)])).toBe(itemLimits.messageBytes);
    expect(messageRoom([1024, 1024, 1024].map(failed))).toBe(768);
    expect(messageRoom(Array.from({ length: 10 }, () => failed(1024)))).toBe(itemLimits.minMessageBytes);
  });
});
