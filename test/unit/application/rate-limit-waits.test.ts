import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../lambda/domain/generation.ts';
import type { Job } from '../../../lambda/domain/jobs/job.ts';
import { noon } from '../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';
import { type Act, createWorkerFixture, deliverImages, failWith } from '../../support/worker-fixture.ts';

const openai = { provider: 'openai', model: 'gpt-image-2' };
const bfl = { provider: 'bfl', model: 'flux-2-pro' };

interface Life {
  readonly job: Job;
  /** Seconds after the submission at which each model was asked. */
  readonly asked: readonly { readonly model: string; readonly at: number }[];
  readonly endedAt: number;
}

/** A job's whole life with a provider that refuses one model for ever, and delivers with any other. */
const lifeOf = (
  hintSeconds: number | undefined,
  candidates: readonly Candidate[],
  patienceSeconds = 20,
): Promise<Life> =>
  inVirtualTime(noon, 4000, async () => {
    const asked: { model: string; at: number }[] = [];
    const hint = hintSeconds === undefined ? {} : { retryAfterSeconds: hintSeconds };
    const limited = failWith('rate_limited', 'Too many.', { statusCode: 429, ...hint });
    const act: Act = (call, model) => {
      asked.push({ model, at: (Date.now() - noon) / 1000 });
      return model === openai.model ? limited(call, model) : deliverImages()(call, model);
    };
    const fixture = createWorkerFixture(
      Array.from({ length: 2000 }, () => act),
      { order: { candidates } },
    );
    const settings = { ...fixture.dependencies.settings, rateLimitPatienceSeconds: patienceSeconds };
    await fixture.accept();
    for (let hop = 0; ; ) {
      await fixture.process({ settings, clock: { now: () => Date.now() } }, { hop });
      const [sent] = fixture.queue.take();
      if (!sent) break;
      hop = sent.wakeUp.hop;
      await seconds(sent.delaySeconds);
    }
    return { job: await fixture.job(), asked, endedAt: (Date.now() - noon) / 1000 };
  });

describe('a job that is refused for rate without end', () => {
  it.each([0, 0.5, 1, 5, 20, undefined])(
    'makes at most forty requests until its deadline, at a hint of %s s',
    async (hint) => {
      const { job, asked } = await lifeOf(hint, [openai]);
      expect(job).toMatchObject({ status: 'failed', failure: { code: 'unavailable' } });
      expect(asked.length).toBeLessThanOrEqual(40);
      expect(asked.at(-1)?.at).toBeGreaterThan(1000);
    },
  );

  it.each([0, 1, 5, 15, 20, 3600, undefined])(
    'has its fallback elsewhere asked within its patience, at a hint of %s s',
    async (hint) => {
      const { job, asked, endedAt } = await lifeOf(hint, [openai, bfl]);
      expect(job).toMatchObject({ status: 'completed', result: { provider: 'bfl' } });
      expect(asked.at(-1)?.model).toBe(bfl.model);
      expect(endedAt).toBeLessThanOrEqual(21);
    },
  );

  it('waits for as long as the stage says, and asks at once where that is not at all', async () => {
    expect((await lifeOf(5, [openai, bfl], 0)).endedAt).toBeLessThan(1);
    const { asked, endedAt } = await lifeOf(5, [openai, bfl], 120);
    expect(asked.length).toBeGreaterThan(5);
    expect(endedAt).toBeGreaterThan(60);
    expect(endedAt).toBeLessThanOrEqual(121);
  });

  it('waits no longer for its fallback at the same provider than its deadline asks for', async () => {
    const { asked } = await lifeOf(60, [openai, { ...openai, model: 'gpt-image-1.5' }]);
    expect(asked.at(-1)?.at).toBeGreaterThan(1200);
  });
});

describe('a job that is held up by a gate', () => {
  it('keeps since when, so that each worker knows how much of its patience is left', async () => {
    const fixture = createWorkerFixture([deliverImages()], { order: { candidates: [openai, bfl] } });
    const [key] = await fixture.dependencies.keys.keysFor('openai');
    const close = async (forSeconds: number) => {
      const name = { ...openai, keyDigest: key?.digest ?? '' };
      const seen = await fixture.gates.read(name);
      await fixture.gates.write(name, seen, { ...seen.state, closedUntil: fixture.clock.now() + forSeconds * 1000 });
    };
    await fixture.accept();
    await close(15);
    await fixture.process();
    expect(await fixture.job()).toMatchObject({ attempts: [], heldSince: noon, dueAt: noon + 15_000 });
    fixture.clock.advance(15);
    await close(15);
    await fixture.process({}, { hop: 1 });
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [{ provider: 'openai', outcome: 'rate_limited', imagesAsked: 0 }, { provider: 'bfl' }],
    });
  });
});
