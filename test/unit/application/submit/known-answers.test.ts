import { describe, expect, it } from 'vitest';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import type { ReceivedSubmission } from '../../../../lambda/domain/jobs/received-submission.ts';
import { createApiFixture, received, sampleCaller } from '../../../support/api-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const cache = { key: 'k', ttlSeconds: 60, store: true };
const edit = received({
  submission: { operation: 'edit', prompt: 'a boat', n: 1, parameters: {}, extra: {} },
  images: [{ param: 'image', bytes: pngBytes(100) }],
  cache,
});

function createFixture() {
  const fixture = createApiFixture();
  const { submitting } = fixture;
  const plan: typeof submitting.plan = (...args) => ({ ...submitting.plan(...args), quote: { worst: 9, likely: 9 } });
  const submit = async (what: ReceivedSubmission = edit, over: Parameters<typeof sampleCaller>[0] = {}) =>
    (await submitJob({ ...submitting, plan }, sampleCaller(over), 'request-1', what)).job;
  return {
    ...fixture,
    submit,
    idOf: async (over: Partial<ReceivedSubmission>, caller: Parameters<typeof sampleCaller>[0] = {}) =>
      (await submit({ ...edit, ...over }, caller)).cache?.id,
    /** There is an answer to what is equal to `edit`, for a minute. */
    async know() {
      const id = (await submit()).cache?.id ?? '';
      const led = { id, owner: 'vk_1', leader: 'job', nonce: 'nonce' };
      await fixture.answers.lead({ ...led, state: 'leading', deadlineAt: 0 }, undefined);
      const result = { images: [], provider: 'openai', model: 'good', latency: 1, warnings: [] };
      await fixture.answers.publish({ ...led, state: 'full', result, expiresAt: fixture.clock.now() + 60_000 });
    },
  };
}

describe('submitJob, with a cache key', () => {
  it('names one entry for equal submissions, whatever their format, time to live and idempotency key', async () => {
    const { idOf, submit } = createFixture();
    const id = await idOf({});
    expect((await submit()).cache).toEqual({ id, ttlSeconds: 60, store: true });
    expect(await idOf({ responseFormat: 'b64_json' })).toBe(id);
    expect(await idOf({ cache: { ...cache, ttlSeconds: 7, store: false } })).toBe(id);
    expect(await idOf({ idempotencyKey: 'i', resultTtlSeconds: 9 })).toBe(id);
    expect((await submit({ ...edit, cache: undefined } as unknown as ReceivedSubmission)).cache).toBeUndefined();
  });

  it('names another entry for another owner, key, field or image', async () => {
    const { idOf } = createFixture();
    const ids = [
      await idOf({}),
      await idOf({}, { owner: 'vk_2' }),
      await idOf({ cache: { ...cache, key: 'other' } }),
      await idOf({ model: 'openai/better' }),
      await idOf({ fallbacks: ['openai/better'] }),
      await idOf({ submission: { ...edit.submission, n: 2 } }),
      await idOf({ submission: { ...edit.submission, parameters: { quality: 'high' } } }),
      await idOf({ images: [{ param: 'image', bytes: pngBytes(101) }] }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('accepts what has an answer beyond rate and budget, but not beyond the open jobs', async () => {
    const fixture = createFixture();
    await fixture.know();
    const rate = { rateLimits: [{ requests: 1, period: '1M' as const }] };
    const budget = { budgets: [{ micros: 8, period: '1M' as const }] };
    expect(await fixture.submit(edit, { limits: { ...rate, ...budget } })).toMatchObject({ reserved: 0 });
    const other = { ...edit, cache: { ...cache, key: 'unknown' } };
    await expect(fixture.submit(other, { limits: rate })).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(fixture.submit(other, { limits: budget })).rejects.toMatchObject({ code: 'budget_exceeded' });
    await expect(fixture.submit(edit, { limits: { maxOpenJobs: 1 } })).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('binds by the limits again what has an answer no more, or none that can be read', async () => {
    const fixture = createFixture();
    await fixture.know();
    const limits = { rateLimits: [{ requests: 1, period: '1M' as const }] };
    const find = () => Promise.reject(new Error('The table is down.'));
    const down = { ...fixture.submitting, answers: { find } };
    const refused = { code: 'rate_limited' };
    await expect(submitJob(down, sampleCaller({ limits }), 'request-1', edit)).rejects.toMatchObject(refused);
    expect(fixture.codes()).toContain('answers_unavailable');
    fixture.clock.advance(60);
    await expect(fixture.submit(edit, { limits })).rejects.toMatchObject(refused);
  });
});
