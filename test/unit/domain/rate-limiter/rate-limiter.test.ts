import { describe, expect, it } from 'vitest';
import { maxOwners } from '../../../../lambda/domain/rate-limiter/fair-share.ts';
import { closeGate, probeMilliseconds } from '../../../../lambda/domain/rate-limiter/gate-closing.ts';
import { paceOf } from '../../../../lambda/domain/rate-limiter/gate-rate.ts';
import { openGate } from '../../../../lambda/domain/rate-limiter/gate-state.ts';
import { askGate } from '../../../../lambda/domain/rate-limiter/rate-limiter.ts';

import { noon } from '../../../support/sample-job.ts';
import fc from '../../../support/seeded-fast-check.ts';
import { type LineJob, maxInWindow, runLine } from '../gate-line.ts';

const minute = 60_000;
const request = (owner = 'a', requestsPerMinute?: number) => ({ owner, requestsPerMinute, random: 0 });
const jobsOf = (owner: string, count: number, comesAt = noon): LineJob[] =>
  Array.from({ length: count }, () => ({ owner, comesAt }));
const lastOf = (starts: readonly { owner: string; at: number }[], owner: string) =>
  Math.max(...starts.filter((start) => start.owner === owner).map(({ at }) => at));

describe('askGate', () => {
  it('lets everybody through at once where no rate is known', () => {
    const { starts, asked } = runLine(jobsOf('a', 500));
    expect(asked).toBe(500);
    expect(starts.every(({ at }) => at === noon)).toBe(true);
  });

  it('never lets more through in a minute than allowed, whoever comes whenever', () => {
    const anyJobs = fc.array(
      fc.record({
        owner: fc.constantFrom('a', 'b', 'c', 'd'),
        comesAt: fc.integer({ min: noon, max: noon + 90_000 }),
      }),
      { minLength: 1, maxLength: 120, size: 'max' },
    );
    const anyLateness = fc.integer({ min: 0, max: 3000 });
    fc.assert(
      fc.property(anyJobs, fc.integer({ min: 6, max: 70 }), anyLateness, (jobs, requestsPerMinute, most) => {
        const { starts } = runLine(jobs, { requestsPerMinute, late: (asked) => (asked * 7919) % (most + 1) });
        expect(starts).toHaveLength(jobs.length);
        expect(maxInWindow(starts, minute)).toBeLessThanOrEqual(requestsPerMinute);
      }),
    );
  });

  it('takes every slot for one owner alone, and asks little of its jobs', () => {
    const { starts, asked } = runLine(jobsOf('a', 200), { requestsPerMinute: 60 });
    const { intervalMilliseconds } = paceOf(60);
    expect(lastOf(starts, 'a') - noon).toBeLessThanOrEqual(200 * intervalMilliseconds);
    expect(asked).toBeLessThanOrEqual(2 * 200);
  });

  it('keeps the pace though jobs come back up to two seconds late', () => {
    const { starts } = runLine(jobsOf('a', 200), { requestsPerMinute: 60, late: (asked) => (asked * 7919) % 2000 });
    expect(lastOf(starts, 'a') - noon).toBeLessThanOrEqual(1.1 * 200 * paceOf(60).intervalMilliseconds);
  });

  it("doesn't put a second owner's jobs behind the first's two hundred", () => {
    const jobs = [...jobsOf('a', 200), ...jobsOf('b', 5, noon + 1000)];
    const { starts } = runLine(jobs, { requestsPerMinute: 60 });
    expect(lastOf(starts, 'b') - noon).toBeLessThanOrEqual(1000 + 12 * paceOf(60).intervalMilliseconds);
    expect(lastOf(starts, 'a') - noon).toBeLessThanOrEqual(1.1 * 205 * paceOf(60).intervalMilliseconds);
  });

  it("lets a second owner's one job start within two slots beside the five hundred of a first", () => {
    const jobs = [...jobsOf('a', 500), ...jobsOf('b', 1, noon + 10_000)];
    const { starts } = runLine(jobs, { requestsPerMinute: 20, late: () => 200 });
    expect(lastOf(starts, 'b') - (noon + 10_000)).toBeLessThanOrEqual(2 * paceOf(20).intervalMilliseconds);
  });

  it('starves no owner: who comes when told has a turn in each second round at the latest', () => {
    const anyOwners = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(anyOwners, fc.constantFrom(6, 60, 300), fc.boolean(), (counts, requestsPerMinute, isLate) => {
        const jobs = counts.flatMap((count, owner) => jobsOf(`owner-${owner}`, count));
        const late = isLate ? (asked: number) => (asked * 7919) % 1000 : () => 0;
        const { starts } = runLine(jobs, { requestsPerMinute, late });
        const round = counts.length * paceOf(requestsPerMinute).intervalMilliseconds;
        for (const owner of counts.keys()) {
          const first = Math.min(...starts.filter((start) => start.owner === `owner-${owner}`).map(({ at }) => at));
          expect(first - noon).toBeLessThanOrEqual(2 * round + (isLate ? 2000 * counts.length : 0));
        }
      }),
    );
  });

  it('leaves at most one slot in five unused while owners come and go', () => {
    const jobs = [...jobsOf('a', 60), ...jobsOf('b', 30, noon + 10_000), ...jobsOf('c', 10, noon + 20_000)];
    const { starts } = runLine(jobs, { requestsPerMinute: 60, late: (asked) => (asked * 7919) % 1000 });
    const lastAt = Math.max(...starts.map(({ at }) => at));
    expect(lastAt - noon).toBeLessThanOrEqual(1.25 * jobs.length * paceOf(60).intervalMilliseconds);
  });

  it('shares the slots evenly while several wait', () => {
    const { starts } = runLine([...jobsOf('a', 90), ...jobsOf('b', 30), ...jobsOf('c', 30)], { requestsPerMinute: 60 });
    const among = (owner: string) => starts.slice(10, 70).filter((start) => start.owner === owner).length;
    for (const owner of ['a', 'b', 'c']) expect(Math.abs(among(owner) - 20)).toBeLessThanOrEqual(4);
  });

  it('stays small, however many owners come', () => {
    const jobs = Array.from({ length: 300 }, (_, index) => ({ owner: `vk_${index}`, comesAt: noon + index * 10 }));
    const run = runLine(jobs, { requestsPerMinute: 120 });
    expect(run.maxOwners).toBeLessThanOrEqual(maxOwners);
    expect(run.maxBytes).toBeLessThan(5000);
  });

  it('forgets an owner that is done', () => {
    const { state } = runLine([...jobsOf('a', 3), ...jobsOf('b', 3)], { requestsPerMinute: 60 });
    const later = askGate(state, request('c', 60), noon + minute).state;
    expect(Object.keys(later.turns)).toEqual(['c']);
  });

  it('has those who stand far back look in again after a few minutes, not all at once', () => {
    let { state } = askGate(openGate, request('a', 1), noon);
    const told = Array.from({ length: 100 }, (_, index) => {
      const answer = askGate(state, { ...request('a', 1), random: index / 100 }, noon);
      state = answer.state;
      return answer.granted ? noon : answer.until;
    });
    expect(Math.max(...told)).toBeLessThanOrEqual(noon + 300_000);
    expect(new Set(told).size).toBe(100);
  });

  it('lets one probe through after a closing, whoever asks, and the others wait for its outcome', () => {
    const closed = closeGate(openGate, { startedAt: noon, hintSeconds: 30, backoffSeconds: 1 }, noon, 225);
    const at = noon + 30_000;
    expect(askGate(closed, request('b'), at - 1).granted).toBe(false);
    const probe = askGate(closed, request('b'), at);
    expect(probe).toMatchObject({ granted: true, as: 'probe' });
    const { starts } = runLine([...jobsOf('a', 3, at), ...jobsOf('b', 3, at)], { state: probe.state });
    expect(Math.min(...starts.map((start) => start.at))).toBe(at + probeMilliseconds);
    expect(maxInWindow(starts, probeMilliseconds)).toBe(1);
  });

  it('has those who wait for a closing come back one for the probe, the others after its outcome', () => {
    const closed = closeGate(openGate, { startedAt: noon, hintSeconds: 30, backoffSeconds: 1 }, noon, 225);
    let state = closed;
    const told = ['a', 'a', 'b', 'c'].map((owner) => {
      const answer = askGate(state, request(owner), noon);
      state = answer.state;
      return answer.granted ? 0 : answer.until - closed.closedUntil;
    });
    expect(told).toEqual([0, probeMilliseconds, probeMilliseconds + 1000, probeMilliseconds + 2000]);
  });
});
