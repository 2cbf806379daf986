import { describe, expect, it } from 'vitest';
import { createDurationRecorder, durationsOf } from '../../../../lambda/application/attempt/duration-recorder.ts';
import { createUsualSeconds } from '../../../../lambda/application/serve/usual-seconds.ts';
import type { Candidate } from '../../../../lambda/domain/generation.ts';
import type { Attempt } from '../../../../lambda/domain/jobs/attempt.ts';
import type { CompletedJob } from '../../../../lambda/domain/jobs/job.ts';
import type { GateStore } from '../../../../lambda/domain/ports.ts';
import { retryAfterSeconds } from '../../../../lambda/http/answer/job-response.ts';
import { drawsFrom, mix } from '../../../simulation/draws.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { createMemoryGateStore } from '../../../support/memory-gate-store.ts';
import { noon, sampleAttempt, sampleJob } from '../../../support/sample-job.ts';

const model: Candidate = { provider: 'openai', model: 'gpt-image-2' };

interface Store extends GateStore {
  readonly counted: { reads: number; writes: number };
}

function countedStore(over: Partial<GateStore> = {}): Store {
  const store = createMemoryGateStore();
  const counted = { reads: 0, writes: 0 };
  return {
    counted,
    read(name) {
      counted.reads += 1;
      return (over.read ?? store.read)(name);
    },
    write(name, seen, next) {
      counted.writes += 1;
      return (over.write ?? store.write)(name, seen, next);
    },
  };
}

function createStage(gates: GateStore = countedStore(), typicalSeconds = 30) {
  const clock = createFixedClock();
  const events: string[] = [];
  const telemetry = { record: (code: string) => void events.push(code) };
  const catalog = { timing: () => ({ typicalSeconds, timeoutSeconds: 300, isPolled: false }) };
  const worker = () => createDurationRecorder({ gates, telemetry });
  const front = () => createUsualSeconds({ gates, catalog, clock, telemetry });
  return { clock, events, worker, front };
}

/** A job that took so long, with an id that is sampled or not. */
function completed(seconds: number, isSampled = true, attempts: readonly Attempt[] = [sampleAttempt()]): CompletedJob {
  const id = `3f2f6a52-1111-4a5b-8c3d-00000000000${isSampled ? '4' : '1'}`;
  return {
    ...sampleJob({ id }),
    ...{ status: 'completed', completedAt: noon + seconds * 1000, expiresAt: noon + 3_600_000, attempts },
    result: { images: [], ...model, latency: 1, warnings: [] },
  } as CompletedJob;
}

describe('createUsualSeconds', () => {
  it('gives what a model has shown lately, whichever of its keys, and asks the store once in 30 seconds', async () => {
    const gates = countedStore();
    const { clock, worker, front } = createStage(gates);
    const usual = front();
    expect(await usual(model)).toBe(30);
    const recorder = worker();
    for (const seconds of [8, 9, 10, 11]) await recorder.record(completed(seconds));
    const { reads } = gates.counted;
    expect(await usual(model)).toBe(30);
    expect(gates.counted.reads).toBe(reads);
    clock.advance(30);
    // Nobody waits for it: the answer serves those that follow.
    expect(await usual(model)).toBe(30);
    expect(gates.counted.reads).toBe(reads + 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await usual(model)).toBeCloseTo(10 + 2 / 3);
    expect(gates.counted.reads).toBe(reads + 1);
    expect(await front()({ ...model, model: 'another' })).toBe(30);
  });

  it("takes a row's word where the store can't answer, and says so", async () => {
    const { events, front } = createStage(countedStore({ read: () => Promise.reject(new Error('silent')) }));
    expect(await front()(model)).toBe(30);
    expect(events).toEqual(['durations_unknown']);
  });
});

describe('createDurationRecorder', () => {
  it('writes the first five jobs of a model, and then one in four', async () => {
    const gates = countedStore();
    const recorder = createStage(gates).worker();
    for (let at = 0; at < 5; at += 1) await recorder.record(completed(10, false));
    expect(gates.counted.writes).toBe(5);
    for (let at = 0; at < 40; at += 1) await recorder.record(completed(10, at % 4 === 0));
    expect(gates.counted.writes).toBe(15);
    // What isn't sampled isn't even read.
    expect(gates.counted.reads).toBe(15);
  });

  it('learns nothing of a job that asked more than once, or of none', async () => {
    const gates = countedStore();
    const recorder = createStage(gates).worker();
    await recorder.record(completed(900, true, [sampleAttempt(), sampleAttempt()]));
    await recorder.record(completed(900, true, []));
    expect(gates.counted).toEqual({ reads: 0, writes: 0 });
  });

  it('lets a job be where another worker was quicker, and where the store fails', async () => {
    const lost = countedStore({ write: async () => false });
    await createStage(lost).worker().record(completed(10));
    expect(lost.counted.writes).toBe(1);
    const { events, worker } = createStage(countedStore({ read: () => Promise.reject(new Error('silent')) }));
    await worker().record(completed(10));
    expect(events).toEqual(['durations_unknown']);
  });

  it("keeps a model's durations apart from the gates of its keys", () => {
    expect(durationsOf(model)).toEqual({ ...model, keyDigest: 'any' });
  });
});

describe('Retry-After of a submission', () => {
  const typical = [3, 5, 12, 20, 30, 45, 90];
  /** How far the true range lies from the row's: a local simulator is much faster, an overloaded provider slower. */
  const speeds = [0.1, 0.5, 1, 2];

  it.each(speeds)(
    'is off by less than a quarter in the median, for models that take %d times what their rows say',
    async (speed) => {
      const errors: number[] = [];
      for (const [row, seconds] of typical.entries()) {
        const draw = drawsFrom(mix(7, row, speed * 10));
        const { clock, worker, front } = createStage(countedStore(), seconds);
        const [recorder, usual] = [worker(), front()];
        for (let job = 0; job < 200; job += 1) {
          clock.advance(10);
          const took = Math.max(1, seconds * speed * (0.5 + draw()));
          // Each job submits before the next ends: what is known is of earlier ones.
          const said = retryAfterSeconds(await usual(model), 0);
          await recorder.record(completed(took, draw() < 0.25));
          if (job >= 10) errors.push(Math.abs(said - took) / took);
        }
      }
      const sorted = errors.toSorted((a, b) => a - b);
      expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(0.25);
    },
  );
});
