import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../../lambda/adapters/system-timers.ts';
import { passRateLimiter } from '../../../lambda/application/rate-limiter/pass-rate-limiter.ts';
import type { GateStore } from '../../../lambda/domain/ports.ts';
import { createMemoryGateStore } from '../../support/memory-gate-store.ts';
import { noon } from '../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';
import { keysOf } from '../../support/worker-fixture.ts';

const candidate = { provider: 'openai', model: 'gpt-image-2' };
const roundTrip = 0.012;

/** A store whose every call takes a round trip, half of it on the way there; and what it was asked. */
function distantStore() {
  const store = createMemoryGateStore();
  const seen = { reads: 0, writes: 0 };
  const distant = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    await seconds(roundTrip / 2);
    const answer = await call();
    await seconds(roundTrip / 2);
    return answer;
  };
  const gates: GateStore = {
    read: (name) => {
      seen.reads += 1;
      return distant(() => store.read(name));
    },
    write: (name, kept, next) => {
      seen.writes += 1;
      return distant(() => store.write(name, kept, next));
    },
  };
  return { store, gates, seen };
}

/** Lets as many starts a second come to the gate of one key, for some seconds. */
async function load(perSecond: number, forSeconds: number) {
  const { store, gates, seen } = distantStore();
  let drawn = 1;
  const random = () => {
    drawn = (drawn * 48_271) % 2_147_483_647;
    return drawn / 2_147_483_647;
  };
  const dependencies = {
    ...{ gates, timers: systemTimers, random, maxClosedSeconds: 225 },
    clock: { now: () => Date.now() },
    requestsPerMinute: () => undefined,
  };
  const keys = await keysOf(['provider-key']).keysFor('openai');
  const took: number[] = [];
  const starts: Promise<void>[] = [];
  const start = async () => {
    const from = Date.now();
    const pass = await passRateLimiter(dependencies, candidate, keys, 'vk_1');
    if (pass.granted) took.push(Date.now() - from);
  };
  for (let come = 0; come < perSecond * forSeconds; come += 1) {
    starts.push(start());
    await seconds(1 / perSecond);
  }
  await Promise.all(starts);
  const name = { provider: 'openai', keyDigest: keys[0]?.digest ?? '', model: candidate.model };
  const counted = (await store.read(name)).state.starts.reduce((sum, { count }) => sum + count, 0);
  return { ...seen, counted, came: starts.length, took: took.toSorted((one, other) => one - other) };
}

describe('passRateLimiter, through one open gate', () => {
  it('lets 250 starts a second through, with few writes, and counts them all the same', async () => {
    const run = await inVirtualTime(noon, 60, () => load(250, 20));
    expect(run.took).toHaveLength(run.came);
    expect(run.writes / run.came).toBeLessThan(0.15);
    expect(run.reads / run.came).toBeLessThan(2.2);
    expect(run.took[Math.floor(run.came * 0.99)]).toBeLessThan(100);
    expect(Math.abs(run.counted / run.came - 1)).toBeLessThan(0.25);
  });

  it('writes each start where they are few', async () => {
    const run = await inVirtualTime(noon, 60, () => load(5, 20));
    expect(run).toMatchObject({ came: 100, writes: 100, counted: 100 });
  });
});
