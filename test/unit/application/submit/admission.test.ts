import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type AdmissionDependencies, createAdmission } from '../../../../lambda/application/submit/admission.ts';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import type { GatewayError } from '../../../../lambda/domain/error-code.ts';
import type { Lane } from '../../../../lambda/domain/jobs/lane.ts';
import type { ReceivedSubmission } from '../../../../lambda/domain/jobs/received-submission.ts';
import { createApiFixture, received, sampleCaller } from '../../../support/api-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { noon } from '../../../support/sample-job.ts';

/** Forty slots, and a model that takes twenty seconds: two jobs a second, 3,560 until the last that still ends in time. */
const settings = { onBacklog: 'refuse', workerSlots: { shared: 40, alone: 10 } } as const;
const full = 3561;

function createAdmissionFixture(over: Partial<AdmissionDependencies> = {}) {
  const fixture = createApiFixture();
  const { clock, telemetry, submitting } = fixture;
  const queue = { waiting: 0, asked: 0, lanes: new Set<Lane>(), answer: async () => queue.waiting };
  const backlog = {
    waiting: (lane: Lane) => {
      queue.lanes.add(lane);
      queue.asked += 1;
      return queue.answer();
    },
  };
  const { catalog } = submitting;
  const admission = createAdmission({ ...{ backlog, catalog, clock, telemetry, settings }, ...over });
  const edit = received({
    submission: { operation: 'edit', prompt: 'a boat', n: 1, parameters: {}, extra: {} },
    images: [{ param: 'image', bytes: pngBytes(100) }],
  });
  const submit = (what: Partial<ReceivedSubmission> = {}) =>
    submitJob({ ...submitting, admission }, sampleCaller(), 'request-1', { ...edit, ...what });
  return {
    ...fixture,
    queueState: queue,
    submit,
    /** What a submission came to: the status of its job, or the seconds after which to try again. */
    outcome: (what: Partial<ReceivedSubmission> = {}) =>
      submit(what).then(
        ({ job }) => job.status,
        ({ code, retryAfterSeconds }: GatewayError) => `${code} ${retryAfterSeconds}`,
      ),
    /** So many wake-ups wait, and the queue has been asked. */
    async knows(waiting: number): Promise<void> {
      queue.waiting = waiting;
      await submit().catch(() => {});
      await setImmediate();
      clock.advance(1);
    },
    left: () => [fixture.images.objects.size, fixture.jobs.records().length, fixture.queue.sent.length],
  };
}

describe('createAdmission', () => {
  it('admits as long as the job can end by its deadline, and refuses from then on, leaving nothing behind', async () => {
    const fixture = createAdmissionFixture();
    await fixture.knows(full - 1);
    expect(await fixture.outcome()).toBe('pending');
    const before = fixture.left();
    fixture.clock.advance(5);
    fixture.queueState.waiting = full + 19;
    await fixture.submit();
    await setImmediate();
    expect(await fixture.outcome({ idempotencyKey: 'key-1' })).toBe('unavailable 10');
    expect(fixture.left()).toEqual(before.map((count) => count + 1));
    expect(fixture.events.at(-1)).toMatchObject({
      code: 'submission_refused',
      fields: { owner: 'vk_1', requestId: 'request-1', lane: 'shared', waiting: 3580, waitSeconds: 1790 },
    });
    // The key is free.
    fixture.queueState.waiting = 0;
    fixture.clock.advance(6);
    await fixture.outcome();
    await setImmediate();
    expect(await fixture.outcome({ idempotencyKey: 'key-1' })).toBe('pending');
  });

  it.each([
    [full, 5],
    [full + 19, 10],
    [10 * full, 300],
  ])('tells with %i waiting to try again after %i seconds', async (waiting, seconds) => {
    const fixture = createAdmissionFixture();
    await fixture.knows(waiting);
    expect(await fixture.outcome()).toBe(`unavailable ${seconds}`);
  });

  it('never refuses a replay', async () => {
    const fixture = createAdmissionFixture();
    const first = await fixture.submit({ idempotencyKey: 'key-1' });
    fixture.clock.advance(5);
    await fixture.knows(10 * full);
    expect(await fixture.outcome()).toMatch(/unavailable/);
    const again = await fixture.submit({ idempotencyKey: 'key-1' });
    expect(again).toMatchObject({ replayed: true, job: { id: first.job.id } });
  });

  it('waits for no answer, and asks once in five seconds, however many submit', async () => {
    const fixture = createAdmissionFixture();
    fixture.queueState.answer = () => new Promise(() => {});
    for (let second = 0; second < 10; second += 1) {
      expect(await fixture.outcome()).toBe('pending');
      expect(await fixture.outcome()).toBe('pending');
      fixture.clock.advance(1);
    }
    expect(fixture.queueState.asked).toBe(2);
  });

  it('admits where the queue can not be asked, and tells of it', async () => {
    const fixture = createAdmissionFixture();
    fixture.queueState.answer = () => Promise.reject(new Error('down'));
    expect(await fixture.outcome()).toBe('pending');
    await setImmediate();
    expect(await fixture.outcome()).toBe('pending');
    expect(fixture.codes().filter((code) => code === 'backlog_unknown')).toHaveLength(1);
  });

  it('goes by what it was told for a minute from when it asked, and not beyond', async () => {
    const fixture = createAdmissionFixture();
    await fixture.knows(full);
    fixture.queueState.answer = () => Promise.reject(new Error('down'));
    fixture.clock.set(noon + 60_000);
    expect(await fixture.outcome()).toMatch(/unavailable/);
    fixture.clock.advance(0.001);
    expect(await fixture.outcome()).toBe('pending');
  });

  it('lets no answer that comes late take the place of a newer one', async () => {
    const fixture = createAdmissionFixture();
    let answerLate = (_: number): void => {};
    fixture.queueState.answer = () => new Promise((resolve) => (answerLate = resolve));
    await fixture.outcome();
    fixture.queueState.answer = async () => 0;
    fixture.clock.advance(5);
    await fixture.outcome();
    await setImmediate();
    answerLate(10 * full);
    await setImmediate();
    expect(await fixture.outcome()).toBe('pending');
  });

  it('reckons the queue by what jobs of late take, and a slot by no more than a request may take', async () => {
    let timing = { typicalSeconds: 20, timeoutSeconds: 300, isPolled: false };
    const fixture = createAdmissionFixture({ catalog: { timing: () => timing } });
    fixture.queueState.waiting = 1000;
    for (let count = 0; count < 200; count += 1) await fixture.outcome();
    await setImmediate();
    timing = { ...timing, typicalSeconds: 80 };
    expect(await fixture.outcome()).toBe('pending'); // One slow job among many fast ones.
    for (let count = 0; count < 100; count += 1) await fixture.outcome();
    expect(await fixture.outcome()).toMatch(/unavailable/);
    timing = { ...timing, timeoutSeconds: 10 };
    for (let count = 0; count < 100; count += 1) await fixture.outcome();
    expect(await fixture.outcome()).toBe('pending');
  });

  it('goes by the queue and the workers of the job’s own lane', async () => {
    const fixture = createAdmissionFixture();
    const slow = { model: 'openai/better' };
    fixture.queueState.waiting = 400; // Forty minutes for ten workers, three for forty.
    await fixture.submit();
    await setImmediate();
    expect(await fixture.outcome(slow)).toBe('pending');
    await setImmediate();
    expect(await fixture.outcome(slow)).toBe('unavailable 300');
    expect(await fixture.outcome()).toBe('pending');
    expect([...fixture.queueState.lanes]).toEqual(['shared', 'alone']);
  });

  it('knows that what is polled takes no slot for as long as it takes', async () => {
    const timing = () => ({ typicalSeconds: 200, timeoutSeconds: 300, isPolled: true });
    const fixture = createAdmissionFixture({ catalog: { timing } });
    await fixture.knows(full);
    expect(await fixture.outcome()).toBe('pending');
  });

  it('admits everything on a stage that says so, and asks nobody', async () => {
    const fixture = createAdmissionFixture({ settings: { ...settings, onBacklog: 'accept' } });
    await fixture.knows(10 * full);
    expect(await fixture.outcome()).toBe('pending');
    expect(fixture.queueState.asked).toBe(0);
  });

  it('admits a job whose own time is too short where nothing waits', async () => {
    const fixture = createAdmissionFixture({
      catalog: { timing: () => ({ typicalSeconds: 4000, timeoutSeconds: 4000, isPolled: false }) },
    });
    await fixture.knows(0);
    expect(await fixture.outcome()).toBe('pending');
  });
});
