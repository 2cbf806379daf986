import { describe, expect, it } from 'vitest';
import { digestOfKey } from '../../../lambda/adapters/secrets/key-pool.ts';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import { acceptedJob, type JobOrder } from '../../../lambda/domain/jobs/job.ts';
import { createMemoryGateStore } from '../../support/memory-gate-store.ts';
import { sampleOrder } from '../../support/sample-job.ts';
import { type Act, createWorkerFixture, deliverImages, failWith } from '../../support/worker-fixture.ts';

const keys = ['first-secret-key', 'second-secret-key', 'third-secret-key'];
const modelOf = (model: string) => ({ candidates: [{ provider: 'openai', model }] });
const aliceId = '3f2f6a52-1111-4a5b-8c3d-000000000009';
const eventsOf = (fixture: ReturnType<typeof createWorkerFixture>, wanted: string) =>
  fixture.events.filter(({ code }) => code === wanted);

/** One owner's job on a preview model, and then another's on the model of its choice, with the same keys. */
async function malloryThenAlice(refusals: Act[], aliceModel: string, keyTexts = keys.slice(0, 1)) {
  const gates = createMemoryGateStore();
  const benchOf = (script: Act[], order: Partial<JobOrder>) =>
    createWorkerFixture(script, { gates, keys: keyTexts, order });
  const mallory = benchOf(refusals, { owner: 'vk_mallory', ...modelOf('preview') });
  await mallory.accept();
  await mallory.process();
  const alice = benchOf([deliverImages()], { id: aliceId, owner: 'vk_alice', ...modelOf(aliceModel) });
  await alice.accept();
  await alice.process();
  return { mallory, alice };
}

const dailyLimit = { retryAfterSeconds: 3600, statusCode: 429 };

describe('runAttempt, with a limit of one model', () => {
  it("leaves the other models open, whoever's job was refused and for however long", async () => {
    const { alice } = await malloryThenAlice([failWith('rate_limited', 'A daily limit.', dailyLimit)], 'gpt-image-2');
    expect(await alice.job()).toMatchObject({ status: 'completed' });
  });

  it("closes all models where the provider says that the limit is the key's", async () => {
    const limit = failWith('rate_limited', 'Too many tasks.', { ...dailyLimit, limitIs: 'key' });
    const { mallory, alice } = await malloryThenAlice([limit], 'gpt-image-2');
    expect(eventsOf(mallory, 'gate_closed')).toMatchObject([{ fields: { model: 'preview', limitIs: 'key' } }]);
    expect(alice.asked).toEqual([]);
    expect(alice.queue.take()).toMatchObject([{ delaySeconds: 225 }]);
  });

  it('puts keys that a model is forbidden to on cooldown for that model alone', async () => {
    const forbidden = failWith('auth', 'Your organization must be verified.', { statusCode: 403 });
    const { mallory, alice } = await malloryThenAlice([forbidden, forbidden, forbidden], 'gpt-image-2', keys);
    const fields = { model: 'preview', limitIs: 'model', seconds: 900 };
    expect(eventsOf(mallory, 'model_refused')).toMatchObject([{ fields }, { fields }, { fields }]);
    expect(eventsOf(mallory, 'key_in_cooldown')).toEqual([]);
    expect((await alice.job()).attempts).toMatchObject([
      { outcome: 'succeeded', keyDigest: (await mallory.job()).attempts[0]?.keyDigest },
    ]);
  });

  it('leaves a forbidden key alone for that model while another can serve it', async () => {
    const { alice } = await malloryThenAlice(
      [failWith('auth', 'Not this model.', { statusCode: 403 }), deliverImages()],
      'preview',
      keys.slice(0, 2),
    );
    const [refused, other] = keys.map(digestOfKey).slice(0, 2);
    expect((await alice.job()).attempts[0]?.keyDigest).toBe(other);
    expect(refused).not.toBe(other);
  });
});

describe('runAttempt, after a closing', () => {
  it('shuts others out for an eighth of the deadline, and then lets one probe go, whose outcome the others wait for', async () => {
    const script = [failWith('rate_limited', 'A daily limit.', dailyLimit)];
    const fixture = createWorkerFixture(script, { order: { owner: 'vk_mallory' } });
    await fixture.accept();
    await fixture.process();
    expect((await fixture.job()).status).toBe('failed');
    const come = async (id: string) => {
      await fixture.jobs.create(acceptedJob(sampleOrder({ id, owner: `vk_${id}` })));
      await fixture.process({}, { jobId: id });
      return (await fixture.jobs.find(id))?.status;
    };
    expect(await come('too-early')).toBe('processing');
    fixture.clock.advance(225);
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    script.push(async (call, model) => {
      asked.resolve();
      await answered.promise;
      return deliverImages()(call, model);
    }, deliverImages());
    const probing = fixture.process({}, { jobId: 'too-early', hop: 1 });
    await asked.promise;
    expect(await come('while-probing')).toBe('processing');
    expect(fixture.asked).toHaveLength(2);
    answered.resolve();
    await probing;
    expect(await come('afterwards')).toBe('completed');
  });

  it('closes again for longer where the probe is refused', async () => {
    const limited = failWith('rate_limited', 'Not yet.', { statusCode: 429, retryAfterSeconds: 1 });
    const fixture = createWorkerFixture([limited, limited, limited, limited], { order: { deadlineAt: 1e15 } });
    await fixture.accept();
    for (let hop = 0; hop < 4; hop += 1) {
      await fixture.process({}, { hop });
      const retryAt = (await fixture.job()).attempts.at(-1)?.retryAt ?? 0;
      fixture.clock.set(retryAt);
    }
    const closings = eventsOf(fixture, 'gate_closed').map(({ fields }) => fields.seconds);
    expect(closings).toEqual([1, 2, 4, 8]);
  });

  it('tells of a long closing that follows a short one still under way, and not of each refusal', async () => {
    const limitFor = (retryAfterSeconds: number) =>
      failWith('rate_limited', 'Not yet.', { statusCode: 429, retryAfterSeconds });
    const hints = [20, 25, 200, 200, 201];
    const ids = hints.map((_, index) => `job-${index}`);
    const allAsked = Promise.withResolvers<void>();
    const turns = hints.map(() => Promise.withResolvers<void>());
    let asked = 0;
    const script: Act[] = hints.map((seconds, index) => async (call, model) => {
      asked += 1;
      if (asked === hints.length) allAsked.resolve();
      await turns[index]?.promise;
      return limitFor(seconds)(call, model);
    });
    const fixture = createWorkerFixture(script);
    for (const id of ids) await fixture.jobs.create(acceptedJob(sampleOrder({ id, owner: `vk_${id}` })));
    const working = ids.map((jobId) => fixture.process({}, { jobId }));
    await allAsked.promise;
    for (const [index, turn] of turns.entries()) {
      turn.resolve();
      await working[index];
    }
    expect(eventsOf(fixture, 'gate_closed').map(({ fields }) => fields.seconds)).toEqual([20, 200]);
  });

  it('takes the news of a probe for no reason to lose its images', async () => {
    const limited = failWith('rate_limited', 'Not yet.', { statusCode: 429, retryAfterSeconds: 20 });
    const fixture = createWorkerFixture([limited, deliverImages()]);
    await fixture.accept();
    await fixture.process();
    fixture.clock.advance(20);
    let writes = 0;
    const gates = {
      ...fixture.gates,
      write: (...write: Parameters<typeof fixture.gates.write>) => {
        writes += 1;
        return writes === 1 ? fixture.gates.write(...write) : Promise.reject(new Error('The table is out of reach.'));
      },
    };
    await fixture.process({ gates }, { hop: 1 });
    expect(await fixture.job()).toMatchObject({ status: 'completed' });
    expect(eventsOf(fixture, 'gate_not_told')).toHaveLength(1);
  });
});

describe('ProviderFailure', () => {
  it.each([
    ['rate_limited', 429, 'model'],
    ['auth', 403, 'model'],
    ['auth', 401, 'key'],
    ['billing', 402, 'key'],
    ['billing', 403, 'key'],
  ] as const)('takes %s with %d for a limit of the %s, where nobody says', (kind, statusCode, limitIs) => {
    expect(new ProviderFailure(kind, 'No.', { statusCode }).limitIs).toBe(limitIs);
    expect(new ProviderFailure(kind, 'No.', { statusCode, limitIs: 'key' }).limitIs).toBe('key');
  });
});
