import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../../lambda/domain/jobs/attempt.ts';
import { changed, type FieldsOfJob, obstacle, type Transition } from '../../../../lambda/domain/jobs/conditions.ts';
import { complete, fail } from '../../../../lambda/domain/jobs/endings.ts';
import type { Job } from '../../../../lambda/domain/jobs/job.ts';
import {
  claim,
  claimRefusal,
  clockSkewSeconds,
  closeAfterEnd,
  maxHopsAhead,
  renew,
  scheduleNextHop,
  startAttempt,
  updateAttempt,
} from '../../../../lambda/domain/jobs/transitions.ts';
import { noon, sampleAttempt, sampleJob } from '../../../support/sample-job.ts';

const fields = (job: Job): FieldsOfJob => job as unknown as FieldsOfJob;
const possible = (job: Job, transition: Transition): boolean => obstacle(transition, fields(job)) === undefined;
const following = <J extends Job>(job: J, transition: Transition): J =>
  changed(fields(job), transition.change) as unknown as J;
const lease = 120;
const held = sampleJob({ status: 'processing', claim: 1, leaseHeld: 1, leaseUntil: noon + lease * 1000 });
const result = { images: [], provider: 'openai', model: 'm', latency: 1, warnings: [] };
const failure = { code: 'internal', message: 'm', warnings: [] } as const;

describe('claim', () => {
  it('takes an open job that is due and free, and raises the fence', () => {
    const job = sampleJob();
    expect(possible(job, claim(0, noon, lease))).toBe(true);
    expect(following(job, claim(0, noon, lease))).toMatchObject({
      status: 'processing',
      claim: 1,
      crashes: 0,
      leaseHeld: 1,
    });
  });

  it('leaves alone what is leased, not due, ended, or on a later hop', () => {
    expect(possible(held, claim(0, noon, lease))).toBe(false);
    expect(possible(sampleJob({ dueAt: noon + 1 }), claim(0, noon, lease))).toBe(false);
    expect(possible(sampleJob({ hop: 2 }), claim(1, noon, lease))).toBe(false);
    expect(
      possible({ ...sampleJob(), status: 'failed', failure, completedAt: 0, expiresAt: 0 }, claim(9, noon, lease)),
    ).toBe(false);
  });

  it('is no more moved on by a forged hop than a chain of burials could', () => {
    const job = sampleJob({ hop: 3 });
    expect(possible(job, claim(3 + maxHopsAhead, noon, lease))).toBe(true);
    expect(possible(job, claim(4 + maxHopsAhead, noon, lease))).toBe(false);
    expect(claimRefusal(job, 4 + maxHopsAhead, noon)).toEqual({ reason: 'ahead' });
  });

  it('waits for the clocks to agree that a lease is over, and counts the crash', () => {
    const over = held.leaseUntil;
    expect(possible(held, claim(0, over + 1, lease))).toBe(false);
    const late = claim(0, over + clockSkewSeconds * 1000, lease);
    expect(possible(held, late)).toBe(true);
    expect(following(held, late).crashes).toBe(1);
  });

  it('counts no crash where the lease was given back', () => {
    const slept = following(held, scheduleNextHop(held, noon + 5000));
    expect(slept).toMatchObject({ hop: 1, dueAt: noon + 5000, leaseHeld: 0 });
    expect(following(slept, claim(1, noon + 5000, lease)).crashes).toBe(0);
  });

  it('gives the older hop no second chance after a release', () => {
    const slept = following(held, scheduleNextHop(held, noon));
    expect(possible(slept, claim(0, noon + 500_000, lease))).toBe(false);
    expect(claimRefusal(slept, 0, noon)).toEqual({ reason: 'stale' });
  });
});

describe('a fenced transition', () => {
  const taken = following(held, claim(0, held.leaseUntil + 10_000, lease));
  const all: Transition[] = [
    renew(held, noon, lease),
    scheduleNextHop(held, noon),
    startAttempt(held, sampleAttempt()),
    updateAttempt(held, sampleAttempt()),
    complete(held, sampleAttempt(), result, noon),
    fail(held, failure, noon),
  ];
  it.each(all)('$name is refused once another worker has claimed the job', (transition) => {
    expect(possible(held, transition)).toBe(true);
    expect(possible(taken, transition)).toBe(false);
  });

  it.each(all)('$name is refused once the job has ended', (transition) => {
    expect(possible(following(held, fail(held, failure, noon)), transition)).toBe(false);
  });
});

describe('complete', () => {
  it('sets the times from the end, frees the lease and leaves the index of open jobs', () => {
    const open = { ...held, openShard: 'open-1' } as typeof held;
    const done = following(open, complete(open, sampleAttempt({ outcome: 'succeeded' }), result, noon + 5000));
    expect(done).toMatchObject({
      status: 'completed',
      completedAt: noon + 5000,
      expiresAt: noon + 5000 + 3600_000,
      leaseHeld: 0,
      ttl: held.deadlineAt / 1000 + 172_800,
    });
    expect(done).not.toHaveProperty('openShard');
  });

  it('keeps the row as long as its result, where that lives longer than the ledger must', () => {
    const lasting = { ...held, resultTtlSeconds: 1_000_000 };
    expect(following(lasting, fail(lasting, failure, noon))).toMatchObject({ ttl: noon / 1000 + 1_000_000 });
  });
});

describe('closeAfterEnd', () => {
  it('keeps the job in the index as long as the provider has work in hand', () => {
    const ended = { ...sampleJob(), attempts: [sampleAttempt()] };
    const leaves = (over: Partial<Attempt>) => closeAfterEnd(ended, sampleAttempt(over)).change.remove;
    expect(leaves({ ticket: { id: 't-1' } })).toBeUndefined();
    expect(leaves({ outcome: 'succeeded' })).toEqual(['openShard']);
  });

  it('closes an entry of an ended job once', () => {
    const job = { ...held, attempts: [sampleAttempt()] };
    const ended = following(job, fail(job, failure, noon));
    const closing = closeAfterEnd(ended, sampleAttempt({ outcome: 'abandoned' }));
    expect(possible(job, closing)).toBe(false);
    expect(possible(ended, closing)).toBe(true);
    expect(possible(following(ended, closing), closing)).toBe(false);
  });
});
