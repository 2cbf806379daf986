import { describe, expect, it } from 'vitest';
import { itemLimits } from '../../../lambda/domain/jobs/item-limits.ts';
import { type Act, createWorkerFixture, deliverImages, failWith } from '../../support/worker-fixture.ts';

const limited = failWith('rate_limited', 'Too many.', { statusCode: 429, retryAfterSeconds: 60 });

type Fixture = ReturnType<typeof createWorkerFixture>;

/** Works on the job whenever it is due, until it has ended or the script is at its end. */
async function work(fixture: Fixture, polls: number): Promise<void> {
  await fixture.accept();
  for (let hop = 0; hop < polls; hop += 1) {
    await fixture.process({}, { hop });
    fixture.clock.advance(240);
  }
}

describe('a job that is refused for rate again and again', () => {
  it('keeps one entry of all refusals, and one of the request that is then made', async () => {
    const order = { deadlineAt: createWorkerFixture([]).order.createdAt + 24 * 3600_000 };
    const fixture = createWorkerFixture([...Array.from({ length: 39 }, () => limited), deliverImages()], { order });
    await work(fixture, 40);
    expect(fixture.asked).toHaveLength(40);
    const job = await fixture.job();
    expect(job).toMatchObject({
      status: 'completed',
      attempts: [
        { number: 39, outcome: 'rate_limited', count: 39, firstStartedAt: order.deadlineAt - 24 * 3600_000 },
        { number: 40, outcome: 'succeeded' },
      ],
    });
    expect(job.attempts[1]).not.toHaveProperty('count');
  });

  it('has each request in the ledger before it is made, under a number of its own', async () => {
    const seen: unknown[] = [];
    const watching =
      (act: Act): Act =>
      async (call, model) => {
        seen.push((await fixture.job()).attempts.map(({ number, outcome, count }) => [number, outcome, count]));
        return act(call, model);
      };
    const fixture = createWorkerFixture([limited, limited, deliverImages()].map(watching));
    await work(fixture, 3);
    expect(seen).toEqual([
      [[1, 'started', undefined]],
      [
        [1, 'rate_limited', undefined],
        [2, 'started', undefined],
      ],
      [
        [2, 'rate_limited', 2],
        [3, 'started', undefined],
      ],
    ]);
  });

  it('is charged for a request whose worker is lost, as for any other', async () => {
    const lost: Act = async () => {
      throw new Error('The worker is gone.');
    };
    const fixture = createWorkerFixture([limited, limited, lost, deliverImages()]);
    await fixture.accept();
    await fixture.process();
    fixture.clock.advance(120);
    await fixture.process({}, { hop: 1 });
    fixture.clock.advance(120);
    // The outcome can't be written either.
    const jobs = {
      ...fixture.jobs,
      apply: (id: string, transition: Parameters<typeof fixture.jobs.apply>[1]) =>
        ['updateAttempt', 'releaseLease'].includes(transition.name)
          ? Promise.reject(new Error('down'))
          : fixture.jobs.apply(id, transition),
    };
    await fixture.process({ jobs }, { hop: 2 });
    fixture.clock.advance(130);
    await fixture.process({}, { hop: 2 });
    expect((await fixture.job()).attempts).toMatchObject([
      { number: 2, outcome: 'rate_limited', count: 2, billed: 'no' },
      { number: 3, outcome: 'abandoned', billed: 'unknown' },
      { number: 4, outcome: 'succeeded', billed: 'yes' },
    ]);
  });
});

describe('a job whose ledger is full', () => {
  it('fails with what its ledger has, and says so', async () => {
    const candidates = Array.from({ length: 12 }, (_, at) => ({ provider: 'openai', model: `model-${at}` }));
    const fixture = createWorkerFixture(
      Array.from({ length: itemLimits.attempts }, () =>
        failWith('overloaded', 'Busy.', { statusCode: 503, retryAfterSeconds: 60 }),
      ),
      { order: { candidates, deadlineAt: createWorkerFixture([]).order.createdAt + 24 * 3600_000 } },
    );
    await work(fixture, itemLimits.attempts + 1);
    expect(fixture.asked).toHaveLength(itemLimits.attempts);
    expect(await fixture.job()).toMatchObject({
      status: 'failed',
      failure: {
        code: 'provider_error',
        message: 'The job was given up after too many provider requests. The last failure: Busy.',
      },
    });
  });
});

describe('what a provider says', () => {
  it('is cut before it is kept, a result and a failure alike', async () => {
    const long = 'x'.repeat(400_000);
    const wordy: Act = async (call, model) => {
      const said = await deliverImages()(call, model);
      if (said.status !== 'finished') return said;
      return { ...said, images: said.images.map((image) => ({ ...image, revisedPrompt: long })), quality: long };
    };
    const fixture = createWorkerFixture([failWith('overloaded', long, { param: long, retryAfterSeconds: 60 }), wordy]);
    await work(fixture, 2);
    const job = await fixture.job();
    expect(job.status).toBe('completed');
    expect(JSON.stringify(job).length).toBeLessThan(12_000);
  });

  it('fails where a ticket can not be kept, as an outcome that nobody can know', async () => {
    const vast: Act = async () => ({
      status: 'waiting',
      ticket: { url: 'x'.repeat(itemLimits.ticketBytes) },
      checkAfterSeconds: 5,
    });
    const fixture = createWorkerFixture([vast, deliverImages()]);
    await work(fixture, 1);
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'unknown_outcome', billed: 'unknown' }, { outcome: 'succeeded' }],
    });
  });
});
