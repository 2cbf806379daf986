import { describe, expect, it } from 'vitest';
import { countsStarts, sampleWeight, withSample } from '../../../../lambda/domain/rate-limiter/gate-sampling.ts';
import { type GateState, openGate } from '../../../../lambda/domain/rate-limiter/gate-state.ts';
import { noon } from '../../../support/sample-job.ts';

/** Draws that are spread evenly, whatever part of them is looked at. */
const draw = (at: number) => (at * 0.618_034) % 1;
const countOf = ({ starts }: GateState) => starts.reduce((sum, { count }) => sum + count, 0);

/** Lets as many starts through an open gate each second, for some seconds, and says how many were written. */
function run(perSecond: number, seconds: number) {
  let state = openGate;
  let writes = 0;
  for (let start = 0; start < perSecond * seconds; start += 1) {
    const next = withSample(state, draw(start), 0, noon + (start * 1000) / perSecond);
    if (next !== state) writes += 1;
    state = next;
  }
  return { state, writes };
}

describe('withSample', () => {
  it('writes every start while there are few, and each counts one', () => {
    expect(run(5, 30)).toMatchObject({ writes: 150 });
    expect(countOf(run(5, 30).state)).toBe(150);
  });

  it('writes some ten a second, however many there are, and counts them all by weight', () => {
    for (const perSecond of [50, 250, 1000]) {
      const { state, writes } = run(perSecond, 50);
      expect(writes / 50).toBeLessThan(25);
      expect(Math.abs(countOf(state) / (50 * perSecond) - 1)).toBeLessThan(0.15);
    }
  });

  it('halves the chance and doubles the weight with each write that another worker was quicker than', () => {
    expect(countOf(withSample(openGate, 0.49, 1, noon))).toBe(2);
    expect(withSample(openGate, 0.51, 1, noon)).toBe(openGate);
    expect(countOf(withSample(openGate, 0.1, 3, noon))).toBe(8);
  });
});

describe('sampleWeight', () => {
  it('follows the load of the last seconds, and is 1 again when that has gone', () => {
    const starts = [
      { from: noon, count: 1000 },
      { from: noon + 5000, count: 500 },
    ];
    expect(sampleWeight(starts, noon + 7500)).toBe(20);
    expect(sampleWeight(starts, noon + 59_000)).toBe(3);
    expect(sampleWeight(starts, noon + 66_000)).toBe(1);
  });
});

describe('countsStarts', () => {
  it("counts a model's starts always, and those of a key in the hour after a refusal that was the key's", () => {
    expect(countsStarts(openGate, 'model', noon)).toBe(true);
    expect(countsStarts(openGate, 'key', noon)).toBe(false);
    const refused = { ...openGate, refusedAt: noon };
    expect(countsStarts(refused, 'key', noon + 3599_000)).toBe(true);
    expect(countsStarts(refused, 'key', noon + 3600_000)).toBe(false);
  });
});
