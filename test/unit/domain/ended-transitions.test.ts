import { describe, expect, it } from 'vitest';
import { acceptedRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { Attempt } from '../../../lambda/domain/jobs/attempt.ts';
import { changed, type FieldsOfJob, obstacle, type Transition } from '../../../lambda/domain/jobs/conditions.ts';
import * as endings from '../../../lambda/domain/jobs/endings.ts';
import { isForgotten, itemTtl } from '../../../lambda/domain/jobs/item-ttl.ts';
import type { Job } from '../../../lambda/domain/jobs/job.ts';
import type { OpenJobEntry } from '../../../lambda/domain/jobs/open-job-entry.ts';
import * as transitions from '../../../lambda/domain/jobs/transitions.ts';
import { noon, sampleAttempt, sampleJob } from '../../support/sample-job.ts';

const fields = (job: Job): FieldsOfJob => job as unknown as FieldsOfJob;
const possible = (job: Job, transition: Transition): boolean => obstacle(transition, fields(job)) === undefined;
const following = <J extends Job>(job: J, transition: Transition): J =>
  changed(fields(job), transition.change) as unknown as J;

const lease = 120;
const held = sampleJob({ status: 'processing', claim: 1, leaseHeld: 1, leaseUntil: noon + lease * 1000 });
const cancelled = following<Job>(held, endings.cancel(held, noon + 1000));
const deadline = held.deadlineAt;

describe('renew', () => {
  it('is refused once the lease has been given back, whatever the claim', () => {
    expect(possible(held, transitions.renew(held, noon, lease))).toBe(true);
    expect(
      possible(following(held, transitions.scheduleNextHop(held, noon)), transitions.renew(held, noon, lease)),
    ).toBe(false);
    expect(possible(following(held, transitions.releaseLease(held, noon)), transitions.renew(held, noon, lease))).toBe(
      false,
    );
  });
});

describe('releaseLease', () => {
  it('lets the same wake-up claim the job again when it is due, and counts no crash', () => {
    const back = following(held, transitions.releaseLease(held, noon + 10_000));
    expect(back).toMatchObject({ hop: held.hop, leaseHeld: 0, leaseUntil: 0, status: 'processing' });
    expect(possible(back, transitions.claim(held.hop, noon + 9999, lease))).toBe(false);
    const again = transitions.claim(held.hop, noon + 10_000, lease);
    expect(possible(back, again)).toBe(true);
    expect(following(back, again)).toMatchObject({ crashes: 0, claim: 2 });
  });

  it('is refused to a worker that has lost the job', () => {
    const taken = following(held, transitions.claim(0, held.leaseUntil + 5000, lease));
    expect(possible(taken, transitions.releaseLease(held, noon))).toBe(false);
    expect(possible(cancelled, transitions.releaseLease(held, noon))).toBe(false);
  });
});

describe('cancel', () => {
  it('ends an open job, whoever works on it, and leaves the lease as it is', () => {
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      failure: { code: 'cancelled' },
      leaseUntil: held.leaseUntil,
      completedAt: noon + 1000,
      expiresAt: noon + 3601_000,
    });
    expect(possible(cancelled, endings.cancel(cancelled, noon + 2000))).toBe(false);
  });

  it('ends no job before it was made, though the clocks differ', () => {
    const early = following<Job>(sampleJob(), endings.cancel(sampleJob(), noon - 4000));
    expect(early).toMatchObject({ completedAt: noon, expiresAt: noon + 3600_000 });
  });
});

describe('failOverdue', () => {
  const at = (now: number) => endings.failOverdue(held, now, lease);

  it('fails a job without a worker from its deadline on, and lets its caller see that for its whole time', () => {
    expect(possible(sampleJob(), at(deadline - 1))).toBe(false);
    expect(possible(sampleJob(), at(deadline))).toBe(true);
    expect(following<Job>(sampleJob(), at(deadline + 50_000))).toMatchObject({
      status: 'failed',
      completedAt: deadline + 50_000,
      expiresAt: deadline + 50_000 + 3600_000,
    });
  });

  it('waits for a live lease, and for the clocks to agree that it is over, for 45 seconds and no longer', () => {
    const working = { ...held, leaseUntil: deadline + 30_000 };
    expect(possible(working, at(deadline + 34_999))).toBe(false);
    expect(possible(working, at(deadline + 35_000))).toBe(true);
    const renewed = { ...held, leaseUntil: deadline + 200_000 };
    expect(possible(renewed, at(deadline + 44_999))).toBe(false);
    expect(possible(renewed, at(deadline + 45_000))).toBe(true);
  });

  it('leaves alone what has ended', () => {
    expect(possible(cancelled, at(deadline + 100_000))).toBe(false);
  });
});

describe('wake', () => {
  const entry: OpenJobEntry = { ...sampleJob(), wakeAt: 0, wakeups: 0 };
  const kept = (over: object = {}): Job => ({ ...sampleJob(), wakeAt: 0, wakeups: 0, ...over }) as Job;
  const due = noon + 120_000;

  it('takes a job that has been due for two minutes, once for what the index showed', () => {
    const wake = transitions.wake(entry, due, 120);
    expect(possible(kept(), transitions.wake(entry, due - 1, 120))).toBe(false);
    expect(possible(kept(), wake)).toBe(true);
    expect(possible(following(kept(), wake), wake)).toBe(false);
  });

  it.each([
    ['has moved on', { hop: 1 }],
    ['is worked on', { leaseUntil: due }],
    ['is not due for long enough', { dueAt: noon + 1 }],
    ['was woken a moment ago', { wakeAt: due + 1 }],
    ['was woken by another sweep', { wakeups: 1 }],
    ['has ended', { status: 'failed' }],
  ])('leaves alone a job that %s', (_, over) => {
    expect(possible(kept(over), transitions.wake(entry, due, 120))).toBe(false);
  });

  it('doubles the time until the next', () => {
    const waits = [0, 1, 2, 3].map((wakeups) => {
      const wakeAt = transitions.wake({ ...entry, wakeups }, due, 120).change.set?.wakeAt;
      return (Number(wakeAt) - due) / 60_000;
    });
    expect(waits).toEqual([2, 4, 8, 16]);
  });
});

describe('countReplay', () => {
  it('counts for the very submission that was compared', () => {
    const count = transitions.countReplay(cancelled);
    expect(following(cancelled, count).replays).toBe(1);
    expect(possible({ ...cancelled, submissionNonce: 'another' }, count)).toBe(false);
  });
});

describe('undoable', () => {
  const undo: Transition = { name: 'undo', when: transitions.undoable(sampleJob()), change: {} };
  it.each([
    ['a worker has it', { status: 'processing' }],
    ['somebody was told of it', { replays: 1 }],
    ["it is another submission's", { submissionNonce: 'another' }],
  ])('does not hold once %s', (_, over) => {
    expect(possible(sampleJob(), undo)).toBe(true);
    expect(possible({ ...sampleJob(), ...over } as Job, undo)).toBe(false);
  });
});

describe('erase', () => {
  it('leaves of an ended job its owner and its ledger, for two days', () => {
    const attempts = [sampleAttempt({ outcome: 'invalid', billed: 'no', statusCode: 400, keyDigest: 'digest' })];
    const erased = following<Job>({ ...cancelled, attempts }, endings.erase({ ...cancelled, attempts }, noon + 5000));
    expect(erased).toMatchObject({ owner: 'vk_1', attempts, deletedAt: noon + 5000 });
    expect(JSON.stringify(erased)).not.toContain('lighthouse');
    expect((erased as { ttl?: number }).ttl).toBe(deadline / 1000 + 48 * 3600);
  });

  it('forgets where its addressed inputs were listed', () => {
    const addresses = {
      key: 'inputs/r2/n/addresses.json',
      keysWithoutExtension: ['inputs/r2/n/image-1'],
      isFetched: true,
    };
    const job = { ...cancelled, addresses };
    expect(following<Job>(job, endings.erase(job, noon + 5000)).addresses).toBeUndefined();
  });

  it('moves the version of the ledger, so that who was about to close an entry sees that the job was deleted', () => {
    const job = { ...cancelled, attempts: [sampleAttempt()] };
    const settle = transitions.closeAfterEnd(
      job,
      sampleAttempt({ outcome: 'refused', message: 'You said lighthouse' }),
    );
    const erased = following<Job>(job, endings.erase(job, noon + 5000));
    expect(possible(job, settle)).toBe(true);
    expect(possible(erased, settle)).toBe(false);
  });

  it('is refused for an open job', () => {
    expect(possible(held, endings.erase(held, noon))).toBe(false);
  });
});

describe('closeAfterEnd, of a deleted job', () => {
  const deleted = following<Job>({ ...cancelled, attempts: [sampleAttempt()] }, endings.erase(cancelled, noon + 5000));
  const settled = (attempt: Attempt): Attempt | undefined =>
    following<Job>(deleted, transitions.closeAfterEnd({ ...deleted, attempts: [sampleAttempt()] }, attempt))
      .attempts[0];

  it("keeps what a request was and cost, and nobody's words", () => {
    const closed = sampleAttempt({ outcome: 'refused', billed: 'yes', endedAt: noon + 1, statusCode: 400 });
    const words = { message: 'the secret', param: 'secret', ticket: { id: 'secret' } };
    expect(settled({ ...closed, ...words })).toEqual(closed);
  });

  it('keeps a ticket as long as the work behind it is to be called off', () => {
    const open = sampleAttempt({ ticket: { id: 't-1' } });
    expect(settled({ ...open, message: 'the secret' })).toEqual(open);
  });
});

describe('isForgotten', () => {
  const hours = 3600_000;
  it.each([
    ['an ended one, two days beyond its deadline', cancelled, deadline + 48 * hours],
    [
      'one that ended after its deadline, two days beyond its end',
      { ...cancelled, completedAt: deadline + 9000 },
      deadline + 48 * hours + 9000,
    ],
    ['one whose caller wants it gone within a second', { ...cancelled, expiresAt: noon + 1 }, deadline + 48 * hours],
    ['one with a longer life, with its result', { ...cancelled, expiresAt: noon + 90 * hours }, noon + 90 * hours],
    [
      'a deleted one, with its tombstone',
      { ...cancelled, deletedAt: deadline + hours, expiresAt: noon + 90 * hours },
      deadline + 49 * hours,
    ],
    ['an open one that nobody ever ended', held, deadline + 49 * hours],
  ])('is true of %s', (_, job, from) => {
    expect(isForgotten(job as Job, from - 1)).toBe(false);
    expect(isForgotten(job as Job, from)).toBe(true);
  });

  it('is told alike by the row of every job', () => {
    const accepted = acceptedRecord(sampleJob());
    expect(accepted.ttl).toBe(itemTtl(sampleJob()));
    const erased = following<Job>(cancelled, endings.erase(cancelled, noon + 5000));
    for (const job of [cancelled, erased]) expect((job as { ttl?: number }).ttl).toBe(itemTtl(job));
  });
});

describe('claimRefusal', () => {
  it('waits for the worker of an ended job only while its entry is open and its lease lives', () => {
    const open = { ...cancelled, attempts: [sampleAttempt()] };
    const until = held.leaseUntil + 5000;
    expect(transitions.claimRefusal(open, 0, noon)).toEqual({ reason: 'leased', until });
    expect(transitions.claimRefusal(open, 9, until - 1)).toEqual({ reason: 'leased', until });
    expect(transitions.claimRefusal(open, 0, until)).toEqual({ reason: 'ended' });
    expect(transitions.claimRefusal(cancelled, 0, noon)).toEqual({ reason: 'ended' });
  });
});
