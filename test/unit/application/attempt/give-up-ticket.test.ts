import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { Failed, Finished, ImageProvider, Waiting } from '../../../../lambda/domain/provider.ts';
import { type Act, createWorkerFixture, deliverImages, failWith } from '../../../support/worker-fixture.ts';

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
  const fixture = createWorkerFixture([ticket, ...script], {
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
  await fixture.accept();
  await fixture.process();
  fixture.clock.advance(301);
  const settings = { ...fixture.dependencies.settings, onSlowTicket: 'fall_back' } as const;
  const work = (over = {}) => fixture.process({ settings, ...over }, { hop: 1 });
  return { fixture, work, cancels: () => cancels };
}

describe('giveUpTicket', () => {
  it('calls the work off and asks the fallback; without the word of the provider the outcome is unknown', async () => {
    const { fixture, work, cancels } = await slowJob([working, working]);
    await work();
    expect(cancels()).toBe(1);
    expect(await fixture.job()).toMatchObject({
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
    expect(fixture.events).toContainEqual(
      expect.objectContaining({ code: 'ticket_given_up', fields: expect.objectContaining({ seconds: 301 }) }),
    );
  });

  it('knows the outcome where the provider says that the work was stopped, so that more requests may follow', async () => {
    const { fixture, work } = await slowJob([working, stopped], undefined, [
      failWith('overloaded', 'busy'),
      failWith('unknown_outcome', 'cut'),
      deliverImages(),
    ]);
    await work();
    expect((await fixture.job()).attempts.map(({ outcome }) => outcome)).toEqual([
      'called_off',
      'overloaded',
      'unknown_outcome',
      'succeeded',
    ]);
  });

  it('makes at most one further request where the provider said nothing', async () => {
    const { fixture, work } = await slowJob([working, working], undefined, [failWith('overloaded', 'busy')]);
    await work();
    expect(await fixture.job()).toMatchObject({ status: 'failed', attempts: [{}, { outcome: 'overloaded' }] });
  });

  it.each([
    ['at the last look', [deliverImages()], 0],
    ['in spite of being called off', [working, deliverImages()], 1],
  ] as [string, Act<Answer>[], number][])('takes images that are done %s', async (_, resume, cancels) => {
    const job = await slowJob(resume);
    await job.work();
    expect(job.cancels()).toBe(cancels);
    expect(await job.fixture.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
    expect(job.fixture.asked).toHaveLength(1);
  });

  it('goes on where the provider can neither be asked nor told', async () => {
    const { fixture, work } = await slowJob([unreachable, unreachable], () => Promise.reject(new Error('No answer.')));
    await work();
    expect(await fixture.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'unknown_outcome' }, {}] });
  });

  it('gives up nothing that is made, and only could not be stored', async () => {
    const { fixture, work, cancels } = await slowJob([deliverImages()]);
    await work({ images: { ...fixture.images, save: () => Promise.reject(new Error('AccessDenied')) } });
    expect(cancels()).toBe(0);
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'started' }]);
  });

  it('makes no request for a job that was cancelled meanwhile', async () => {
    const { fixture, work } = await slowJob([working, working]);
    const { jobs } = fixture;
    const apply: typeof jobs.apply = (id, transition) =>
      transition.name === 'updateAttempt' ? Promise.resolve({ applied: false }) : jobs.apply(id, transition);
    expect((await work({ jobs: { ...jobs, apply } })).action).toBe('retry');
    expect(fixture.asked).toHaveLength(1);
  });
});
