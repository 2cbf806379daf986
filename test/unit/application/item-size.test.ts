import { describe, expect, it } from 'vitest';
import { failIfOverdue } from '../../../lambda/application/end/fail-overdue.ts';
import { cancelJob } from '../../../lambda/application/serve/cancel-job.ts';
import { deleteJob } from '../../../lambda/application/serve/delete-job.ts';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import type { Warning } from '../../../lambda/domain/generation.ts';
import type { Transition } from '../../../lambda/domain/jobs/conditions.ts';
import type { InputAddresses } from '../../../lambda/domain/jobs/input-addresses.ts';
import { itemLimits } from '../../../lambda/domain/jobs/item-limits.ts';
import { isOpen, type JobOrder } from '../../../lambda/domain/jobs/job.ts';
import type { PlanRequest } from '../../../lambda/domain/ports.ts';
import type { Waiting } from '../../../lambda/domain/provider.ts';
import { createApiFixture, received, sampleCaller } from '../../support/api-fixture.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import { itemBytes } from '../../support/item-bytes.ts';
import fc from '../../support/seeded-fast-check.ts';
import { type Act, createWorkerFixture, deliverImages, failWith } from '../../support/worker-fixture.ts';

/** Text that takes the most room for its length, and far too much of it. */
const long = '"漢🪁\u0001'.repeat(3000);
const largest = Number.MAX_SAFE_INTEGER;
const tokens = { image_tokens: largest, text_tokens: largest };

const wordy: Act = async (call, model) => {
  call.keepRawRequest({ prompt: 'x' });
  call.keepRawResponse(() => ({ images: 1 }));
  const said = await deliverImages(1)(call, model);
  if (said.status !== 'finished') return said;
  return {
    ...said,
    images: said.images.map((image) => ({ ...image, revisedPrompt: long })),
    usage: {
      ...{ input_tokens: largest, output_tokens: largest, total_tokens: largest },
      ...{ input_tokens_details: tokens, output_tokens_details: tokens },
    },
    ...{ background: long, outputFormat: long, quality: long, size: long },
    warnings: wordyWarnings(),
  };
};

function wordyWarnings(): readonly Warning[] {
  return Array.from({ length: 61 }, (_, at) => ({
    code: 'response_format_changed',
    param: `${at}${long}`,
    message: `${at}${long}`,
  }));
}
const waiting: Waiting = {
  status: 'waiting',
  ticket: { url: 'x'.repeat(itemLimits.ticketBytes - 40) },
  checkAfterSeconds: 5,
};
const failing = (kind: 'rate_limited' | 'overloaded' | 'auth' | 'unsupported' | 'unknown_outcome'): Act =>
  failWith(kind, long, { param: long, statusCode: 429, retryAfterSeconds: 61 });

const acts = {
  delivers: wordy,
  limits: failing('rate_limited'),
  overloads: failing('overloaded'),
  refusesKey: failing('auth'),
  lacks: failing('unsupported'),
  floods: deliverImages(40),
  loses: failing('unknown_outcome'),
  waits: async () => waiting,
} as const satisfies Record<string, Act>;
type ActName = keyof typeof acts;
type End = 'by itself' | 'overdue' | 'cancelled' | 'deleted';

/** The same picture, with room for transparency: colour type 6. */
function withAlpha(png: Uint8Array): Uint8Array {
  png[25] = 6;
  return png;
}

/** A submission that fills all that a caller can fill. */
async function fullOrder(): Promise<JobOrder> {
  const { submitting } = createApiFixture();
  const model = (at: number) =>
    `provider-with-a-name-of-thirty${at}/${String(at).repeat(111)}`.replace('thirty', 'thir');
  const orders: JobOrder[] = [];
  const create = async (order: JobOrder) => {
    orders.push(order);
    return 'created' as const;
  };
  await submitJob(
    {
      ...submitting,
      jobs: { ...submitting.jobs, create },
      catalog: {
        ...submitting.catalog,
        resolve: (name) => ({ provider: name.split('/')[0] ?? '', model: name.split('/')[1] ?? '' }),
      },
      plan: ({ model }, submission) => ({
        request: { ...submission, model, prompt: '', images: [] },
        deployment: model,
        warnings: [],
      }),
    },
    sampleCaller({ owner: `vk_${'0'.repeat(36)}` }),
    'r'.repeat(128),
    received({
      model: model(0),
      fallbacks: [1, 2, 3, 4, 5].map(model),
      submission: { operation: 'edit', prompt: 'x'.repeat(8000), n: 10, parameters: {}, extra: {} },
      images: Array.from({ length: 16 }, () => ({ param: 'image', bytes: pngBytes(1000) })),
      mask: { param: 'mask', bytes: withAlpha(pngBytes(1000)) },
      rawWanted: { request: true, response: true },
      idempotencyKey: 'key-1',
    }),
  );
  const [order] = orders;
  if (!order) throw new Error('The submission made no order.');
  return order;
}

/** As if each of its inputs had been named by address. */
const addressesOf = ({ images, mask }: JobOrder): InputAddresses => ({
  key: images[0]?.key.replace(/[^/]*$/, 'addresses.json') ?? '',
  keysWithoutExtension: [...images, ...(mask ? [mask] : [])].map(({ key }) => key.replace(/\.\w+$/, '')),
  isFetched: true,
});

/** Lives a job to its end, and gives the largest that its item has been, write tokens included. */
async function live(bare: JobOrder, script: readonly ActName[], end: End) {
  const order = { ...bare, addresses: addressesOf(bare) };
  const fixture = createWorkerFixture(
    script.map((name) => acts[name]),
    {
      ...{ order: { ...order, deadlineAt: order.createdAt + 48 * 3600_000 }, imagesPerRequest: 1 },
      ...{ resume: script.filter((name) => name === 'waits').map(() => wordy), keys: ['1', '2', '3', '4', '5'] },
    },
  );
  const named = new Set<string>();
  let [most, entries] = [0, 0];
  const jobs = {
    ...fixture.jobs,
    async apply(id: string, transition: Transition) {
      const applied = await fixture.jobs.apply(id, transition);
      named.add(transition.name);
      const record = fixture.jobs.record(id);
      const tokenBytes = [...named].reduce((sum, name) => sum + `token_${name}`.length + 36, 0);
      most = Math.max(most, (record ? itemBytes(record) : 0) + tokenBytes);
      entries = Math.max(entries, record?.attempts.length ?? 0);
      return applied;
    },
  };
  const plan: PlanRequest = (...asked) => ({
    ...fixture.dependencies.plan(...asked),
    ...{ warnings: wordyWarnings(), quote: { worst: largest, likely: largest, each: largest } },
  });
  const dependencies = { ...fixture.dependencies, jobs };
  await fixture.accept();
  for (let polls = 0; polls < 3 * script.length + 3; polls += 1) {
    const job = await fixture.job();
    if (!isOpen(job)) break;
    await fixture.process({ jobs, plan }, { hop: job.hop });
    fixture.clock.advance(600);
  }
  if (end === 'overdue') {
    fixture.clock.set(order.createdAt + 49 * 3600_000);
    await failIfOverdue(dependencies, await fixture.job());
  }
  if (end === 'cancelled') await cancelJob(dependencies, sampleCaller({ owner: order.owner }), 'edit', order.id);
  if (end === 'deleted') await deleteJob(dependencies, sampleCaller({ owner: order.owner }), 'edit', order.id);
  return { most, entries, job: await fixture.job() };
}

const nine = (name: ActName): ActName[] => Array.from({ length: 9 }, () => name);

describe("a job's item", () => {
  it('stays below its limit, whatever its caller and its providers say and do', async () => {
    const order = await fullOrder();
    const names = fc.constantFrom<ActName>(...(Object.keys(acts) as ActName[]), 'delivers', 'limits');
    const ends = fc.constantFrom<End>('by itself', 'overdue', 'cancelled', 'deleted');
    const busiest = nine('delivers').flatMap((name): ActName[] => [name, 'limits']);
    let [most, longest] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 45 }), ends, async (script, end) => {
        const seen = await live(order, script, end);
        most = Math.max(most, seen.most);
        longest = Math.max(longest, seen.entries);
        expect(seen.most).toBeLessThan(itemLimits.itemBytes);
        expect(seen.entries).toBeLessThanOrEqual(itemLimits.attempts);
      }),
      {
        numRuns: 60,
        examples: [
          [[...busiest, ...nine('overloads'), ...nine('overloads'), 'waits'], 'by itself'],
          [[...busiest, ...nine('overloads'), ...nine('overloads'), 'delivers'], 'overdue'],
          [[...busiest, 'waits', ...nine('refusesKey')], 'cancelled'],
        ],
      },
    );
    // Else the limits are far from what is tried here.
    expect(longest).toBeGreaterThan(itemLimits.attempts / 2);
    expect(most).toBeGreaterThan(itemLimits.itemBytes / 2);
  });
});
