import { describe, expect, it } from 'vitest';
import { cancelJob } from '../../../../lambda/application/serve/cancel-job.ts';
import { reserveRoom } from '../../../../lambda/application/submit/reserve-room.ts';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import { GatewayError } from '../../../../lambda/domain/error-code.ts';
import type { ReceivedSubmission } from '../../../../lambda/domain/jobs/received-submission.ts';
import { WriteRefused } from '../../../../lambda/domain/jobs/write-refused.ts';
import type { Caller } from '../../../../lambda/domain/keys/caller.ts';
import type { Budget } from '../../../../lambda/domain/keys/key-limits.ts';
import type { PlanRequest } from '../../../../lambda/domain/ports.ts';
import { createApiFixture, received, sampleCaller } from '../../../support/api-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { noon } from '../../../support/sample-job.ts';

const minute = 60_000;
const limited = (limits: Caller['limits']): Caller => sampleCaller({ limits });
const oneOpen = limited({ maxOpenJobs: 1, rateLimits: [] });
const edit = received({
  submission: { operation: 'edit', prompt: 'a boat', n: 1, parameters: {}, extra: {} },
  images: [{ param: 'image', bytes: pngBytes(100) }],
});

function createLimitFixture() {
  const fixture = createApiFixture();
  const { clock, usage } = fixture;
  const submit = (caller: Caller, what: ReceivedSubmission = edit, over: Partial<typeof fixture.submitting> = {}) =>
    submitJob({ ...fixture.submitting, ...over }, caller, 'request-1', what);
  return {
    ...fixture,
    submit,
    refusal: (caller: Caller, over: Partial<typeof fixture.submitting> = {}) =>
      submit(caller, edit, over).then(
        () => undefined,
        (error: unknown) => (error instanceof GatewayError ? error : Promise.reject(error)),
      ),
    /** What is reserved, and what counts in the current minute. */
    async used() {
      const found = await usage.find('vk_1');
      const startsAt = Math.floor(clock.now() / minute) * minute;
      const count = found?.counts.find((each) => each.period === '1m' && each.startsAt === startsAt);
      return [found?.open.length ?? 0, count?.requests ?? 0];
    },
  };
}

describe(reserveRoom, () => {
  it('reserves for the job that is made, and says how the limits then stand', async () => {
    const fixture = createLimitFixture();
    fixture.clock.advance(12.5);
    const { job, limits } = await fixture.submit(sampleCaller());
    expect((await fixture.usage.find('vk_1'))?.open).toEqual([
      { nonce: job.submissionNonce, jobId: job.id, at: job.createdAt, micros: 0 },
    ]);
    const limit = { requests: 600, period: '1m' };
    expect(limits).toEqual({ rateLimits: [{ limit, windowSeconds: 60, remaining: 599, resetSeconds: 48 }] });
  });

  it('refuses what is above a rate until the next window, says what and when, and leaves nothing behind', async () => {
    const fixture = createLimitFixture();
    const caller = limited({ rateLimits: [{ requests: 2, period: '1m' }] });
    fixture.clock.advance(20);
    await fixture.submit(caller);
    await fixture.submit(caller);
    const [objects, sent] = [fixture.images.objects.size, fixture.queue.sent.length];
    const refusal = await fixture.refusal(caller);
    expect(refusal).toMatchObject({
      code: 'rate_limited',
      param: 'rate_limits',
      retryAfterSeconds: 40,
      limits: { rateLimits: [{ remaining: 0, resetSeconds: 40 }] },
    });
    expect(refusal?.message).toContain('its limit of 2 submissions a minute');
    expect(refusal?.message).toContain(`begins at ${new Date(noon + minute).toISOString()}, in 40 seconds`);
    expect([fixture.images.objects.size, fixture.queue.sent.length, fixture.jobs.records().length]).toEqual([
      objects,
      sent,
      2,
    ]);
    expect(fixture.events.at(-1)).toMatchObject({ code: 'submission_limited', fields: { owner: 'vk_1', limit: '1m' } });
    fixture.clock.advance(40);
    await fixture.submit(caller);
  });

  it('refuses what is above the open jobs until one of them ends', async () => {
    const fixture = createLimitFixture();
    const { job } = await fixture.submit(oneOpen);
    const refusal = await fixture.refusal(oneOpen);
    expect(refusal).toMatchObject({
      ...{ code: 'rate_limited', param: 'max_open_jobs' },
      ...{ retryAfterSeconds: 5, limits: { rateLimits: [] } },
    });
    expect(refusal?.message).toContain('its limit of 1 open job.');
    await cancelJob(fixture, oneOpen, 'edit', job.id);
    await fixture.submit(oneOpen);
  });

  it('says how the limits stand from the shortest period to the longest, accepted or not', async () => {
    const fixture = createLimitFixture();
    const caller = limited({
      rateLimits: (['1M', '1h', '1m'] as const).map((period) => ({ requests: 1, period })),
    });
    const { limits } = await fixture.submit(caller);
    const refusal = await fixture.refusal(caller);
    for (const told of [limits?.rateLimits, refusal?.limits?.rateLimits]) {
      expect(told?.map(({ limit }) => limit.period)).toEqual(['1m', '1h', '1M']);
    }
  });

  it('counts in the plural and in the singular', async () => {
    const fixture = createLimitFixture();
    fixture.clock.advance(59);
    const oneAMinute = limited({ rateLimits: [{ requests: 1, period: '1m' }] });
    await fixture.submit(oneAMinute);
    expect((await fixture.refusal(oneAMinute))?.message).toMatch(/ limit of 1 submission a minute\..*, in 1 second\.$/);
    await fixture.submit(limited({ maxOpenJobs: 2, rateLimits: [] }));
    const twoOpen = await fixture.refusal(limited({ maxOpenJobs: 2, rateLimits: [] }));
    expect(twoOpen?.message).toContain(' limit of 2 open jobs.');
  });

  describe('with budgets', () => {
    const cents = 10_000;
    const budgeted = (...budgets: Budget[]): Caller => limited({ budgets });

    /** Each submission may cost so much. */
    function createPricedFixture(worst: number) {
      const fixture = createLimitFixture();
      const plan: PlanRequest = (...asked) => ({ ...fixture.submitting.plan(...asked), quote: { worst } });
      type Over = Partial<typeof fixture.submitting>;
      return {
        ...fixture,
        submit: (caller: Caller) => fixture.submit(caller, edit, { plan }),
        refusal: (caller: Caller, over: Over = {}) => fixture.refusal(caller, { plan, ...over }),
      };
    }

    it('reserves what one request may cost, and shows the budget that has least left', async () => {
      const fixture = createPricedFixture(4 * cents);
      fixture.clock.advance(15);
      const caller = budgeted({ micros: 900 * cents, period: '1M' }, { micros: 10 * cents, period: '1h' });
      const { job, limits } = await fixture.submit(caller);
      expect((await fixture.usage.find('vk_1'))?.open).toMatchObject([{ micros: 4 * cents }]);
      expect(job.reserved).toBe(4 * cents);
      expect(limits?.budget).toEqual({
        budget: { micros: 10 * cents, period: '1h' },
        remaining: 6 * cents,
        resetSeconds: 3585,
      });
    });

    it('refuses what a budget has no room for, says what is left, what it may cost and when to come', async () => {
      const fixture = createPricedFixture(4 * cents);
      fixture.clock.advance(20);
      const caller = budgeted({ micros: 10 * cents, period: '1m' });
      await fixture.submit(caller);
      await fixture.submit(caller);
      const objects = fixture.images.objects.size;
      const refusal = await fixture.refusal(caller);
      expect(refusal).toMatchObject({
        ...{ code: 'budget_exceeded', param: 'budgets', retryAfterSeconds: 40 },
        limits: { budget: { remaining: 2 * cents, resetSeconds: 40 } },
      });
      expect(refusal?.message).toBe(
        `This request may cost up to 0.04 USD, and 0.02 USD is left of this caller's budget of 0.1 USD a minute. Nothing was accepted or charged; the next window begins at ${new Date(noon + minute).toISOString()}, in 40 seconds.`,
      );
      expect(fixture.events.at(-1)).toMatchObject({ code: 'submission_limited', fields: { limit: 'budget' } });
      expect([fixture.images.objects.size, fixture.jobs.records().length]).toEqual([objects, 2]);
      fixture.clock.advance(40);
      await fixture.submit(caller);
    });

    it('asks nobody to wait for a budget that is smaller than the request', async () => {
      const fixture = createPricedFixture(11 * cents);
      const refusal = await fixture.refusal(budgeted({ micros: 10 * cents, period: '1d' }));
      expect(refusal).toMatchObject({ code: 'budget_exceeded', retryAfterSeconds: undefined });
      expect(refusal?.message).toContain("more than this caller's budget of 0.1 USD a day, of which 0.1 USD is left");
      expect(refusal?.message).toContain('has no room for it either');
    });

    it('refuses for the rate before the budget', async () => {
      const fixture = createPricedFixture(11 * cents);
      const caller = limited({
        ...{ budgets: [{ micros: 11 * cents, period: '1d' }], rateLimits: [{ requests: 1, period: '1m' }] },
      });
      await fixture.submit(caller);
      expect(await fixture.refusal(caller)).toMatchObject({ code: 'rate_limited', param: 'rate_limits' });
    });

    it('reserves for a caller without budgets, too, so that one that is set later knows', async () => {
      const fixture = createPricedFixture(4 * cents);
      const { limits } = await fixture.submit(sampleCaller());
      expect(limits?.budget).toBeUndefined();
      expect(await fixture.refusal(budgeted({ micros: 7 * cents, period: '1d' }))).toMatchObject({
        code: 'budget_exceeded',
      });
    });

    it('gives the money back where nothing was accepted', async () => {
      const fixture = createPricedFixture(10 * cents);
      const caller = budgeted({ micros: 10 * cents, period: '1M' });
      const put = () => Promise.reject(new Error('down'));
      await fixture.refusal(caller, { images: { ...fixture.images, put } });
      await fixture.submit(caller);
    });
  });

  it('holds the defaults of the stage where a caller has no limits of its own', async () => {
    const fixture = createLimitFixture();
    const defaultLimits = { maxOpenJobs: 1, rateLimits: [] };
    const over = { settings: { ...fixture.submitting.settings, defaultLimits } };
    await fixture.submit(sampleCaller(), edit, over);
    expect(await fixture.refusal(sampleCaller(), over)).toMatchObject({ code: 'rate_limited' });
    expect(await fixture.refusal(limited({ maxOpenJobs: 2 }), over)).toBeUndefined();
  });

  it('asks for no room for what it had accepted before, nor tells of the limits', async () => {
    const fixture = createLimitFixture();
    const keyed = { ...edit, idempotencyKey: 'key-1' };
    await fixture.submit(oneOpen, keyed);
    const replay = await fixture.submit(oneOpen, keyed);
    expect([replay.replayed, replay.limits]).toEqual([true, undefined]);
    expect(await fixture.used()).toEqual([1, 1]);
  });

  it('gives the room back where the inputs can not be stored', async () => {
    const fixture = createLimitFixture();
    const put = () => Promise.reject(new Error('down'));
    expect(await fixture.refusal(oneOpen, { images: { ...fixture.images, put } })).toMatchObject({
      code: 'unavailable',
    });
    expect(await fixture.used()).toEqual([0, 0]);
  });

  it('gives the room back where the table refuses the job, or the job is undone for certain', async () => {
    const fixture = createLimitFixture();
    const create = () => Promise.reject(new WriteRefused('refused'));
    expect(await fixture.refusal(oneOpen, { jobs: { ...fixture.jobs, create } })).toMatchObject({
      code: 'unavailable',
    });
    expect(await fixture.used()).toEqual([0, 0]);
    const queue = { send: () => Promise.reject(new Error('down')) };
    expect(await fixture.refusal(oneOpen, { queue })).toMatchObject({ code: 'unavailable' });
    expect(await fixture.used()).toEqual([0, 0]);
  });

  it('keeps the room where nobody can say whether there is a job', async () => {
    const fixture = createLimitFixture();
    const fails = () => Promise.reject(new Error('down'));
    const jobs = { ...fixture.jobs, create: fails, undo: fails };
    expect(await fixture.refusal(oneOpen, { jobs })).toMatchObject({ code: 'unavailable' });
    expect(await fixture.used()).toEqual([1, 1]);
  });

  it('gives the room back of a submission whose twin was first', async () => {
    const fixture = createLimitFixture();
    const keyed = { ...edit, idempotencyKey: 'key-1' };
    const find = fixture.jobs.find;
    const polls: string[] = [];
    // The twin is there by the time that this one writes.
    const jobs = { ...fixture.jobs, find: async (id: string) => (polls.push(id) === 1 ? undefined : find(id)) };
    await fixture.submit(sampleCaller(), keyed);
    const replay = await fixture.submit(sampleCaller(), keyed, { jobs });
    expect([replay.replayed, replay.limits]).toEqual([true, undefined]);
    expect(await fixture.used()).toEqual([1, 1]);
  });

  it('answers with the job of a twin that took the last room', async () => {
    const fixture = createLimitFixture();
    const keyed = { ...edit, idempotencyKey: 'key-1' };
    const first = await fixture.submit(oneOpen, keyed);
    const polls: string[] = [];
    const find = (id: string) => (polls.push(id) === 1 ? Promise.resolve(undefined) : fixture.jobs.find(id));
    const again = await fixture.submit(oneOpen, keyed, { jobs: { ...fixture.jobs, find } });
    expect([again.replayed, again.limits, again.job.id]).toEqual([true, undefined, first.job.id]);
    expect(await fixture.used()).toEqual([1, 1]);
  });

  it('waits a moment for the job of a twin that has the last room and is still storing its inputs', async () => {
    const fixture = createLimitFixture();
    const keyed = { ...edit, idempotencyKey: 'key-1' };
    const first = await fixture.submit(oneOpen, keyed);
    const polls: string[] = [];
    const find = (id: string) => (polls.push(id) <= 4 ? Promise.resolve(undefined) : fixture.jobs.find(id));
    const again = await fixture.submit(oneOpen, keyed, { jobs: { ...fixture.jobs, find } });
    expect([again.replayed, again.job.id]).toEqual([true, first.job.id]);
  });

  it('is answered all the same where the room can not be given back, which the sweep then does', async () => {
    const fixture = createLimitFixture();
    const queue = { send: () => Promise.reject(new Error('down')) };
    const usage = { ...fixture.usage, refund: () => Promise.reject(new Error('down')) };
    expect(await fixture.refusal(oneOpen, { queue, usage })).toMatchObject({ code: 'unavailable' });
    expect(fixture.codes()).toContain('reservation_not_ended');
  });

  it('refuses for a second, and says so, where the table takes no more of one owner', async () => {
    const fixture = createLimitFixture();
    const reserve = async () =>
      ({ reserved: false, refusal: { by: 'throttle', cause: new Error('hot') }, windows: [], budgets: [] }) as const;
    const refusal = await fixture.refusal(oneOpen, { usage: { ...fixture.usage, reserve } });
    expect(refusal).toMatchObject({ code: 'rate_limited', param: undefined, retryAfterSeconds: 1 });
    expect(fixture.events.at(-1)).toMatchObject({ code: 'reservation_throttled', fields: { owner: 'vk_1' } });
  });

  it('is unavailable where the store fails, with nothing accepted', async () => {
    const fixture = createLimitFixture();
    const usage = { ...fixture.usage, reserve: () => Promise.reject(new Error('down')) };
    expect(await fixture.refusal(oneOpen, { usage })).toMatchObject({ code: 'unavailable' });
    expect([fixture.images.objects.size, fixture.jobs.records().length]).toEqual([0, 0]);
  });
});
