import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { Failed, Finished, ImageProvider, Waiting } from '../../../../lambda/domain/provider.ts';
import { type Act, createWorkerBench, deliverImages, failWith } from '../../../support/worker-bench.ts';

type Answer = Finished | Waiting | Failed;

const ticket: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 20 });
const working: Act<Answer> = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 20 });
const stopped: Act<Answer> = async () => ({
  status: 'failed',
  failure: new ProviderFailure('called_off', 'It was called off.', { billed: 'unknown' }),
});
const unreachable: Act<Answer> = failWith('overloaded', 'No answer.') as Act<Answer>;

/** A job whose ticket is 301 seconds old, and a stage that doesn't wait for such. */
async function slowJob(resume: Act<Answer>[], cancel?: ImageProvider['cancel'], script: Act[] = [deliverImages()]) {
  let cancels = 0;
  const bench = createWorkerBench([ticket, ...script], {
    resume,
    cancel: async (...given) => {
      cancels += 1;
      await cancel?.(...given);
    },
    order: {
      candidates: [
        { provider: 'openai', model: 'slow' },
        { provider: 'openai', model: 'quick' },
      ],
    },
  });
  await bench.accept();
  await bench.process();
  bench.clock.advance(301);
  const settings = { ...bench.dependencies.settings, onSlowTicket: 'fall_back' } as const;
  const work = (over = {}) => bench.process({ settings, ...over }, { hop: 1 });
  return { bench, work, cancels: () => cancels };
}

describe('giveUpTicket', () => {
  it('calls the work off and asks the fallback; without the word of the provider the outcome is unknown', async () => {
    const { bench, work, cancels } = await slowJob([working, working]);
    await work();
    expect(cancels()).toBe(1);
    expect(await bench.job()).toMatchObject({
      status: 'completed',
      attempts: [
        {
          model: 'slow',
          outcome: 'unknown_outcome',
          billed: 'unknown',
          message: expect.stringContaining('301 seconds'),
        },
        { model: 'quick', outcome: 'succeeded' },
      ],
    });
    expect(bench.events).toContainEqual(
      expect.objectContaining({ code: 'ticket_given_up', fields: expect.objectContaining({ seconds: 301 }) }),
    );
  });

  it('knows the outcome where the provider says that the work was stopped, so that more requests may follow', async () => {
    const { bench, work } = await slowJob([working, stopped], undefined, [
      failWith('overloaded', 'busy'),
      failWith('unknown_outcome', 'cut'),
      deliverImages(),
    ]);
    await work();
    expect((await bench.job()).attempts.map(({ outcome }) => outcome)).toEqual([
      'called_off',
      'overloaded',
      'unknown_outcome',
      'succeeded',
    ]);
  });

  it('makes at most one further request where the provider said nothing', async () => {
    const { bench, work } = await slowJob([working, working], undefined, [failWith('overloaded', 'busy')]);
    await work();
    expect(await bench.job()).toMatchObject({ status: 'failed', attempts: [{}, { outcome: 'overloaded' }] });
  });

  it.each([
    ['at the last look', [deliverImages()], 0],
    ['in spite of being called off', [working, deliverImages()], 1],
  ] as [string, Act<Answer>[], number][])('takes images that are done %s', async (_, resume, cancels) => {
    const job = await slowJob(resume);
    await job.work();
    expect(job.cancels()).toBe(cancels);
    expect(await job.bench.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
    expect(job.bench.asked).toHaveLength(1);
  });

  it('goes on where the provider can neither be asked nor told', async () => {
    const { bench, work } = await slowJob([unreachable, unreachable], () => Promise.reject(new Error('No answer.')));
    await work();
    expect(await bench.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'unknown_outcome' }, {}] });
  });

  it('gives up nothing that is made, and only could not be stored', async () => {
    const { bench, work, cancels } = await slowJob([deliverImages()]);
    await work({ images: { ...bench.images, save: () => Promise.reject(new Error('AccessDenied')) } });
    expect(cancels()).toBe(0);
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'started' }]);
  });

  it('makes no request for a job that was cancelled meanwhile', async () => {
    const { bench, work } = await slowJob([working, working]);
    const { jobs } = bench;
    const apply: typeof jobs.apply = (id, transition) =>
      transition.name === 'updateAttempt' ? Promise.resolve({ applied: false }) : jobs.apply(id, transition);
    expect((await work({ jobs: { ...jobs, apply } })).word).toBe('keep');
    expect(bench.asked).toHaveLength(1);
  });
});
