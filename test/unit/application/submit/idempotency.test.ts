import { describe, expect, it } from 'vitest';
import type { Acceptance } from '../../../../lambda/application/submit/accept-submission.ts';
import { canonicalJson, identify } from '../../../../lambda/application/submit/idempotency.ts';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import { GatewayError } from '../../../../lambda/domain/error-code.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { cancel, erase } from '../../../../lambda/domain/jobs/endings.ts';
import { isOpen, type Job } from '../../../../lambda/domain/jobs/job.ts';
import type { ReceivedSubmission } from '../../../../lambda/domain/jobs/received-submission.ts';
import { claim } from '../../../../lambda/domain/jobs/transitions.ts';
import type { Applied, Catalog, JobQueue, JobStore, PlanRequest } from '../../../../lambda/domain/ports.ts';
import { createApiFixture, received, sampleCaller, sampleLimits } from '../../../support/api-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const image = (length: number) => [{ param: 'image', bytes: pngBytes(length) }];
const keyed = received({ idempotencyKey: 'key-1', images: image(100) });
const hour = 3600;

const createEmptyCatalog = (): Catalog => ({
  resolve(name) {
    throw new GatewayError('unknown_provider', `There is no ${name}.`);
  },
  price: () => undefined,
  timing: () => ({ typicalSeconds: 20, timeoutSeconds: 300, isPolled: false }),
});
const unable: PlanRequest = () => {
  throw new ProviderFailure('unsupported', 'No.');
};

function createReplayFixture() {
  const fixture = createApiFixture();
  const submit = (
    what: ReceivedSubmission = keyed,
    over: Partial<typeof fixture.submitting> = {},
    caller = sampleCaller(),
  ): Promise<Acceptance> => submitJob({ ...fixture.submitting, ...over }, caller, 'request-1', what);
  async function end(id: string): Promise<void> {
    const job = await fixture.jobs.find(id);
    if (job) await fixture.jobs.apply(id, cancel(job, fixture.clock.now()));
  }
  return { ...fixture, submit, end, keys: () => [...fixture.images.objects.keys()] };
}

describe('replay', () => {
  it('answers with the same job, stores nothing again, and wakes it while it is pending', async () => {
    const fixture = createReplayFixture();
    const first = await fixture.submit();
    const again = await fixture.submit();
    expect(again).toMatchObject({ replayed: true, job: { id: first.job.id, replays: 1 } });
    expect(fixture.keys()).toHaveLength(1);
    expect(fixture.queue.sent.map(({ wakeUp }) => wakeUp.hop)).toEqual([0, 0]);
    await fixture.jobs.apply(first.job.id, claim(0, fixture.clock.now(), 120));
    expect(await fixture.submit()).toMatchObject({ replayed: true, job: { status: 'processing' } });
    expect(fixture.queue.sent).toHaveLength(2);
  });

  it('knows a submission again with other partial images, which are shown by one door alone', async () => {
    const fixture = createReplayFixture();
    await fixture.submit(keyed);
    const parameters = { ...keyed.submission.parameters, partial_images: 2 };
    expect(await fixture.submit({ ...keyed, submission: { ...keyed.submission, parameters } })).toMatchObject({
      replayed: true,
    });
  });

  it('tells bodies apart by fields and by the bytes of the images, not by the order or the names of the parts', async () => {
    const fixture = createReplayFixture();
    const extra = { a: 1, b: [{ c: 2, d: 3 }] };
    const what = { ...keyed, submission: { ...keyed.submission, extra } };
    await fixture.submit(what);
    const reordered = { b: [{ d: 3, c: 2 }], a: 1 };
    const same = { ...what, images: [{ param: 'image[]', bytes: pngBytes(100) }] };
    expect(await fixture.submit({ ...same, submission: { ...what.submission, extra: reordered } })).toMatchObject({
      replayed: true,
    });
    for (const other of [
      { ...what, images: image(101) },
      { ...what, model: 'openai/better' },
      { ...what, fallbacks: ['openai/better'] },
      { ...what, responseFormat: 'b64_json' as const },
      { ...what, submission: { ...what.submission, n: 2 } },
      { ...what, mask: { param: 'mask', bytes: maskBytes() } },
    ]) {
      await expect(fixture.submit(other)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    }
    expect(fixture.keys()).toHaveLength(1);
  });

  it("keeps one owner's keys from another's", async () => {
    const fixture = createReplayFixture();
    const [one, other] = [await fixture.submit(), await fixture.submit(keyed, {}, sampleCaller({ owner: 'vk_2' }))];
    expect(other.replayed).toBe(false);
    expect(other.job.id).not.toBe(one.job.id);
  });

  it('is a 409 once the images have expired, and free with the row of the job', async () => {
    const fixture = createReplayFixture();
    const { job } = await fixture.submit();
    await fixture.end(job.id);
    fixture.clock.advance(hour - 1);
    expect(await fixture.submit()).toMatchObject({ replayed: true, job: { status: 'cancelled' } });
    fixture.clock.advance(1);
    await expect(fixture.submit()).rejects.toMatchObject({ code: 'idempotency_expired' });
    fixture.clock.set(job.deadlineAt + 48 * hour * 1000 - 1);
    await expect(fixture.submit()).rejects.toMatchObject({ code: 'idempotency_expired' });
    fixture.clock.advance(0.001);
    const fresh = await fixture.submit();
    expect(fresh).toMatchObject({ replayed: false, job: { id: job.id, status: 'pending' } });
    expect(fresh.job.submissionNonce).not.toBe(job.submissionNonce);
  });

  it.each([1, 250, 500, 999])(
    'agrees with the store on the second in which a key is free, ended at %i ms',
    async (ms) => {
      const fixture = createReplayFixture();
      const { job } = await fixture.submit();
      fixture.clock.set(job.deadlineAt + ms);
      await fixture.end(job.id);
      for (const later of [48 * hour - 1, 0.4, 0.3, 0.3]) {
        fixture.clock.advance(later);
        const answer = await fixture.submit().catch((error: { code: string }) => error.code);
        expect(answer).not.toBe('unavailable');
        if (typeof answer !== 'string') expect(answer.replayed).toBe(false);
      }
      fixture.clock.advance(1);
      expect((await fixture.submit()).job.submissionNonce).not.toBe(job.submissionNonce);
    },
  );

  it('is a 409 for a deleted job as long as its tombstone stands, and free after that', async () => {
    const fixture = createReplayFixture();
    const { job } = await fixture.submit();
    await fixture.end(job.id);
    const ended = await fixture.jobs.find(job.id);
    if (ended) await fixture.jobs.apply(job.id, erase(ended, fixture.clock.now()));
    fixture.clock.set(job.deadlineAt);
    for (const hours of [0, 25, 22]) {
      fixture.clock.advance(hours * hour);
      await expect(fixture.submit()).rejects.toMatchObject({ code: 'idempotency_expired' });
    }
    fixture.clock.advance(hour);
    expect(await fixture.submit()).toMatchObject({ replayed: false, job: { status: 'pending' } });
  });

  const shorter = { deadlineSeconds: 60, resultTtlSeconds: 9, slowModelSeconds: 1, defaultLimits: sampleLimits };

  it.each<[string, Partial<ReturnType<typeof createApiFixture>['submitting']>, Parameters<typeof sampleCaller>[0]]>([
    ['the key may use nothing any more', {}, { providers: {} }],
    ['the catalogue has the model no more', { catalog: createEmptyCatalog() }, {}],
    ['no model can do it any more', { plan: unable }, {}],
    ['results live longer', { settings: shorter }, {}],
  ])('finds the job again though meanwhile %s', async (_, over, rights) => {
    const fixture = createReplayFixture();
    const { job } = await fixture.submit();
    expect(await fixture.submit(keyed, over, sampleCaller(rights))).toMatchObject({
      replayed: true,
      job: { id: job.id },
    });
    const other = { ...keyed, model: 'openai/better' };
    await expect(fixture.submit(other, over, sampleCaller(rights))).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
  });

  it('finds a job again though its image would be refused by now', async () => {
    const fixture = createReplayFixture();
    const what = { ...keyed, images: [{ param: 'image', bytes: new Uint8Array([1, 2, 3]) }] };
    await expect(fixture.submit(what)).rejects.toMatchObject({ code: 'invalid_image' });
    const { job } = await fixture.submit();
    const fingerprint = (await identify(fixture.submitting, 'vk_1', what)).fingerprint ?? '';
    const find: JobStore['find'] = async (id) => ({ ...(await fixture.jobs.find(id)), fingerprint }) as Job;
    const jobs = { ...fixture.jobs, find, apply: async () => ({ applied: true, job: await find(job.id) }) as Applied };
    expect(await fixture.submit(what, { jobs })).toMatchObject({ replayed: true });
  });

  it('looks for no job where there is no key', async () => {
    const fixture = createReplayFixture();
    const find = () => Promise.reject(new Error('asked'));
    const { idempotencyKey: _, ...free } = keyed;
    expect((await fixture.submit(free, { jobs: { ...fixture.jobs, find } })).replayed).toBe(false);
  });

  it('is a 409 for a deleted job whatever is sent with its key', async () => {
    const fixture = createReplayFixture();
    const { job } = await fixture.submit();
    await fixture.end(job.id);
    const ended = await fixture.jobs.find(job.id);
    if (ended) await fixture.jobs.apply(job.id, erase(ended, fixture.clock.now()));
    await expect(fixture.submit({ ...keyed, model: 'openai/better' })).rejects.toMatchObject({
      code: 'idempotency_expired',
    });
  });

  it('shows nothing of a job that is deleted while the replay is counted', async () => {
    const fixture = createReplayFixture();
    const { job } = await fixture.submit();
    await fixture.end(job.id);
    const apply: JobStore['apply'] = async (id, transition) => {
      const ended = await fixture.jobs.find(id);
      if (ended) await fixture.jobs.apply(id, erase(ended, fixture.clock.now()));
      return fixture.jobs.apply(id, transition);
    };
    await expect(fixture.submit(keyed, { jobs: { ...fixture.jobs, apply } })).rejects.toMatchObject({
      code: 'idempotency_expired',
    });
  });

  it('leaves a key free when the submission is refused before it is accepted', async () => {
    const fixture = createReplayFixture();
    await expect(fixture.submit({ ...keyed, model: 'openai/odd' })).rejects.toMatchObject({
      code: 'unsupported_operation',
    });
    expect(await fixture.submit()).toMatchObject({ replayed: false });
  });

  it('takes a store that is down for nothing else', async () => {
    const fixture = createReplayFixture();
    const find = () => Promise.reject(new Error('down'));
    await expect(fixture.submit(keyed, { jobs: { ...fixture.jobs, find } })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(fixture.keys()).toEqual([]);
  });

  it('does not count for a job that has taken the place of the one it compared', async () => {
    const fixture = createReplayFixture();
    const { job } = await fixture.submit();
    const find: JobStore['find'] = async (id) => {
      const found = await fixture.jobs.find(id);
      if (found?.submissionNonce === job.submissionNonce) {
        fixture.jobs.drop(id);
        await fixture.submit({ ...keyed, images: image(300) });
      }
      return found;
    };
    await expect(fixture.submit(keyed, { jobs: { ...fixture.jobs, find } })).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
    expect(fixture.jobs.records()).toMatchObject([{ replays: 0 }]);
  });
});

describe('submitJob, twice at the same time with one key', () => {
  /** Lets another submission through between this one's look-up and its write. */
  function withTwin(fixture: ReturnType<typeof createReplayFixture>, twin: () => Promise<unknown>): Partial<JobStore> {
    return {
      create: async (order) => {
        await twin();
        return fixture.jobs.create(order);
      },
    };
  }

  it('makes one job, and the loser takes back what it stored', async () => {
    const fixture = createReplayFixture();
    let winner: Acceptance | undefined;
    const jobs = withTwin(fixture, async () => {
      winner = await fixture.submit();
    });
    const loser = await fixture.submit(keyed, { jobs: { ...fixture.jobs, ...jobs } });
    expect(loser).toMatchObject({ replayed: true, job: { id: winner?.job.id, replays: 1 } });
    expect(fixture.keys()).toEqual([winner?.job.images[0]?.key]);
  });

  it('refuses the loser if its body is another', async () => {
    const fixture = createReplayFixture();
    const jobs = withTwin(fixture, () => fixture.submit());
    await expect(
      fixture.submit({ ...keyed, images: image(300) }, { jobs: { ...fixture.jobs, ...jobs } }),
    ).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    expect(fixture.keys()).toHaveLength(1);
  });

  it('keeps a job of which a twin was told, and wakes it, though its own wake-up failed', async () => {
    const fixture = createReplayFixture();
    let sends = 0;
    const queue: JobQueue = {
      async send(...message) {
        sends += 1;
        if (sends > 1) return fixture.queue.send(...message);
        // The twin's replay is counted before this one can take the job back.
        await fixture.submit(keyed, { queue: { send: async () => {} } });
        throw new Error('down');
      },
    };
    const answer = await fixture.submit(keyed, { queue });
    expect(answer).toMatchObject({ replayed: true, job: { replays: 1, status: 'pending' } });
    expect(fixture.keys()).toHaveLength(1);
    expect(fixture.queue.sent).toMatchObject([{ wakeUp: { jobId: answer.job.id, hop: 0 } }]);
  });

  it('promises nothing for such a job while it can not be woken', async () => {
    const fixture = createReplayFixture();
    const queue: JobQueue = {
      async send() {
        if (fixture.jobs.records()[0]?.replays === 0) await fixture.submit(keyed, { queue: { send: async () => {} } });
        throw new Error('down');
      },
    };
    await expect(fixture.submit(keyed, { queue })).rejects.toMatchObject({ code: 'unavailable' });
    const [record] = fixture.jobs.records();
    expect(record && isOpen(record as never)).toBe(true);
    expect(fixture.keys()).toHaveLength(1);
  });

  it('asks the loser to try again if the winner has been undone meanwhile', async () => {
    const fixture = createReplayFixture();
    const create: JobStore['create'] = async () => 'taken';
    await expect(fixture.submit(keyed, { jobs: { ...fixture.jobs, create } })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(fixture.keys()).toEqual([]);
    expect(await fixture.submit()).toMatchObject({ replayed: false });
  });
});

describe('canonicalJson', () => {
  it('is equal for equal values, and keeps the order of lists', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } })).toBe('{"a":{"c":"x","d":null},"b":[2,1]}');
  });
});

/** A png that can be transparent, as large as the sample image. */
function maskBytes(): Uint8Array {
  const bytes = pngBytes(100);
  bytes[25] = 6;
  return bytes;
}
