import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDarkroom, localKey, runLocally } from '../../bin/run-locally.ts';
import { imageJobSchema } from '../../lambda/contract/job.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import {
  brokenDown,
  createFaultyWires,
  slowDown,
  throttled,
  type WireFault,
  type WireRequest,
} from '../support/wire-faults.ts';
import { type Client, createClient } from './client.ts';
import { type OpenStores, openStores } from './open-stores.ts';
import { promptOf } from './running-darkroom.ts';

const submissions = 1000;
/** Past 8 KiB the parameters are an object beside the inputs, so that each of the submissions stores something. */
const prompt = promptOf(`a thousand times${' over'.repeat(2_000)}`);
const body = { model: 'openai/gpt-image-2', prompt };
const idempotencyKey = 'a-thousand-times';
let darkroom: LocalDarkroom;
let stores: OpenStores;
let client: Client;
let other: Client;
const wires = createFaultyWires();
const struck: Record<string, number> = {};
/** Submissions of which a store could not say whether they were undone: what they stored is the bucket's lifecycle's. */
let uncertain = 0;

beforeAll(async () => {
  darkroom = await runLocally({
    bundle: bundledFunctions,
    port: 0,
    latencySeconds: 0.1,
    log: (line) => {
      if (line.includes('submission_undo_failed')) uncertain += 1;
    },
    detour: wires.detour,
  });
  stores = openStores(darkroom.stack);
  client = createClient(darkroom.stack.origin);
  other = createClient(darkroom.stack.origin, await stores.newKey('other'));
});

afterAll(async () => {
  stores?.close();
  await darkroom?.stop();
  await wires.close();
});

/** Each kind of write fails now and then, so often in a row that the SDK gives some of them up. */
const weather: Readonly<Record<string, readonly (WireFault | undefined)[]>> = {
  PutItem: [throttled, { does: 'lose_answer' }, throttled, throttled, throttled, undefined, { does: 'lose_answer' }],
  UpdateItem: [undefined, undefined, { does: 'lose_answer' }, throttled, undefined, undefined, undefined],
  SendMessage: [brokenDown, brokenDown, brokenDown, undefined, { does: 'lose_answer' }, undefined, undefined],
  PUT: [slowDown, slowDown, undefined, { does: 'lose_answer' }, undefined, { does: 'delay', milliseconds: 50 }],
};

function strike({ operation, path }: WireRequest): WireFault | undefined {
  // The worker's own writes are left in peace: here the submissions are at stake.
  if (operation === 'PUT' && !path.includes('inputs/')) return undefined;
  const faults = weather[operation];
  if (faults === undefined) return undefined;
  const at = (struck[operation] ?? 0) % faults.length;
  struck[operation] = (struck[operation] ?? 0) + 1;
  return struck[operation] > 60 ? undefined : faults[at];
}

/** A submission as the official SDK makes it: it tries again by itself after a 5xx or a lost connection. */
async function submitBySdk(sdk: OpenAI): Promise<string> {
  const headers = { 'idempotency-key': idempotencyKey };
  return imageJobSchema.parse(await sdk.post('/async/images/generations', { body, headers })).id;
}

/** A submission whose client hangs up before it has an answer, unless the answer is faster. */
async function submitAndHangUp(index: number): Promise<void> {
  const headers = { authorization: `Bearer ${localKey}`, 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(1 + (index % 50) * 8);
  await fetch(`${darkroom.stack.origin}/v1/async/images/generations`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { ...headers, 'idempotency-key': idempotencyKey },
    signal,
  }).catch(() => undefined);
}

describe(`${submissions} submissions at once with one Idempotency-Key, half of them cut off, under stores that fail`, () => {
  it('are one job, one set of stored inputs and one provider request, and another owner has another job', async () => {
    wires.befall(strike);
    const sdk = new OpenAI({
      apiKey: localKey,
      baseURL: `${darkroom.stack.origin}/v1`,
      maxRetries: 8,
      timeout: 50_000,
    });
    const all = Array.from({ length: submissions }, (_, index) =>
      index % 2 === 0 ? submitBySdk(sdk) : submitAndHangUp(index),
    );
    const ids = new Set((await Promise.all(all)).filter((id) => id !== undefined));
    wires.befall(() => undefined);
    const theirs = await other.submit(
      'generations',
      { ...body, prompt: promptOf('theirs') },
      {
        'idempotency-key': idempotencyKey,
      },
    );
    expect(theirs.status).toBe(202);
    const [id = '', ...more] = ids;
    expect(more).toEqual([]);
    const { job } = await client.ended(`${darkroom.stack.origin}/v1/async/images/generations/${id}`);
    expect(job.status).toBe('completed');
    expect(theirs.job().id).not.toBe(id);
    expect((await stores.jobIds()).toSorted()).toEqual([id, theirs.job().id].toSorted());
    // Submissions whose clients have hung up may still be at it, and take back what they stored when they meet their twin.
    const inputs = async () => (await stores.objectKeys()).filter((key) => key.startsWith('inputs/')).length;
    await expect.poll(async () => (await inputs()) - uncertain, { timeout: 30_000 }).toBeLessThanOrEqual(1);
    expect(await inputs()).toBeGreaterThanOrEqual(1);
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
    // Each write has met with each of its faults: how much oftener depends on how many came before the first was through.
    for (const [operation, faults] of Object.entries(weather))
      expect(struck[operation], operation).toBeGreaterThanOrEqual(faults.length);
  });
});
