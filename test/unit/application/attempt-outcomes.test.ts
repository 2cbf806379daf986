import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import { cancel } from '../../../lambda/domain/jobs/endings.ts';
import type { ModelPrice } from '../../../lambda/domain/money/model-price.ts';
import { type Act, createWorkerFixture, deliverImages, failWith, keysOf } from '../../support/worker-fixture.ts';

const wait: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 7 });
const outcomesOf = async (fixture: ReturnType<typeof createWorkerFixture>) =>
  (await fixture.job()).attempts.map(({ outcome, billed }) => [outcome, billed]);

describe('a refusal that does not say whether it is charged', () => {
  it.each([
    ['free', 'no'],
    ['billed', 'yes'],
    ['unknown', 'unknown'],
  ] as const)('is %s by the price of the model', async (refusal, billed) => {
    const fixture = createWorkerFixture([failWith('refused', 'Not this one.')]);
    const price: ModelPrice = { kind: 'image', source: 'a price list', refusal, rates: [{ usd: 0.04 }] };
    await fixture.accept();
    await fixture.process({ catalog: { ...fixture.dependencies.catalog, price: () => price } });
    expect(await outcomesOf(fixture)).toEqual([['refused', billed]]);
  });
});

describe('a poll', () => {
  it.each([
    ['overloaded', 503],
    ['rate_limited', 429],
    ['unknown_outcome', undefined],
    ['auth', 401],
  ] as const)('that fails as %s keeps the ticket, and nothing is paid for again', async (kind, statusCode) => {
    const failure = failWith(kind, 'no answer', statusCode === undefined ? {} : { statusCode });
    const fixture = createWorkerFixture([wait, deliverImages()], { resume: [failure, deliverImages()] });
    await fixture.accept();
    await fixture.process();
    fixture.clock.advance(7);
    await fixture.process({}, { hop: 1 });
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'started', ticket: { id: 't-1' } }]);
    fixture.clock.advance(60);
    await fixture.process({}, { hop: 2 });
    expect(await fixture.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
    expect(fixture.asked).toHaveLength(1);
  });

  it('that is told of failed work closes the entry, and the next step follows from its kind', async () => {
    const failed = { status: 'failed', failure: new ProviderFailure('refused', 'Not this one.') } as const;
    const fixture = createWorkerFixture([wait], { resume: [async () => failed] });
    await fixture.accept();
    await fixture.process();
    fixture.clock.advance(7);
    await fixture.process({}, { hop: 1 });
    expect(await fixture.job()).toMatchObject({
      status: 'failed',
      failure: { code: 'content_refused' },
      attempts: [{ outcome: 'refused' }],
    });
  });

  it('under which the job is cancelled leaves the ticket to be called off', async () => {
    const calledOff: unknown[] = [];
    const fixture = createWorkerFixture([wait], {
      cancel: async (ticket) => void calledOff.push(ticket),
      resume: [
        async ({ signal }) => {
          await fixture.jobs.apply(fixture.order.id, cancel(await fixture.job(), fixture.clock.now()));
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
          throw signal.reason;
        },
      ],
    });
    await fixture.accept();
    await fixture.process();
    fixture.clock.advance(7);
    const eager = { ...fixture.dependencies.settings, heartbeatSeconds: 0.02 };
    await fixture.process({ settings: eager }, { hop: 1 });
    fixture.clock.advance(130);
    await fixture.process({}, { hop: 1 });
    expect(calledOff).toEqual([{ id: 't-1' }]);
    expect(await outcomesOf(fixture)).toEqual([['abandoned', 'unknown']]);
    expect(fixture.jobs.record(fixture.order.id)).not.toHaveProperty('openShard');
  });
});

describe('an attempt', () => {
  it('whose manifest may be there keeps its images until the failure is durable', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await fixture.accept();
    const { images, jobs } = fixture;
    await fixture.process({
      images: {
        ...images,
        putJson: async (key, value) => {
          await images.putJson(key, value);
          throw new Error('The answer got lost.');
        },
      },
      jobs: {
        ...jobs,
        apply: (id, transition) =>
          transition.name === 'updateAttempt' ? Promise.reject(new Error('down')) : jobs.apply(id, transition),
      },
    });
    fixture.clock.advance(130);
    await fixture.process();
    const job = await fixture.job();
    if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
    expect(job.result.images.map(({ key }) => images.objects.has(key))).toEqual([true]);
  });

  it('takes nothing back that another worker has finished the job with', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await fixture.accept();
    const { images } = fixture;
    await fixture.process({
      images: {
        ...images,
        putJson: async (key, value) => {
          await images.putJson(key, value);
          // The lease ends while the answer is lost, and the next worker finds the manifest.
          fixture.clock.advance(130);
          await fixture.process();
          throw new Error('The answer got lost.');
        },
      },
    });
    const job = await fixture.job();
    if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
    expect(job.result.images.map(({ key }) => images.objects.has(key))).toEqual([true]);
  });

  it.each(['putJson', 'save'] as const)(
    'takes back what it has stored once the failure is durable, where only the answer to a %s was lost',
    async (write) => {
      const fixture = createWorkerFixture([deliverImages(), failWith('invalid', 'x')]);
      await fixture.accept();
      const { images } = fixture;
      const lost = async (...values: unknown[]): Promise<never> => {
        await (images[write] as (...given: unknown[]) => Promise<unknown>)(...values);
        throw new Error('The answer got lost.');
      };
      await fixture.process({ images: { ...images, [write]: lost } });
      expect(images.objects.size).toBe(0);
    },
  );

  it('loses no image because what was only to be shown could not be kept', async () => {
    const fixture = createWorkerFixture(
      [
        async (call, model) => {
          call.keepRawRequest({ prompt: 'x' });
          return deliverImages()(call, model);
        },
      ],
      { order: { rawWanted: { request: true, response: false } } },
    );
    await fixture.accept();
    const { images } = fixture;
    await fixture.process({
      images: {
        ...images,
        putJson: (key, value) => (key.includes('raw-') ? Promise.reject(new Error('503')) : images.putJson(key, value)),
      },
    });
    expect(await fixture.job()).toMatchObject({ status: 'completed' });
    expect(fixture.events.map(({ code }) => code)).toContain('raw_not_kept');
  });

  it('keeps a known outcome when the store of keys is down', async () => {
    const fixture = createWorkerFixture([failWith('auth', 'bad key', { statusCode: 401 })]);
    await fixture.accept();
    await fixture.process({
      keys: { ...keysOf(['key']), renewed: () => Promise.reject(new Error('The parameter store is down.')) },
    });
    expect(await outcomesOf(fixture)).toEqual([['auth', 'no']]);
  });
});
