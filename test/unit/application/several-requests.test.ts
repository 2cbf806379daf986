import { describe, expect, it } from 'vitest';
import { settleOverdue } from '../../../lambda/application/end/fail-overdue.ts';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { sampleCaller } from '../../support/api-bench.ts';
import fc from '../../support/seeded-fast-check.ts';
import { type Act, createWorkerBench, deliverImages, failWith } from '../../support/worker-bench.ts';

/** A bench for a job of `n` images on a provider that makes `imagesPerRequest` at a time. */
function createBench(n: number, script: Act[], imagesPerRequest = 1, seed?: number) {
  const parameters = seed === undefined ? {} : { seed };
  const submission = { operation: 'generation', prompt: 'p', n, parameters, extra: {} } as const;
  return createWorkerBench(script, {
    imagesPerRequest,
    order: { imagesWanted: n, submission: { in: 'item', submission } },
  });
}

type Bench = ReturnType<typeof createBench>;

async function resultOf(bench: Bench) {
  const job = await bench.job();
  if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
  return job.result;
}

describe('a job of more images than one request makes', () => {
  it('is finished by several requests, each in the ledger', async () => {
    const bench = createBench(5, [deliverImages(2), deliverImages(2), deliverImages(1)], 2, 40);
    await bench.accept();
    await bench.process();
    const { images } = await resultOf(bench);
    expect(images.map(({ key }) => key.split('/').slice(-2).join('/'))).toEqual([
      '1/0.png',
      '1/1.png',
      '2/0.png',
      '2/1.png',
      '3/0.png',
    ]);
    expect(bench.requests.map((request) => [request.n, request.parameters.seed])).toEqual([
      [2, 40],
      [2, 42],
      [1, 44],
    ]);
    expect((await bench.job()).attempts).toMatchObject([
      { outcome: 'succeeded', billed: 'yes' },
      { outcome: 'succeeded', billed: 'yes' },
      { outcome: 'succeeded', billed: 'yes' },
    ]);
  });

  it('adds up what its requests used', async () => {
    const using: Act = async (call, model) =>
      ({
        ...(await deliverImages(1)(call, model)),
        usage: { output_tokens: 100, output_tokens_details: { image_tokens: 90 } },
      }) as never;
    const bench = createBench(3, [using, using, using]);
    await bench.accept();
    await bench.process();
    expect(await resultOf(bench)).toMatchObject({
      usage: { output_tokens: 300, output_tokens_details: { image_tokens: 270 } },
    });
  });

  it('keeps what it has when a request fails for good, and says what is missing', async () => {
    const bench = createBench(3, [deliverImages(1), failWith('refused', 'Not this one.')]);
    await bench.accept();
    await bench.process();
    const result = await resultOf(bench);
    expect(result.images).toHaveLength(1);
    expect(result.warnings).toMatchObject([
      {
        code: 'images_missing',
        param: 'n',
        message: expect.stringContaining('1 of 3 images were made. Not this one.'),
      },
    ]);
    expect(bench.images.objects.has(result.images[0]?.key ?? '')).toBe(true);
  });

  it('asks the fallback for the rest alone', async () => {
    const bench = createWorkerBench([deliverImages(1), failWith('billing', 'no credit'), deliverImages(1)], {
      imagesPerRequest: 1,
      order: {
        imagesWanted: 2,
        candidates: [
          { provider: 'openai', model: 'first' },
          { provider: 'openai', model: 'second' },
        ],
      },
    });
    await bench.accept();
    await bench.process();
    expect(bench.asked).toEqual(['first', 'first', 'second']);
    expect((await resultOf(bench)).images).toHaveLength(2);
  });

  it('makes no more than one further request after an outcome that nobody knows', async () => {
    const bench = createBench(4, [deliverImages(1), failWith('unknown_outcome', 'cut'), deliverImages(1)]);
    await bench.accept();
    await bench.process();
    expect((await resultOf(bench)).images).toHaveLength(2);
    expect(bench.asked).toHaveLength(3);
  });

  it('asks no further once a provider has made fewer than it was asked for', async () => {
    const bench = createBench(4, [deliverImages(1)], 2);
    await bench.accept();
    await bench.process();
    expect((await resultOf(bench)).images).toHaveLength(1);
    expect(bench.asked).toHaveLength(1);
  });

  it('goes on after a crash with what was delivered before it', async () => {
    const bench = createBench(3, [deliverImages(1), deliverImages(1), deliverImages(1)]);
    await bench.accept();
    let writes = 0;
    await bench.process({
      jobs: {
        ...bench.jobs,
        apply: (id, transition) => {
          if (transition.name === 'updateAttempt') writes += 1;
          const down = writes > 1 && ['updateAttempt', 'giveBack'].includes(transition.name);
          return down ? Promise.reject(new Error('down')) : bench.jobs.apply(id, transition);
        },
      },
    });
    bench.clock.advance(130);
    await bench.process();
    expect((await resultOf(bench)).images).toHaveLength(3);
    expect(bench.asked).toHaveLength(3); // the second was recovered by its manifest
  });

  it('ends with what it has when its deadline passes', async () => {
    const bench = createBench(2, [deliverImages(1), failWith('rate_limited', 'slow down', { retryAfterSeconds: 60 })]);
    await bench.accept();
    await bench.process();
    bench.clock.advance(1800);
    const settled = await settleOverdue(bench.dependencies, await bench.job());
    expect(settled).toMatchObject({ status: 'completed', completedAt: bench.clock.now() });
    expect((await resultOf(bench)).warnings).toMatchObject([{ code: 'images_missing' }]);
  });

  it('shows what it had at its deadline, also when the last request delivers after it', async () => {
    const late: Act = async (call, model) => {
      bench.clock.advance(1900);
      const settled = await settleOverdue(bench.dependencies, await bench.job());
      expect(settled.status).toBe('completed');
      return deliverImages(1)(call, model);
    };
    const bench = createBench(2, [deliverImages(1), late]);
    await bench.accept();
    await bench.process();
    const { images } = await resultOf(bench);
    expect(images.map(({ key }) => bench.images.objects.has(key))).toEqual([true]);
    expect([...bench.images.objects.keys()].filter((key) => key.includes('/2/'))).toEqual([]);
    expect((await bench.job()).attempts).toMatchObject([
      { outcome: 'succeeded' },
      { outcome: 'succeeded', billed: 'yes' },
    ]);
  });

  it('leaves nothing of its deliveries in the tombstone when it is deleted', async () => {
    const bench = createBench(2, [deliverImages(1), failWith('rate_limited', 'slow', { retryAfterSeconds: 60 })]);
    await bench.accept();
    await bench.process();
    await deleteJob(
      bench.dependencies,
      sampleCaller({ owner: bench.order.owner }),
      bench.order.operation,
      bench.order.id,
    );
    expect(bench.images.objects.size).toBe(0);
    const { attempts } = await bench.job();
    expect(attempts).toHaveLength(2);
    expect(attempts.filter(({ delivered }) => delivered !== undefined)).toEqual([]);
  });

  it('never has more requests or fewer images than its answers allow', async () => {
    const sizes = fc.record({ n: fc.integer({ min: 1, max: 10 }), atOnce: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ n, atOnce }) => {
        const script: Act[] = Array.from({ length: 10 }, () => async (call, model) => {
          const asked = bench.requests.at(-1)?.n ?? 0;
          return deliverImages(asked)(call, model);
        });
        const bench = createBench(n, script, atOnce);
        await bench.accept();
        await bench.process();
        expect((await resultOf(bench)).images).toHaveLength(n);
        expect(bench.asked).toHaveLength(Math.ceil(n / atOnce));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the ledger of a job of several requests', () => {
  const warned: Act = async (call, model) => {
    const said = await deliverImages(1)(call, model);
    const warnings = Array.from({ length: 61 }, (_, at) => ({
      ...({ code: 'param_dropped', param: `field-${at}` } as const),
      message: `field-${at} was left out.`,
    }));
    return said.status === 'finished' ? { ...said, warnings } : said;
  };

  it('says once what all of them say', async () => {
    const bench = createBench(3, [warned, warned, failWith('rate_limited', 'later', { retryAfterSeconds: 60 })]);
    await bench.accept();
    await bench.process();
    const kept = (await bench.job()).attempts.map(({ delivered }) => delivered?.warnings.length);
    expect(kept).toEqual([16, 0, undefined]);
    bench.clock.advance(1800);
    await settleOverdue(bench.dependencies, await bench.job());
    const { warnings } = await resultOf(bench);
    expect(warnings).toHaveLength(16);
    expect(warnings.at(-1)).toMatchObject({ code: 'warnings_omitted', count: 47 });
    expect(warnings.at(-2)).toMatchObject({ code: 'images_missing' });
  });

  it.each(['completed', 'failed', 'overdue', 'cancelled'] as const)(
    'holds no delivery any more once the job is %s',
    async (end) => {
      const last = {
        completed: deliverImages(1),
        failed: failWith('refused', 'No.'),
        overdue: failWith('rate_limited', 'later', { retryAfterSeconds: 60 }),
        cancelled: failWith('rate_limited', 'later', { retryAfterSeconds: 60 }),
      }[end];
      const bench = createBench(2, [deliverImages(1), last]);
      await bench.accept();
      await bench.process();
      if (end === 'overdue') bench.clock.advance(1800);
      if (end === 'overdue') await settleOverdue(bench.dependencies, await bench.job());
      if (end === 'cancelled') {
        await cancelJob(bench.dependencies, sampleCaller({ owner: bench.order.owner }), 'generation', bench.order.id);
      }
      const job = await bench.job();
      expect(job.status).toBe(end === 'cancelled' ? 'cancelled' : 'completed');
      expect(job.attempts.filter(({ delivered }) => delivered !== undefined)).toEqual([]);
    },
  );
});
