import { describe, expect, it } from 'vitest';
import { askGate, closeGate, type GateState, openGate, restKey } from '../../../lambda/domain/gate.ts';
import { paceOf } from '../../../lambda/domain/gate-rate.ts';
import { mostOwners } from '../../../lambda/domain/gate-turns.ts';
import { noon } from '../../support/sample-job.ts';
import fc from '../../support/seeded-fast-check.ts';
import { type LineJob, mostInWindow, runLine } from './gate-line.ts';

const minute = 60_000;
const request = (owner = 'a', requestsPerMinute?: number) => ({ owner, requestsPerMinute, random: 0 });
const jobsOf = (owner: string, count: number, comesAt = noon): LineJob[] =>
  Array.from({ length: count }, () => ({ owner, comesAt }));
const lastOf = (starts: readonly { owner: string; at: number }[], owner: string) =>
  Math.max(...starts.filter((start) => start.owner === owner).map(({ at }) => at));

/** A gate with a rate that has let that many start just now. */
function letThrough(count: number, requestsPerMinute?: number): GateState {
  let state = openGate;
  for (let start = 0; start < count; start += 1) state = askGate(state, request('a', requestsPerMinute), noon).state;
  return state;
}

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
        expect(mostInWindow(starts, minute)).toBeLessThanOrEqual(requestsPerMinute);
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
    expect(run.mostOwners).toBeLessThanOrEqual(mostOwners);
    expect(run.largestBytes).toBeLessThan(5000);
  });

  it('forgets an owner that is done', () => {
    const { state } = runLine([...jobsOf('a', 3), ...jobsOf('b', 3)], { requestsPerMinute: 60 });
    const later = askGate(state, request('c', 60), noon + minute).state;
    expect(Object.keys(later.turns)).toEqual(['c']);
  });

  it('has those who stand far back look in again after a few minutes, not all at once', () => {
    let state = letThrough(1, 1);
    const told = Array.from({ length: 100 }, (_, index) => {
      const answer = askGate(state, { ...request('a', 1), random: index / 100 }, noon);
      state = answer.state;
      return answer.granted ? noon : answer.until;
    });
    expect(Math.max(...told)).toBeLessThanOrEqual(noon + 300_000);
    expect(new Set(told).size).toBe(100);
  });
});

describe('closeGate', () => {
  const refusal = { startedAt: noon, hintSeconds: 30, backoffSeconds: 2 };

  it('lets nobody through before the provider said, and then one after another', () => {
    const state = closeGate(letThrough(1), refusal, noon);
    const { starts } = runLine(jobsOf('b', 5), { state });
    expect(Math.min(...starts.map(({ at }) => at))).toBe(noon + 30_000);
    expect(new Set(starts.map(({ at }) => at)).size).toBe(5);
  });

  it('closes for a while of its own where the provider names none, and for an hour at the most', () => {
    expect(closeGate(openGate, { ...refusal, hintSeconds: undefined }, noon).closedUntil).toBe(noon + 2000);
    expect(closeGate(openGate, { ...refusal, hintSeconds: 10 ** 6 }, noon).closedUntil).toBe(noon + 3600_000);
    const closed = closeGate(openGate, refusal, noon);
    expect(closeGate(closed, { ...refusal, hintSeconds: 1 }, noon).closedUntil).toBe(noon + 30_000);
  });

  it('takes what got through for the rate: of the minute, or of the time that the provider counts by', () => {
    const ten = letThrough(12);
    const twice = (state: GateState, hintSeconds: number | undefined, now: number) =>
      closeGate(closeGate(state, { ...refusal, hintSeconds }, now), { ...refusal, hintSeconds }, now);
    expect(twice(ten, undefined, noon + 1000).learned).toEqual({ perMinute: 10, at: noon + 1000 });
    expect(twice(ten, 59, noon + 1000).learned?.perMinute).toBe(10);
    expect(twice(ten, 9, noon + 1000).learned?.perMinute).toBe(60);
    expect(twice(ten, 3600, noon + 1000).learned?.perMinute).toBe(10);
  });

  it('learns no rate from a refusal that came after hardly any starts', () => {
    expect(closeGate(letThrough(3), refusal, noon).learned).toBeUndefined();
  });

  it('never takes more for allowed because of a refusal', () => {
    const slow: GateState = { ...letThrough(40), learned: { perMinute: 12, at: noon } };
    expect(closeGate(slow, { ...refusal, hintSeconds: 1 }, noon).learned?.perMinute).toBe(12);
  });

  it('lets the learned rate rise by a tenth each two quiet minutes, never above the configured one, and forgets it', () => {
    const learned: GateState = { ...openGate, learned: { perMinute: 100, at: noon } };
    const startsFrom = (now: number, requestsPerMinute?: number) => {
      const settings = { state: learned, ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }) };
      return mostInWindow(runLine(jobsOf('a', 150, now), settings).starts, minute);
    };
    expect(startsFrom(noon)).toBeLessThanOrEqual(100);
    expect(startsFrom(noon + 8 * minute)).toBeGreaterThan(125);
    expect(startsFrom(noon + 8 * minute, 50)).toBeLessThanOrEqual(50);
    expect(startsFrom(noon + 61 * minute)).toBe(150);
  });

  it('finds the rate of a provider that counts by a sliding window, in few refusals', () => {
    fc.assert(
      fc.property(fc.constantFrom(10, 60), fc.integer({ min: 5, max: 60 }), (windowSeconds, allowed) => {
        const refusals = askProvider(windowSeconds, allowed, 4 * allowed);
        expect(refusals).toBeLessThanOrEqual(8);
      }),
    );
  });
});

/** Puts jobs through a gate to a provider that enforces a rate, one request at a time, and counts what it refused. */
function askProvider(windowSeconds: number, allowed: number, jobs: number): number {
  let state = openGate;
  let refused = 0;
  let taken: number[] = [];
  let done = 0;
  let now = noon;
  for (let asked = 0; done < jobs && asked < 10_000; asked += 1) {
    const answer = askGate(state, request(), now);
    state = answer.state;
    if (!answer.granted) {
      now = answer.until;
      continue;
    }
    taken = taken.filter((at) => at > now - windowSeconds * 1000);
    if (taken.length < allowed) {
      taken.push(now);
      done += 1;
    } else {
      refused += 1;
      const hintSeconds = Math.ceil(((taken[0] ?? now) + windowSeconds * 1000 - now) / 1000);
      state = closeGate(state, { startedAt: now, hintSeconds, backoffSeconds: 2 }, now);
    }
    now += 10;
  }
  expect(done).toBe(jobs);
  return refused;
}

describe('restKey', () => {
  it('says until when a key rests, and no longer for being refused again meanwhile', () => {
    const rests = restKey(openGate, 900, noon);
    expect(rests.restsUntil).toBe(noon + 900_000);
    expect(restKey(rests, 900, noon + 1000)).toBe(rests);
    expect(restKey(rests, 900, noon + 900_000).restsUntil).toBe(noon + 1800_000);
  });
});
