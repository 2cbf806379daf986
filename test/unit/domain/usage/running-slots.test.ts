import { describe, expect, it } from 'vitest';
import {
  noSlotsHeld,
  type RunningSlots,
  releaseSlot,
  type SlotRequest,
  slotPartsFor,
  takeSlot,
} from '../../../../lambda/domain/usage/running-slots.ts';
import { noon } from '../../../support/sample-job.ts';

const idOf = (number: number): string => `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;

const requestOf = (number: number, over: Partial<SlotRequest> = {}): SlotRequest => ({
  jobId: idOf(number),
  claim: 1,
  until: noon + 420_000,
  maxSlots: 2,
  typicalMilliseconds: 20_000,
  random: 0,
  ...over,
});

/** The state after these jobs have asked at noon. */
const slotsOf = (...numbers: readonly number[]): RunningSlots =>
  numbers.reduce((state, number) => takeSlot(state, requestOf(number), noon).state, noSlotsHeld);

describe(takeSlot, () => {
  it('gives out as many slots as there are, and no more', () => {
    expect(takeSlot(slotsOf(1), requestOf(2), noon).granted).toBe(true);
    expect(takeSlot(slotsOf(1, 2), requestOf(3), noon).granted).toBe(false);
  });

  it('gives a job its own slot again: one whose worker was lost takes no second', () => {
    const again = takeSlot(slotsOf(1, 2), requestOf(1, { claim: 2 }), noon + 150_000);
    expect(again).toMatchObject({ granted: true });
    expect(Object.keys(again.state.held)).toHaveLength(2);
  });

  it('takes a slot for free when its function would have ended', () => {
    expect(takeSlot(slotsOf(1, 2), requestOf(3), noon + 419_999).granted).toBe(false);
    expect(takeSlot(slotsOf(1, 2), requestOf(3), noon + 420_000).granted).toBe(true);
  });

  it('has those that wait come one after another, as fast as slots are given back', () => {
    const first = takeSlot(slotsOf(1, 2), requestOf(3), noon);
    const second = takeSlot(first.state, requestOf(4), noon);
    expect([first, second]).toMatchObject([{ comeAt: noon + 11_000 }, { comeAt: noon + 21_000 }]);
  });

  it('gives no place to who stands too far back, writes nothing for it, and spreads when it looks in again', () => {
    const full: RunningSlots = { ...slotsOf(1, 2), lineUntil: noon + 295_000 };
    const soon = takeSlot(full, requestOf(3, { random: 1 }), noon);
    const late = takeSlot(full, requestOf(3), noon);
    expect([soon, late]).toMatchObject([{ comeAt: noon + 225_000 }, { comeAt: noon + 300_000 }]);
    expect(soon.state).toBe(full);
  });

  it('keeps no more than its slots, whoever asks', () => {
    const state = slotsOf(...Array.from({ length: 500 }, (_, number) => number));
    expect(Object.keys(state.held)).toHaveLength(2);
    expect(JSON.stringify(state).length).toBeLessThan(250);
  });
});

describe(releaseSlot, () => {
  it('makes room, and learns how long jobs take', () => {
    const state = releaseSlot(slotsOf(1, 2), idOf(1), 1, noon + 60_000);
    expect(state.meanMilliseconds).toBe(60_000);
    expect(takeSlot(state, requestOf(3), noon + 60_000).granted).toBe(true);
    expect(releaseSlot(state, idOf(2), 1, noon + 10_000).meanMilliseconds).toBe(50_000);
  });

  it('leaves a slot that a later claim of the same job holds, and one that was given back', () => {
    const taken = takeSlot(slotsOf(1, 2), requestOf(1, { claim: 2 }), noon + 150_000).state;
    expect(releaseSlot(taken, idOf(1), 1, noon + 151_000)).toBe(taken);
    expect(releaseSlot(taken, idOf(3), 1, noon + 151_000)).toBe(taken);
  });
});

describe(slotPartsFor, () => {
  it('keeps up to 32 slots in one item', () => {
    expect(slotPartsFor(idOf(7), 32)).toEqual([{ part: 0, maxSlots: 32 }]);
  });

  it('lets a job look into two different parts of many, which are all the slots together', () => {
    const sizes = new Map<number, number>();
    for (let number = 0; number < 2000; number += 1) {
      const parts = slotPartsFor(number.toString(16).padStart(8, '0'), 100);
      expect(new Set(parts.map(({ part }) => part)).size).toBe(2);
      for (const { part, maxSlots } of parts) sizes.set(part, maxSlots);
    }
    expect([...sizes.keys()].toSorted()).toEqual([0, 1, 2, 3]);
    expect([...sizes.values()].reduce((sum, size) => sum + size)).toBe(100);
  });
});

describe('a backlog of an owner', () => {
  /** Runs a backlog of one owner for half an hour; each job takes its own time. Gives what was begun, and how often jobs looked in. */
  function runBacklog(jobs: number, secondsOf: (job: number) => number, maxSlots: number) {
    const timeline: { at: number; job: number; ends: boolean }[] = [];
    const add = (at: number, job: number, ends: boolean) => void timeline.push({ at, job, ends });
    for (let job = 0; job < jobs; job += 1) add(noon + (job % 60) * 100, job, false);
    let state = noSlotsHeld;
    const count = { begun: 0, polls: 0, maxRunning: 0 };
    while (timeline.length > 0) {
      timeline.sort((one, other) => other.at - one.at);
      const event = timeline.pop();
      if (!event || event.at > noon + 1800_000) break;
      const { at, job } = event;
      if (event.ends) {
        state = releaseSlot(state, idOf(job), 1, at);
        continue;
      }
      count.polls += 1;
      const answer = takeSlot(state, requestOf(job, { maxSlots, until: at + 420_000, random: (job % 97) / 97 }), at);
      state = answer.state;
      if (answer.granted) {
        count.begun += 1;
        add(at + secondsOf(job) * 1000, job, true);
      } else add(Math.ceil(answer.comeAt / 1000) * 1000, job, false);
      count.maxRunning = Math.max(count.maxRunning, Object.keys(state.held).length);
    }
    return count;
  }

  it.each([
    ['as long as is usual', () => 20],
    ['three times as long', () => 60],
    ['very different times', (job: number) => 5 + (job % 12) * 10],
  ])('keeps its slots busy with jobs that take %s, and looks in seldom', (_, secondsOf) => {
    const maxSlots = 8;
    const { begun, polls, maxRunning } = runBacklog(1000, secondsOf, maxSlots);
    const meanSeconds = Array.from({ length: 120 }, (_, job) => secondsOf(job)).reduce((sum, each) => sum + each) / 120;
    expect(maxRunning).toBe(maxSlots);
    expect(begun).toBeGreaterThan(0.8 * Math.min(1000, (maxSlots * 1800) / meanSeconds));
    // Each job that waits looks in once in four minutes or so; those in line come at the pace of the slots.
    expect(polls).toBeLessThan(1000 * 8 + 2 * begun);
  });
});
