import { describe, expect, it } from 'vitest';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import type { ImageStore } from '../../../lambda/domain/ports.ts';
import type { Finished, Waiting } from '../../../lambda/domain/provider.ts';
import { jobView } from '../../../lambda/http/answer/job-view.ts';
import { type Act, createWorkerFixture, deliverImages, failWith, onePixelPng } from '../../support/worker-fixture.ts';

type Fixture = ReturnType<typeof createWorkerFixture>;

const down = () => Promise.reject(new Error('AccessDenied'));
const input: InputImage = {
  ...{ key: 'inputs/r2/nonce/image-1.png', type: 'png', sha256: '' },
  ...{ width: 1, height: 1, hasAlpha: true, bytes: 70 },
};

/** A provider that reads its input, and takes a broken one for a broken connection, as an adapter may. */
const readAndDeliver: Act = async (call, model) => {
  try {
    for await (const _ of await call.openImage(input));
  } catch {
    return failWith('unknown_outcome', 'The connection was cut.')(call, model);
  }
  return deliverImages()(call, model);
};

/** Works on the job's wake-ups as they become due, with this bucket, until the job has ended or `maxHops` are done. */
async function workOn(fixture: Fixture, images: (hop: number) => Partial<ImageStore>, maxHops = 100): Promise<number> {
  for (let hop = 0; hop < maxHops; hop += 1) {
    await fixture.process({ images: { ...fixture.images, ...images(hop) } }, { hop });
    const job = await fixture.job();
    if (job.status !== 'processing') return hop + 1;
    fixture.clock.advance((job.dueAt - fixture.clock.now()) / 1000);
  }
  return maxHops;
}

/** Does one thing the first time, and another from then on. */
function once<Do extends (...given: never[]) => unknown>(first: Do, later: Do): Do {
  let calls = 0;
  return ((...given: never[]) => (calls++ === 0 ? first : later)(...given)) as Do;
}

const codesOf = (fixture: Fixture) => fixture.events.map(({ code }) => code);
const view = async (fixture: Fixture) => jobView(await fixture.job(), { linkTo: () => 'https://images.example' });

describe('processJob, where the bucket takes no results', () => {
  it('is told as the gateway: paid for, one further request once a small object could be written', async () => {
    const fixture = createWorkerFixture([deliverImages(), deliverImages()]);
    await fixture.accept();
    await workOn(fixture, (hop) => (hop < 6 ? { save: down, putJson: down } : {}));
    expect(fixture.asked).toHaveLength(2);
    expect((await fixture.job()).attempts).toMatchObject([
      { outcome: 'not_stored', billed: 'yes', message: "The gateway could not store the provider's images." },
      { outcome: 'succeeded' },
    ]);
    expect(codesOf(fixture).filter((code) => code === 'results_not_stored')).toHaveLength(7);
    expect(codesOf(fixture)).not.toContain('attempt_failed');
    const [first] = fixture.events.filter(({ code }) => code === 'results_not_stored');
    expect(first).toMatchObject({ cause: new Error('AccessDenied'), fields: { asked: 'openai/gpt-image-2' } });
    expect(first?.fields).not.toHaveProperty('provider');
  });

  it('leaves no small object behind', async () => {
    const fixture = createWorkerFixture([deliverImages(), deliverImages()]);
    await fixture.accept();
    await fixture.process({ images: { ...fixture.images, save: once(down, fixture.images.save) } });
    expect((await fixture.job()).status).toBe('completed');
    expect([...fixture.images.objects.keys()].filter((key) => key.includes('probe'))).toEqual([]);
  });

  it('looks ever more seldom, and fails the job as its own when its time is over, having paid once', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await fixture.accept();
    const hops = await workOn(fixture, () => ({ save: down, putJson: down }));
    expect(fixture.asked).toHaveLength(1);
    expect(hops).toBeLessThan(35);
    const { status, error } = await view(fixture);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ is_bifrost_error: true, status_code: 500, error: { code: 'internal' } });
    expect(error?.extra_fields).not.toHaveProperty('provider');
    expect(error?.extra_fields.attempts).toMatchObject([{ outcome: 'not_stored', billed: 'yes' }]);
  });

  it('makes no second request where a second answer could not be stored either', async () => {
    const fixture = createWorkerFixture([deliverImages(), deliverImages()]);
    await fixture.accept();
    await workOn(fixture, () => ({ save: down }));
    expect(fixture.asked).toHaveLength(2);
    expect(await view(fixture)).toMatchObject({ status: 'failed', error: { is_bifrost_error: true } });
  });

  it('makes no further request where the stage never risks to pay twice', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await fixture.accept();
    const settings = { ...fixture.dependencies.settings, onUnknownOutcome: 'fail' } as const;
    await fixture.process({ settings, images: { ...fixture.images, save: down } });
    expect(await view(fixture)).toMatchObject({ status: 'failed', error: { error: { code: 'internal' } } });
  });

  it('says nothing worse where the small object can not be removed', async () => {
    const fixture = createWorkerFixture([deliverImages(), deliverImages()]);
    await fixture.accept();
    await fixture.process({ images: { ...fixture.images, save: once(down, fixture.images.save), remove: down } });
    expect(await fixture.job()).toMatchObject({ status: 'completed' });
    expect(codesOf(fixture)).toContain('cleanup_failed');
  });

  it.each<[string, Act<Finished | Waiting>]>([
    ['that come in the answer', deliverImages()],
    [
      'that are fetched',
      async () => ({ status: 'finished', images: [{ url: 'https://cdn.example/1' }], warnings: [] }),
    ],
  ])('keeps the ticket of work whose images it could not store, and pays nothing more: %s', async (_, ready) => {
    const ticket: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 5 });
    const fixture = createWorkerFixture([ticket], { resume: [ready, ready, ready] });
    await fixture.accept();
    await workOn(fixture, (hop) => (hop < 3 ? { save: down } : {}));
    expect(fixture.asked).toHaveLength(1);
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'succeeded', billed: 'yes' }],
    });
    expect(codesOf(fixture).filter((code) => code === 'results_not_stored')).toHaveLength(2);
  });
});

async function* cut() {
  yield onePixelPng.subarray(0, 10);
  throw new Error('503');
}

describe('processJob, where the bucket gives no inputs', () => {
  const opening = (fixture: Fixture, opens: ImageStore['open'], until: number) => (hop: number) =>
    hop < until ? { open: opens } : { open: fixture.images.open };

  it.each<[string, ImageStore['open']]>([
    ['is refused', down],
    ['breaks off', async () => cut()],
  ])('blames no provider, closes no gate and counts no try where an input %s', async (_, opens) => {
    const busy = failWith('overloaded', 'busy');
    const fixture = createWorkerFixture([readAndDeliver, busy, busy, readAndDeliver], { order: { images: [input] } });
    await fixture.accept();
    await fixture.images.put(input.key, onePixelPng, 'image/png');
    await workOn(fixture, opening(fixture, opens, 6));
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [
        { outcome: 'not_sent', billed: 'no' },
        { outcome: 'overloaded' },
        { outcome: 'overloaded' },
        { outcome: 'succeeded' },
      ],
    });
    expect(codesOf(fixture).filter((code) => code === 'inputs_not_read')).toHaveLength(7);
    expect(codesOf(fixture)).not.toContain('gate_closed');
  });

  it('fails a job as its own, and asks nobody, where an input stays unreadable', async () => {
    const fixture = createWorkerFixture([readAndDeliver], { order: { images: [input] } });
    await fixture.accept();
    await workOn(fixture, opening(fixture, down, 100));
    expect((await fixture.job()).attempts).toHaveLength(1);
    const { status, error } = await view(fixture);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ is_bifrost_error: true, status_code: 503, error: { code: 'unavailable' } });
    expect(error?.extra_fields).not.toHaveProperty('provider');
  });

  it('treats parameters that are an object likewise, before any request', async () => {
    const fixture = createWorkerFixture([deliverImages()], {
      order: { submission: { in: 'bucket', key: 'inputs/r2/nonce/submission.json' } },
    });
    await fixture.accept();
    const submission = { operation: 'generation', prompt: 'p', n: 1, parameters: {}, extra: {} } as const;
    await workOn(fixture, (hop) => ({ findJson: hop < 4 ? down : async () => submission }));
    expect(fixture.asked).toHaveLength(1);
    expect((await fixture.job()).attempts).toMatchObject([
      { outcome: 'not_sent', billed: 'no' },
      { outcome: 'succeeded' },
    ]);
    expect((await fixture.job()).attempts[0]).not.toHaveProperty('keyDigest');
  });

  it('treats an input that was to be redrawn likewise', async () => {
    const fixture = createWorkerFixture([deliverImages()], { order: { images: [input] } });
    await fixture.accept();
    await fixture.images.put(input.key, onePixelPng, 'image/png');
    const { plan } = fixture.dependencies;
    const over = {
      plan: (...asked: Parameters<typeof plan>) => {
        const planned = plan(...asked);
        return {
          ...planned,
          request: { ...planned.request, images: [input] },
          conversion: { maskForm: 'alpha' } as const,
        };
      },
      convert: async (...[, { image }, open]: Parameters<typeof fixture.dependencies.convert>) => {
        for await (const _ of await open(image));
        return {};
      },
    };
    await fixture.process({ ...over, images: { ...fixture.images, open: async () => cut() } });
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'not_sent', billed: 'no' }]);
    fixture.clock.advance(2);
    await fixture.process(over, { hop: 1 });
    expect((await fixture.job()).status).toBe('completed');
  });
});
