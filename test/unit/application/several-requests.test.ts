import { describe, expect, it } from 'vitest';
import { failIfOverdue } from '../../../lambda/application/end/fail-overdue.ts';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { sampleCaller } from '../../support/api-fixture.ts';
import fc from '../../support/seeded-fast-check.ts';
import { type Act, createWorkerFixture, deliverImages, failWith } from '../../support/worker-fixture.ts';

/** A fixture for a job of `n` images on a provider that makes `imagesPerRequest` at a time. */
function createFixture(n: number, script: Act[], imagesPerRequest = 1, seed?: number) {
  const parameters = seed === undefined ? {} : { seed };
  const submission = { operation: 'generation', prompt: 'p', n, parameters, extra: {} } as const;
  return createWorkerFixture(script, {
    imagesPerRequest,
    order: { imagesWanted: n, submission: { in: 'item', submission } },
  });
}

type Fixture = ReturnType<typeof createFixture>;

async function resultOf(fixture: Fixture) {
  const job = await fixture.job();
  if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
  return job.result;
}

describe('a job of more images than one request makes', () => {
  it('is finished by several requests, each in the ledger', async () => {
    const fixture = createFixture(5, [deliverImages(2), deliverImages(2), deliverImages(1)], 2, 40);
    await fixture.accept();
    await fixture.process();
    const { images } = await resultOf(fixture);
    expect(images.map(({ key }) => key.split('/').slice(-2).join('/'))).toEqual([
      '1/0.png',
      '1/1.png',
      '2/0.png',
      '2/1.png',
      '3/0.png',
    ]);
    expect(fixture.requests.map((request) => [request.n, request.parameters.seed])).toEqual([
      [2, 40],
      [2, 42],
      [1, 44],
    ]);
    expect((await fixture.job()).attempts).toMatchObject([
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
    const fixture = createFixture(3, [using, using, using]);
    await fixture.accept();
    await fixture.process();
    expect(await resultOf(fixture)).toMatchObject({
      usage: { output_tokens: 300, output_tokens_details: { image_tokens: 270 } },
    });
  });

  it('keeps what it has when a request fails for good, and says what is missing', async () => {
    const fixture = createFixture(3, [deliverImages(1), failWith('refused', 'Not this one.')]);
    await fixture.accept();
    await fixture.process();
    const result = await resultOf(fixture);
    expect(result.images).toHaveLength(1);
    expect(result.warnings).toMatchObject([
      {
        code: 'images_missing',
        param: 'n',
        message: expect.stringContaining('1 of 3 images were made. Not this one.'),
      },
    ]);
    expect(fixture.images.objects.has(result.images[0]?.key ?? '')).toBe(true);
  });

  it('asks the fallback for the rest alone', async () => {
    const fixture = createWorkerFixture([deliverImages(1), failWith('billing', 'no credit'), deliverImages(1)], {
      imagesPerRequest: 1,
      order: {
        imagesWanted: 2,
        candidates: [
          { provider: 'openai', model: 'first' },
          { provider: 'openai', model: 'second' },
        ],
      },
    });
    await fixture.accept();
    await fixture.process();
    expect(fixture.asked).toEqual(['first', 'first', 'second']);
    expect((await resultOf(fixture)).images).toHaveLength(2);
  });

  it('makes no more than one further request after an outcome that nobody knows', async () => {
    const fixture = createFixture(4, [deliverImages(1), failWith('unknown_outcome', 'cut'), deliverImages(1)]);
    await fixture.accept();
    await fixture.process();
    expect((await resultOf(fixture)).images).toHaveLength(2);
    expect(fixture.asked).toHaveLength(3);
  });

  it('asks no further once a provider has made fewer than it was asked for', async () => {
    const fixture = createFixture(4, [deliverImages(1)], 2);
    await fixture.accept();
    await fixture.process();
    expect((await resultOf(fixture)).images).toHaveLength(1);
    expect(fixture.asked).toHaveLength(1);
  });

  it('goes on after a crash with what was delivered before it', async () => {
    const fixture = createFixture(3, [deliverImages(1), deliverImages(1), deliverImages(1)]);
    await fixture.accept();
    let writes = 0;
    await fixture.process({
      jobs: {
        ...fixture.jobs,
        apply: (id, transition) => {
          if (transition.name === 'updateAttempt') writes += 1;
          const down = writes > 1 && ['updateAttempt', 'releaseLease'].includes(transition.name);
          return down ? Promise.reject(new Error('down')) : fixture.jobs.apply(id, transition);
        },
      },
    });
    fixture.clock.advance(130);
    await fixture.process();
    expect((await resultOf(fixture)).images).toHaveLength(3);
    expect(fixture.asked).toHaveLength(3); // the second was recovered by its manifest
  });

  it('ends with what it has when its deadline passes', async () => {
    const fixture = createFixture(2, [
      deliverImages(1),
      failWith('rate_limited', 'slow down', { retryAfterSeconds: 60 }),
    ]);
    await fixture.accept();
    await fixture.process();
    fixture.clock.advance(1800);
    const settled = await failIfOverdue(fixture.dependencies, await fixture.job());
    expect(settled).toMatchObject({ status: 'completed', completedAt: fixture.clock.now() });
    expect((await resultOf(fixture)).warnings).toMatchObject([{ code: 'images_missing' }]);
  });

  it('shows what it had at its deadline, also when the last request delivers after it', async () => {
    const late: Act = async (call, model) => {
      fixture.clock.advance(1900);
      const settled = await failIfOverdue(fixture.dependencies, await fixture.job());
      expect(settled.status).toBe('completed');
      return deliverImages(1)(call, model);
    };
    const fixture = createFixture(2, [deliverImages(1), late]);
    await fixture.accept();
    await fixture.process();
    const { images } = await resultOf(fixture);
    expect(images.map(({ key }) => fixture.images.objects.has(key))).toEqual([true]);
    expect([...fixture.images.objects.keys()].filter((key) => key.includes('/2/'))).toEqual([]);
    expect((await fixture.job()).attempts).toMatchObject([
      { outcome: 'succeeded' },
      { outcome: 'succeeded', billed: 'yes' },
    ]);
  });

  it('leaves nothing of its deliveries in the tombstone when it is deleted', async () => {
    const fixture = createFixture(2, [deliverImages(1), failWith('rate_limited', 'slow', { retryAfterSeconds: 60 })]);
    await fixture.accept();
    await fixture.process();
    await deleteJob(
      fixture.dependencies,
      sampleCaller({ owner: fixture.order.owner }),
      fixture.order.operation,
      fixture.order.id,
    );
    expect(fixture.images.objects.size).toBe(0);
    const { attempts } = await fixture.job();
    expect(attempts).toHaveLength(2);
    expect(attempts.filter(({ delivered }) => delivered !== undefined)).toEqual([]);
  });

  it('never has more requests or fewer images than its answers allow', async () => {
    const sizes = fc.record({ n: fc.integer({ min: 1, max: 10 }), atOnce: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ n, atOnce }) => {
        const script: Act[] = Array.from({ length: 10 }, () => async (call, model) => {
          const asked = fixture.requests.at(-1)?.n ?? 0;
          return deliverImages(asked)(call, model);
        });
        const fixture = createFixture(n, script, atOnce);
        await fixture.accept();
        await fixture.process();
        expect((await resultOf(fixture)).images).toHaveLength(n);
        expect(fixture.asked).toHaveLength(Math.ceil(n / atOnce));
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
    const fixture = createFixture(3, [warned, warned, failWith('rate_limited', 'later', { retryAfterSeconds: 60 })]);
    await fixture.accept();
    await fixture.process();
    const kept = (await fixture.job()).attempts.map(({ delivered }) => delivered?.warnings.length);
    expect(kept).toEqual([16, 0, undefined]);
    fixture.clock.advance(1800);
    await failIfOverdue(fixture.dependencies, await fixture.job());
    const { warnings } = await resultOf(fixture);
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
      const fixture = createFixture(2, [deliverImages(1), last]);
      await fixture.accept();
      await fixture.process();
      if (end === 'overdue') fixture.clock.advance(1800);
      if (end === 'overdue') await failIfOverdue(fixture.dependencies, await fixture.job());
      if (end === 'cancelled') {
        await cancelJob(
          fixture.dependencies,
          sampleCaller({ owner: fixture.order.owner }),
          'generation',
          fixture.order.id,
        );
      }
      const job = await fixture.job();
      expect(job.status).toBe(end === 'cancelled' ? 'cancelled' : 'completed');
      expect(job.attempts.filter(({ delivered }) => delivered !== undefined)).toEqual([]);
    },
  );
});
