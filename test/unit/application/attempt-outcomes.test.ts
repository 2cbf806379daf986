import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import { cancel } from '../../../lambda/domain/jobs/endings.ts';
import { type Act, createWorkerBench, deliverImages, failWith, keysOf } from '../../support/worker-bench.ts';

const wait: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 7 });
const outcomesOf = async (bench: ReturnType<typeof createWorkerBench>) =>
  (await bench.job()).attempts.map(({ outcome, billed }) => [outcome, billed]);

describe('a poll', () => {
  it.each([
    ['overloaded', 503],
    ['rate_limited', 429],
    ['unknown_outcome', undefined],
    ['auth', 401],
  ] as const)('that fails as %s keeps the ticket, and nothing is paid for again', async (kind, statusCode) => {
    const failure = failWith(kind, 'no answer', statusCode === undefined ? {} : { statusCode });
    const bench = createWorkerBench([wait, deliverImages()], { resume: [failure, deliverImages()] });
    await bench.accept();
    await bench.process();
    bench.clock.advance(7);
    await bench.process({}, { hop: 1 });
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'started', ticket: { id: 't-1' } }]);
    bench.clock.advance(60);
    await bench.process({}, { hop: 2 });
    expect(await bench.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
    expect(bench.asked).toHaveLength(1);
  });

  it('that is told of failed work closes the entry, and the next step follows from its kind', async () => {
    const failed = { status: 'failed', failure: new ProviderFailure('refused', 'Not this one.') } as const;
    const bench = createWorkerBench([wait], { resume: [async () => failed] });
    await bench.accept();
    await bench.process();
    bench.clock.advance(7);
    await bench.process({}, { hop: 1 });
    expect(await bench.job()).toMatchObject({
      status: 'failed',
      failure: { code: 'content_refused' },
      attempts: [{ outcome: 'refused' }],
    });
  });

  it('under which the job is cancelled leaves the ticket to be called off', async () => {
    const calledOff: unknown[] = [];
    const bench = createWorkerBench([wait], {
      cancel: async (ticket) => void calledOff.push(ticket),
      resume: [
        async ({ signal }) => {
          await bench.jobs.apply(bench.order.id, cancel(await bench.job(), bench.clock.now()));
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
          throw signal.reason;
        },
      ],
    });
    await bench.accept();
    await bench.process();
    bench.clock.advance(7);
    const eager = { ...bench.dependencies.settings, heartbeatSeconds: 0.02 };
    await bench.process({ settings: eager }, { hop: 1 });
    bench.clock.advance(130);
    await bench.process({}, { hop: 1 });
    expect(calledOff).toEqual([{ id: 't-1' }]);
    expect(await outcomesOf(bench)).toEqual([['abandoned', 'unknown']]);
    expect(bench.jobs.record(bench.order.id)).not.toHaveProperty('openShard');
  });
});

describe('an attempt', () => {
  it('whose manifest may be there keeps its images until the failure is durable', async () => {
    const bench = createWorkerBench([deliverImages()]);
    await bench.accept();
    const { images, jobs } = bench;
    await bench.process({
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
    bench.clock.advance(130);
    await bench.process();
    const job = await bench.job();
    if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
    expect(job.result.images.map(({ key }) => images.objects.has(key))).toEqual([true]);
  });

  it('takes nothing back that another worker has finished the job with', async () => {
    const bench = createWorkerBench([deliverImages()]);
    await bench.accept();
    const { images } = bench;
    await bench.process({
      images: {
        ...images,
        putJson: async (key, value) => {
          await images.putJson(key, value);
          // The lease ends while the answer is lost, and the next worker finds the manifest.
          bench.clock.advance(130);
          await bench.process();
          throw new Error('The answer got lost.');
        },
      },
    });
    const job = await bench.job();
    if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
    expect(job.result.images.map(({ key }) => images.objects.has(key))).toEqual([true]);
  });

  it.each(['putJson', 'save'] as const)(
    'takes back what it has stored once the failure is durable, where only the answer to a %s was lost',
    async (write) => {
      const bench = createWorkerBench([deliverImages(), failWith('invalid', 'x')]);
      await bench.accept();
      const { images } = bench;
      const lost = async (...values: unknown[]): Promise<never> => {
        await (images[write] as (...given: unknown[]) => Promise<unknown>)(...values);
        throw new Error('The answer got lost.');
      };
      await bench.process({ images: { ...images, [write]: lost } });
      expect(images.objects.size).toBe(0);
    },
  );

  it('loses no image because what was only to be shown could not be kept', async () => {
    const bench = createWorkerBench(
      [
        async (call, model) => {
          call.keepRawRequest({ prompt: 'x' });
          return deliverImages()(call, model);
        },
      ],
      { order: { rawWanted: { request: true, response: false } } },
    );
    await bench.accept();
    const { images } = bench;
    await bench.process({
      images: {
        ...images,
        putJson: (key, value) => (key.includes('raw-') ? Promise.reject(new Error('503')) : images.putJson(key, value)),
      },
    });
    expect(await bench.job()).toMatchObject({ status: 'completed' });
    expect(bench.events.map(({ code }) => code)).toContain('raw_not_kept');
  });

  it('keeps a known outcome when the store of keys is down', async () => {
    const bench = createWorkerBench([failWith('auth', 'bad key', { statusCode: 401 })]);
    await bench.accept();
    await bench.process({
      keys: { ...keysOf(['key']), renewed: () => Promise.reject(new Error('The parameter store is down.')) },
    });
    expect(await outcomesOf(bench)).toEqual([['auth', 'no']]);
  });
});
