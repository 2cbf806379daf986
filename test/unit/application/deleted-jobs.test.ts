import { describe, expect, it } from 'vitest';
import { failIfOverdue } from '../../../lambda/application/end/fail-overdue.ts';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { acceptedJob, type JobOrder } from '../../../lambda/domain/jobs/job.ts';
import type { ProviderCall } from '../../../lambda/domain/provider.ts';
import { sampleCaller } from '../../support/api-fixture.ts';
import { type Act, createWorkerFixture, failWith, onePixelPng, streamOf } from '../../support/worker-fixture.ts';

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

function createCanaryFixture(script: Act[], resume: Act[] = []) {
  const fixture = createWorkerFixture(script, { order, resume, imagesPerRequest: 1, cancel: async () => undefined });
  const { clock, jobs, images, queue, dependencies } = fixture;
  const { telemetry, usage } = dependencies;
  const doing = { clock, jobs, images, queue, usage, telemetry };
  const { id, owner } = fixture.order;
  return {
    ...fixture,
    cancel: () => cancelJob(doing, sampleCaller({ owner }), 'generation', id),
    remove: () => deleteJob(doing, sampleCaller({ owner }), 'generation', id),
    async accept(): Promise<void> {
      await fixture.accept();
      for (const image of [...fixture.order.images, fixture.order.mask]) {
        if (image) await images.put(image.key, onePixelPng, 'image/png');
      }
    },
    /** Whatever is left of it to be done, by workers that come later. */
    async finish(): Promise<void> {
      for (const hop of [0, 1, 2, 3]) {
        clock.advance(200);
        await fixture.process({}, { hop });
      }
    },
    left: () => [...images.objects.keys()],
    row: () => JSON.stringify(jobs.record(id)),
  };
}

type Fixture = ReturnType<typeof createCanaryFixture>;

const states: readonly [string, Act[], (fixture: Fixture) => Promise<unknown>][] = [
  ['waits', [], async () => undefined],
  ['has completed', [delivers, delivers], (fixture) => fixture.process()],
  [
    'has a part of its images',
    [delivers, failWith('rate_limited', canary, { retryAfterSeconds: 60 })],
    (fixture) => fixture.process(),
  ],
  ['has completed in part', [delivers, refuses], (fixture) => fixture.process()],
  ['has failed', [refuses], (fixture) => fixture.process()],
  [
    'waits for its next try',
    [failWith('overloaded', canary, { retryAfterSeconds: 60 })],
    (fixture) => fixture.process(),
  ],
  ['has work at the provider', [waits], (fixture) => fixture.process()],
  ['was cancelled with work at the provider', [waits], (fixture) => fixture.process().then(() => fixture.cancel())],
  [
    'is overdue with work at the provider',
    [waits],
    async (fixture) => {
      await fixture.process();
      fixture.clock.set(fixture.order.deadlineAt + 50_000);
      await failIfOverdue(fixture.dependencies, await fixture.job());
    },
  ],
];

describe('deleteJob', () => {
  it.each(states)('leaves no word of a job that %s, in the item or in the bucket', async (_, script, reach) => {
    const fixture = createCanaryFixture([...script]);
    await fixture.accept();
    await reach(fixture);
    await fixture.remove();
    await fixture.finish();
    expect(fixture.row()).toContain(fixture.order.owner);
    expect(fixture.row()).not.toContain(canary);
    expect(fixture.left()).toEqual([]);
    expect((await fixture.job()).attempts.every(({ outcome }) => outcome !== 'started')).toBe(true);
  });

  it.each<[string, Act]>([
    ['delivers', delivers],
    ['gets a ticket', waits],
    ['is refused', refuses],
    ['stores an image and fails', storesAndFails('malformed', canary, { billed: 'yes', param: canary })],
    ['stores an image and fails at no cost', storesAndFails('overloaded', canary)],
  ])('leaves none by a worker that is at it, and then %s', async (_, act) => {
    const fixture: Fixture = createCanaryFixture([
      async (call, model) => {
        await fixture.remove();
        return act(call, model);
      },
    ]);
    await fixture.accept();
    await fixture.process();
    await fixture.finish();
    expect(fixture.row()).not.toContain(canary);
    expect(fixture.left()).toEqual([]);
    expect((await fixture.job()).attempts).toHaveLength(1);
  });

  it.each<[string, (call: ProviderCall) => Promise<never>]>([
    ['stores its image', async (call) => delivers(call, '') as never],
    ['fails after it has stored one', async (call) => storesAndFails('overloaded', canary)(call, '') as never],
  ])('leaves none by a worker that stood still while another finished its work, and then %s', async (_, act) => {
    let thaw = (): void => {};
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    const fixture = createCanaryFixture([waits], [async (call) => frozen.then(() => act(call)), delivers]);
    await fixture.jobs.create(acceptedJob({ ...fixture.order, imagesWanted: 1 }));
    await fixture.process();
    fixture.clock.advance(10);
    const late = fixture.process({}, { hop: 1 });
    await expect.poll(async () => (await fixture.job()).claim).toBe(2);
    fixture.clock.advance(130);
    await fixture.process({}, { hop: 1 });
    expect((await fixture.job()).status).toBe('completed');
    await fixture.remove();
    expect(fixture.left()).toEqual([]);
    thaw();
    await late;
    expect(fixture.left()).toEqual([]);
    expect(fixture.row()).not.toContain(canary);
  });

  it('leaves none by a worker that stood still over what it keeps of a request with a ticket', async () => {
    let thaw = (): void => {};
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    const fixture = createCanaryFixture([waits], [delivers]);
    await fixture.jobs.create(acceptedJob({ ...fixture.order, imagesWanted: 1 }));
    const slow: typeof fixture.images = {
      ...fixture.images,
      putJson: (key, value) => frozen.then(() => fixture.images.putJson(key, value)),
    };
    const late = fixture.process({ images: slow });
    await expect.poll(async () => (await fixture.job()).attempts[0]?.ticket).toBeDefined();
    fixture.clock.advance(200);
    await fixture.process();
    expect((await fixture.job()).status).toBe('completed');
    await fixture.remove();
    thaw();
    await late;
    expect(fixture.left()).toEqual([]);
  });

  it('removes what a worker had stored that was lost before it took it back', async () => {
    const fixture = createCanaryFixture([storesAndFails('unsupported', canary)]);
    await fixture.accept();
    const dying = { ...fixture.images, remove: () => Promise.reject(new Error('lost')) };
    await fixture.process({ images: dying });
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'unsupported', billed: 'no' }]);
    expect(fixture.left().some((key) => key.endsWith('/1/0.png'))).toBe(true);
    await fixture.remove();
    expect(fixture.left()).toEqual([]);
  });

  it('keeps the ticket of work that is still to be called off, and nothing of it afterwards', async () => {
    const fixture = createCanaryFixture([waits]);
    await fixture.accept();
    await fixture.process();
    await fixture.remove();
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'started', ticket: { id: 't-1' } }]);
    await fixture.finish();
    expect((await fixture.job()).attempts[0]).not.toHaveProperty('ticket');
  });
});
