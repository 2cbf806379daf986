import { describe, expect, it } from 'vitest';
import { settleOverdue } from '../../../lambda/application/end/fail-overdue.ts';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { acceptedJob, type JobOrder } from '../../../lambda/domain/jobs/job.ts';
import type { ProviderCall } from '../../../lambda/domain/provider.ts';
import { sampleCaller } from '../../support/api-bench.ts';
import { type Act, createWorkerBench, failWith, onePixelPng, streamOf } from '../../support/worker-bench.ts';

const canary = 'canary-lighthouse';

/** An order with the word wherever a caller can put one. */
const order: Partial<JobOrder> = {
  requestId: canary,
  fingerprint: canary,
  modelRequested: `openai/${canary}`,
  rawWanted: { request: true, response: true },
  imagesWanted: 2,
  submission: {
    in: 'item',
    submission: {
      operation: 'generation',
      prompt: canary,
      n: 2,
      parameters: { style: canary, user: canary, negative_prompt: canary },
      extra: { [canary]: [canary] },
    },
  },
  images: [
    { key: `inputs/r2/n/${canary}`, type: 'png', width: 1, height: 1, hasAlpha: true, bytes: 1, sha256: canary },
  ],
  mask: {
    key: `inputs/r2/n/${canary}-mask`,
    type: 'png',
    width: 1,
    height: 1,
    hasAlpha: true,
    bytes: 1,
    sha256: canary,
  },
  warnings: [{ code: 'param_dropped', param: canary, message: canary }],
};

const store = async (call: ProviderCall) => {
  call.keepRawRequest({ prompt: canary });
  call.keepRawResponse(() => ({ said: canary }));
  return { image: await call.saveImage(0, streamOf(onePixelPng)), revisedPrompt: canary };
};
/** A provider that says the word wherever it can. */
const delivers: Act = async (call) => ({
  status: 'finished',
  images: [await store(call)],
  size: canary,
  quality: canary,
  warnings: [{ code: 'param_dropped', param: canary, message: canary }],
});
const waits: Act = async (call) => {
  call.keepRawRequest({ prompt: canary });
  return { status: 'waiting', ticket: { id: 't-1', of: canary }, checkAfterSeconds: 5 };
};
const refuses = failWith('refused', `You said ${canary}.`, { param: canary, statusCode: 400 });
const storesAndFails =
  (...failure: Parameters<typeof failWith>): Act =>
  async (call, model) => {
    await store(call);
    return failWith(...failure)(call, model);
  };

function createCanaryBench(script: Act[], resume: Act[] = []) {
  const bench = createWorkerBench(script, { order, resume, imagesPerRequest: 1, cancel: async () => undefined });
  const { clock, jobs, images, queue, dependencies } = bench;
  const { telemetry, usage } = dependencies;
  const doing = { clock, jobs, images, queue, usage, telemetry };
  const { id, owner } = bench.order;
  return {
    ...bench,
    cancel: () => cancelJob(doing, sampleCaller({ owner }), 'generation', id),
    remove: () => deleteJob(doing, sampleCaller({ owner }), 'generation', id),
    async accept(): Promise<void> {
      await bench.accept();
      for (const image of [...bench.order.images, bench.order.mask]) {
        if (image) await images.put(image.key, onePixelPng, 'image/png');
      }
    },
    /** Whatever is left of it to be done, by workers that come later. */
    async finish(): Promise<void> {
      for (const hop of [0, 1, 2, 3]) {
        clock.advance(200);
        await bench.process({}, { hop });
      }
    },
    left: () => [...images.objects.keys()],
    row: () => JSON.stringify(jobs.record(id)),
  };
}

type Bench = ReturnType<typeof createCanaryBench>;

const states: readonly [string, Act[], (bench: Bench) => Promise<unknown>][] = [
  ['waits', [], async () => undefined],
  ['has completed', [delivers, delivers], (bench) => bench.process()],
  [
    'has a part of its images',
    [delivers, failWith('rate_limited', canary, { retryAfterSeconds: 60 })],
    (bench) => bench.process(),
  ],
  ['has completed in part', [delivers, refuses], (bench) => bench.process()],
  ['has failed', [refuses], (bench) => bench.process()],
  ['waits for its next try', [failWith('overloaded', canary, { retryAfterSeconds: 60 })], (bench) => bench.process()],
  ['has work at the provider', [waits], (bench) => bench.process()],
  ['was cancelled with work at the provider', [waits], (bench) => bench.process().then(() => bench.cancel())],
  [
    'is overdue with work at the provider',
    [waits],
    async (bench) => {
      await bench.process();
      bench.clock.set(bench.order.deadlineAt + 50_000);
      await settleOverdue(bench.dependencies, await bench.job());
    },
  ],
];

describe('deleteJob', () => {
  it.each(states)('leaves no word of a job that %s, in the item or in the bucket', async (_, script, reach) => {
    const bench = createCanaryBench([...script]);
    await bench.accept();
    await reach(bench);
    await bench.remove();
    await bench.finish();
    expect(bench.row()).toContain(bench.order.owner);
    expect(bench.row()).not.toContain(canary);
    expect(bench.left()).toEqual([]);
    expect((await bench.job()).attempts.every(({ outcome }) => outcome !== 'started')).toBe(true);
  });

  it.each<[string, Act]>([
    ['delivers', delivers],
    ['gets a ticket', waits],
    ['is refused', refuses],
    ['stores an image and fails', storesAndFails('malformed', canary, { billed: 'yes', param: canary })],
    ['stores an image and fails at no cost', storesAndFails('overloaded', canary)],
  ])('leaves none by a worker that is at it, and then %s', async (_, act) => {
    const bench: Bench = createCanaryBench([
      async (call, model) => {
        await bench.remove();
        return act(call, model);
      },
    ]);
    await bench.accept();
    await bench.process();
    await bench.finish();
    expect(bench.row()).not.toContain(canary);
    expect(bench.left()).toEqual([]);
    expect((await bench.job()).attempts).toHaveLength(1);
  });

  it.each<[string, (call: ProviderCall) => Promise<never>]>([
    ['stores its image', async (call) => delivers(call, '') as never],
    ['fails after it has stored one', async (call) => storesAndFails('overloaded', canary)(call, '') as never],
  ])('leaves none by a worker that stood still while another finished its work, and then %s', async (_, act) => {
    let thaw = (): void => {};
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    const bench = createCanaryBench([waits], [async (call) => frozen.then(() => act(call)), delivers]);
    await bench.jobs.create(acceptedJob({ ...bench.order, imagesWanted: 1 }));
    await bench.process();
    bench.clock.advance(10);
    const late = bench.process({}, { hop: 1 });
    await expect.poll(async () => (await bench.job()).claim).toBe(2);
    bench.clock.advance(130);
    await bench.process({}, { hop: 1 });
    expect((await bench.job()).status).toBe('completed');
    await bench.remove();
    expect(bench.left()).toEqual([]);
    thaw();
    await late;
    expect(bench.left()).toEqual([]);
    expect(bench.row()).not.toContain(canary);
  });

  it('leaves none by a worker that stood still over what it keeps of a request with a ticket', async () => {
    let thaw = (): void => {};
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    const bench = createCanaryBench([waits], [delivers]);
    await bench.jobs.create(acceptedJob({ ...bench.order, imagesWanted: 1 }));
    const slow: typeof bench.images = {
      ...bench.images,
      putJson: (key, value) => frozen.then(() => bench.images.putJson(key, value)),
    };
    const late = bench.process({ images: slow });
    await expect.poll(async () => (await bench.job()).attempts[0]?.ticket).toBeDefined();
    bench.clock.advance(200);
    await bench.process();
    expect((await bench.job()).status).toBe('completed');
    await bench.remove();
    thaw();
    await late;
    expect(bench.left()).toEqual([]);
  });

  it('removes what a worker had stored that was lost before it took it back', async () => {
    const bench = createCanaryBench([storesAndFails('unsupported', canary)]);
    await bench.accept();
    const dying = { ...bench.images, remove: () => Promise.reject(new Error('lost')) };
    await bench.process({ images: dying });
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'unsupported', billed: 'no' }]);
    expect(bench.left().some((key) => key.endsWith('/1/0.png'))).toBe(true);
    await bench.remove();
    expect(bench.left()).toEqual([]);
  });

  it('keeps the ticket of work that is still to be called off, and nothing of it afterwards', async () => {
    const bench = createCanaryBench([waits]);
    await bench.accept();
    await bench.process();
    await bench.remove();
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'started', ticket: { id: 't-1' } }]);
    await bench.finish();
    expect((await bench.job()).attempts[0]).not.toHaveProperty('ticket');
  });
});
