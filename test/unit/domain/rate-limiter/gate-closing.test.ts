import { describe, expect, it } from 'vitest';
import { closeGate, maxClosedSecondsOf, openAfterProbe } from '../../../../lambda/domain/rate-limiter/gate-closing.ts';
import { allowedPerMinute } from '../../../../lambda/domain/rate-limiter/gate-rate.ts';
import { withSample } from '../../../../lambda/domain/rate-limiter/gate-sampling.ts';
import { coolDown, type GateState, openGate } from '../../../../lambda/domain/rate-limiter/gate-state.ts';
import { askGate } from '../../../../lambda/domain/rate-limiter/rate-limiter.ts';
import { noon } from '../../../support/sample-job.ts';
import fc from '../../../support/seeded-fast-check.ts';
import { type LineJob, maxInWindow, runLine } from '../gate-line.ts';

const minute = 60_000;
const max = maxClosedSecondsOf(1800);
const refusal = { startedAt: noon, hintSeconds: 30, backoffSeconds: 2 };
/** An open gate that has counted so many starts just now. */
const letThrough = (count: number): GateState => ({ ...openGate, starts: [{ from: noon, count }] });
const jobsOf = (owner: string, count: number, comesAt = noon): LineJob[] =>
  Array.from({ length: count }, () => ({ owner, comesAt }));
const closedFor = (state: GateState, now: number) => (state.closedUntil - now) / 1000;

describe('closeGate', () => {
  it('lets nobody through before the provider said', () => {
    const { starts } = runLine(jobsOf('b', 5), { state: closeGate(letThrough(1), refusal, noon, max) });
    expect(Math.min(...starts.map(({ at }) => at))).toBe(noon + 30_000);
  });

  it('closes for a while of its own where the provider names none', () => {
    expect(closedFor(closeGate(openGate, { ...refusal, hintSeconds: undefined }, noon, max), noon)).toBe(2);
    expect(closedFor(closeGate(openGate, { ...refusal, hintSeconds: 0 }, noon, max), noon)).toBe(1);
  });

  it('closes for an eighth of the deadline at the most, whatever the provider says', () => {
    for (const hintSeconds of [226, 3600, 86_400]) {
      expect(closedFor(closeGate(openGate, { ...refusal, hintSeconds }, noon, max), noon)).toBe(225);
    }
  });

  it('belongs to the same closing that others were let through before: it grows no longer, and never shorter', () => {
    let state = closeGate(openGate, refusal, noon, max);
    expect(closeGate(state, { ...refusal, hintSeconds: 1 }, noon, max).closedUntil).toBe(noon + 30_000);
    for (let second = 1; second <= 250; second += 1) {
      state = closeGate(state, { ...refusal, hintSeconds: 3600 }, noon + second * 1000, max);
    }
    expect(state).toMatchObject({ closedUntil: noon + 225_000, refusals: 1 });
  });

  it('is news where it begins, and where it has grown by half and by ten seconds since it last was', () => {
    const announcements = (...hints: readonly number[]): number[] => {
      let state = openGate;
      return hints.filter((hintSeconds) => {
        const before = state;
        state = closeGate(state, { ...refusal, hintSeconds }, noon, max);
        return state.announcedUntil !== before.announcedUntil;
      });
    };
    expect(announcements(2, 225)).toEqual([2, 225]);
    expect(announcements(2, 3600, 3600)).toEqual([2, 3600]);
    expect(announcements(1, 2, 4, 8, 10)).toEqual([1]);
    expect(announcements(1, 2, 4, 8, 11)).toEqual([1, 11]);
    expect(announcements(30, 30, 31, 44, 45, 46, 20)).toEqual([30, 46]);
    expect(announcements(...Array.from({ length: 300 }, (_, index) => index + 1))).toEqual([
      1, 11, 21, 32, 49, 74, 112, 169,
    ]);
  });

  it('is news again once it is over', () => {
    const first = closeGate(openGate, refusal, noon, max);
    const next = closeGate(first, { ...refusal, startedAt: first.closedUntil, hintSeconds: 1 }, first.closedUntil, max);
    expect(next.announcedUntil).toBe(next.closedUntil);
  });

  it('closes again for twice as long each time that a probe is refused, where the provider says less', () => {
    let state = openGate;
    let now = noon;
    const closings = [];
    for (let probe = 0; probe < 10; probe += 1) {
      state = closeGate(state, { startedAt: now, hintSeconds: 1, backoffSeconds: 1 }, now, max);
      closings.push(closedFor(state, now));
      now = state.closedUntil;
      state = askGate(state, { owner: 'a', requestsPerMinute: undefined, random: 0 }, now).state;
    }
    expect(closings).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 225, 225]);
  });

  it('takes what got through for the rate: of the minute, or of the time that the provider counts by', () => {
    const learnedWith = (hintSeconds: number | undefined) =>
      closeGate(letThrough(11), { ...refusal, hintSeconds }, noon + 1000, max).learned;
    expect(learnedWith(undefined)).toEqual({ perMinute: 10, at: noon + 1000, starts: 10 });
    expect(learnedWith(59)?.perMinute).toBe(10);
    expect(learnedWith(9)?.perMinute).toBe(60);
    expect(learnedWith(3600)?.perMinute).toBe(10);
  });

  it('learns no rate from a refusal that came after fewer than five starts', () => {
    expect(closeGate(letThrough(5), refusal, noon, max).learned).toBeUndefined();
    expect(closeGate(letThrough(6), refusal, noon, max).learned).toBeDefined();
  });

  it('never takes more for allowed because of a refusal', () => {
    const slow: GateState = { ...letThrough(40), learned: { perMinute: 12, at: noon, starts: 12 } };
    expect(closeGate(slow, { ...refusal, hintSeconds: 1 }, noon, max).learned?.perMinute).toBe(12);
  });

  it('lets the learned rate rise by a tenth each two quiet minutes, never above the configured one, and forgets it', () => {
    const learned: GateState = { ...openGate, learned: { perMinute: 100, at: noon, starts: 100 } };
    const startsFrom = (now: number, requestsPerMinute?: number) => {
      const settings = { state: learned, ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }) };
      return maxInWindow(runLine(jobsOf('a', 150, now), settings).starts, minute);
    };
    expect(startsFrom(noon)).toBeLessThanOrEqual(100);
    expect(startsFrom(noon + 8 * minute)).toBeGreaterThan(125);
    expect(startsFrom(noon + 8 * minute, 50)).toBeLessThanOrEqual(50);
    expect(startsFrom(noon + 61 * minute)).toBe(150);
  });

  it('lets a rate rise faster that was read off little', () => {
    const allowedAfter = (starts: number, minutes: number) =>
      allowedPerMinute({ perMinute: 10, at: noon, starts }, undefined, noon + minutes * minute);
    expect(allowedAfter(5, 2)).toBe(20);
    expect(allowedAfter(5, 6)).toBe(80);
    expect(allowedAfter(50, 6)).toBe(13);
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
    const answer = askGate(state, { owner: 'a', requestsPerMinute: undefined, random: 0 }, now);
    state = answer.state;
    if (!answer.granted) {
      now = answer.until;
      continue;
    }
    if (answer.as === 'open') state = withSample(state, (asked * 0.618) % 1, 0, now);
    taken = taken.filter((at) => at > now - windowSeconds * 1000);
    if (taken.length < allowed) {
      taken.push(now);
      done += 1;
      state = openAfterProbe(state, now);
    } else {
      refused += 1;
      const hintSeconds = Math.ceil(((taken[0] ?? now) + windowSeconds * 1000 - now) / 1000);
      state = closeGate(state, { startedAt: now, hintSeconds, backoffSeconds: 2 }, now, max);
    }
    now += 10;
  }
  expect(done).toBe(jobs);
  return refused;
}

describe('openAfterProbe', () => {
  const request = { owner: 'b', requestsPerMinute: undefined, random: 0 };
  const closed = closeGate(openGate, refusal, noon, max);

  it('opens for all what a probe has come through', () => {
    const probed = askGate(closed, request, noon + 30_000).state;
    const opened = openAfterProbe(probed, noon + 30_000);
    expect(askGate(opened, request, noon + 30_001)).toMatchObject({ granted: true, as: 'open' });
    expect(closeGate(opened, { ...refusal, startedAt: noon + 30_001 }, noon + 31_000, max).refusals).toBe(1);
  });

  it('takes no word of what was let through before the gate closed', () => {
    expect(openAfterProbe(closed, noon)).toBe(closed);
    expect(openAfterProbe(openGate, noon)).toBe(openGate);
  });
});

describe('coolDown', () => {
  it('says until when a key is on cooldown, and no longer for being refused again meanwhile', () => {
    const cooling = coolDown(openGate, 900, noon);
    expect(cooling.cooldownUntil).toBe(noon + 900_000);
    expect(coolDown(cooling, 900, noon + 1000)).toBe(cooling);
    expect(coolDown(cooling, 900, noon + 900_000).cooldownUntil).toBe(noon + 1800_000);
  });
});
