import { describe, expect, it } from 'vitest';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import type { ImageStore } from '../../../lambda/domain/ports.ts';
import type { Finished, Waiting } from '../../../lambda/domain/provider.ts';
import { jobView } from '../../../lambda/http/answer/job-view.ts';
import { type Act, createWorkerBench, deliverImages, failWith, onePixelPng } from '../../support/worker-bench.ts';

type Bench = ReturnType<typeof createWorkerBench>;

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

/** Works on the job's wake-ups as they become due, with this bucket, until the job has ended or `mostHops` are done. */
async function workOn(bench: Bench, images: (hop: number) => Partial<ImageStore>, mostHops = 100): Promise<number> {
  for (let hop = 0; hop < mostHops; hop += 1) {
    await bench.process({ images: { ...bench.images, ...images(hop) } }, { hop });
    const job = await bench.job();
    if (job.status !== 'processing') return hop + 1;
    bench.clock.advance((job.dueAt - bench.clock.now()) / 1000);
  }
  return mostHops;
}

/** Does one thing the first time, and another from then on. */
function once<Do extends (...given: never[]) => unknown>(first: Do, later: Do): Do {
  let calls = 0;
  return ((...given: never[]) => (calls++ === 0 ? first : later)(...given)) as Do;
}

const codesOf = (bench: Bench) => bench.events.map(({ code }) => code);
const view = async (bench: Bench) => jobView(await bench.job(), { linkTo: () => 'https://images.example' });

describe('processJob, where the bucket takes no results', () => {
  it('is told as the gateway: paid for, one further request once a small object could be written', async () => {
    const bench = createWorkerBench([deliverImages(), deliverImages()]);
    await bench.accept();
    await workOn(bench, (hop) => (hop < 6 ? { save: down, putJson: down } : {}));
    expect(bench.asked).toHaveLength(2);
    expect((await bench.job()).attempts).toMatchObject([
      { outcome: 'not_stored', billed: 'yes', message: "The gateway could not store the provider's images." },
      { outcome: 'succeeded' },
    ]);
    expect(codesOf(bench).filter((code) => code === 'results_not_stored')).toHaveLength(7);
    expect(codesOf(bench)).not.toContain('attempt_failed');
    const [first] = bench.events.filter(({ code }) => code === 'results_not_stored');
    expect(first).toMatchObject({ cause: new Error('AccessDenied'), fields: { asked: 'openai/gpt-image-2' } });
    expect(first?.fields).not.toHaveProperty('provider');
  });

  it('leaves no small object behind', async () => {
    const bench = createWorkerBench([deliverImages(), deliverImages()]);
    await bench.accept();
    await bench.process({ images: { ...bench.images, save: once(down, bench.images.save) } });
    expect((await bench.job()).status).toBe('completed');
    expect([...bench.images.objects.keys()].filter((key) => key.includes('probe'))).toEqual([]);
  });

  it('looks ever more seldom, and fails the job as its own when its time is over, having paid once', async () => {
    const bench = createWorkerBench([deliverImages()]);
    await bench.accept();
    const hops = await workOn(bench, () => ({ save: down, putJson: down }));
    expect(bench.asked).toHaveLength(1);
    expect(hops).toBeLessThan(35);
    const { status, error } = await view(bench);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ is_bifrost_error: true, status_code: 500, error: { code: 'internal' } });
    expect(error?.extra_fields).not.toHaveProperty('provider');
    expect(error?.extra_fields.attempts).toMatchObject([{ outcome: 'not_stored', billed: 'yes' }]);
  });

  it('makes no second request where a second answer could not be stored either', async () => {
    const bench = createWorkerBench([deliverImages(), deliverImages()]);
    await bench.accept();
    await workOn(bench, () => ({ save: down }));
    expect(bench.asked).toHaveLength(2);
    expect(await view(bench)).toMatchObject({ status: 'failed', error: { is_bifrost_error: true } });
  });

  it('makes no further request where the stage never risks to pay twice', async () => {
    const bench = createWorkerBench([deliverImages()]);
    await bench.accept();
    const settings = { ...bench.dependencies.settings, onUnknownOutcome: 'fail' } as const;
    await bench.process({ settings, images: { ...bench.images, save: down } });
    expect(await view(bench)).toMatchObject({ status: 'failed', error: { error: { code: 'internal' } } });
  });

  it('says nothing worse where the small object can not be removed', async () => {
    const bench = createWorkerBench([deliverImages(), deliverImages()]);
    await bench.accept();
    await bench.process({ images: { ...bench.images, save: once(down, bench.images.save), remove: down } });
    expect(await bench.job()).toMatchObject({ status: 'completed' });
    expect(codesOf(bench)).toContain('cleanup_failed');
  });

  it.each<[string, Act<Finished | Waiting>]>([
    ['that come in the answer', deliverImages()],
    [
      'that are fetched',
      async () => ({ status: 'finished', images: [{ url: 'https://cdn.example/1' }], warnings: [] }),
    ],
  ])('keeps the ticket of work whose images it could not store, and pays nothing more: %s', async (_, ready) => {
    const ticket: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 5 });
    const bench = createWorkerBench([ticket], { resume: [ready, ready, ready] });
    await bench.accept();
    await workOn(bench, (hop) => (hop < 3 ? { save: down } : {}));
    expect(bench.asked).toHaveLength(1);
    expect(await bench.job()).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'succeeded', billed: 'yes' }],
    });
    expect(codesOf(bench).filter((code) => code === 'results_not_stored')).toHaveLength(2);
  });
});

async function* cut() {
  yield onePixelPng.subarray(0, 10);
  throw new Error('503');
}

describe('processJob, where the bucket gives no inputs', () => {
  const opening = (bench: Bench, opens: ImageStore['open'], until: number) => (hop: number) =>
    hop < until ? { open: opens } : { open: bench.images.open };

  it.each<[string, ImageStore['open']]>([
    ['is refused', down],
    ['breaks off', async () => cut()],
  ])('blames no provider, closes no gate and counts no try where an input %s', async (_, opens) => {
    const busy = failWith('overloaded', 'busy');
    const bench = createWorkerBench([readAndDeliver, busy, busy, readAndDeliver], { order: { images: [input] } });
    await bench.accept();
    await bench.images.put(input.key, onePixelPng, 'image/png');
    await workOn(bench, opening(bench, opens, 6));
    expect(await bench.job()).toMatchObject({
      status: 'completed',
      attempts: [
        { outcome: 'not_sent', billed: 'no' },
        { outcome: 'overloaded' },
        { outcome: 'overloaded' },
        { outcome: 'succeeded' },
      ],
    });
    expect(codesOf(bench).filter((code) => code === 'inputs_not_read')).toHaveLength(7);
    expect(codesOf(bench)).not.toContain('gate_closed');
  });

  it('fails a job as its own, and asks nobody, where an input stays unreadable', async () => {
    const bench = createWorkerBench([readAndDeliver], { order: { images: [input] } });
    await bench.accept();
    await workOn(bench, opening(bench, down, 100));
    expect((await bench.job()).attempts).toHaveLength(1);
    const { status, error } = await view(bench);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ is_bifrost_error: true, status_code: 503, error: { code: 'unavailable' } });
    expect(error?.extra_fields).not.toHaveProperty('provider');
  });

  it('treats parameters that are an object likewise, before any request', async () => {
    const bench = createWorkerBench([deliverImages()], {
      order: { submission: { in: 'bucket', key: 'inputs/r2/nonce/submission.json' } },
    });
    await bench.accept();
    const submission = { operation: 'generation', prompt: 'p', n: 1, parameters: {}, extra: {} } as const;
    await workOn(bench, (hop) => ({ findJson: hop < 4 ? down : async () => submission }));
    expect(bench.asked).toHaveLength(1);
    expect((await bench.job()).attempts).toMatchObject([
      { outcome: 'not_sent', billed: 'no' },
      { outcome: 'succeeded' },
    ]);
    expect((await bench.job()).attempts[0]).not.toHaveProperty('keyDigest');
  });

  it('treats an input that was to be redrawn likewise', async () => {
    const bench = createWorkerBench([deliverImages()], { order: { images: [input] } });
    await bench.accept();
    await bench.images.put(input.key, onePixelPng, 'image/png');
    const { plan } = bench.dependencies;
    const over = {
      plan: (...asked: Parameters<typeof plan>) => {
        const planned = plan(...asked);
        return {
          ...planned,
          request: { ...planned.request, images: [input] },
          conversion: { maskForm: 'alpha' } as const,
        };
      },
      convert: async (...[, { image }, open]: Parameters<typeof bench.dependencies.convert>) => {
        for await (const _ of await open(image));
        return {};
      },
    };
    await bench.process({ ...over, images: { ...bench.images, open: async () => cut() } });
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'not_sent', billed: 'no' }]);
    bench.clock.advance(2);
    await bench.process(over, { hop: 1 });
    expect((await bench.job()).status).toBe('completed');
  });
});
