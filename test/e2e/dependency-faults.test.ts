import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import { clearMask, fileOf, formOf } from '../support/sample-files.ts';
import {
  brokenDown,
  createFaultyWires,
  slowDown,
  throttled,
  type WireFault,
  type WireRequest,
} from '../support/wire-faults.ts';
import { type Answer, type Client, createClient, fetchAnswer, imagesOf, locationOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { type OpenStores, openStores } from './open-stores.ts';
import { promptOf } from './running-darkroom.ts';

const model = 'openai/gpt-image-2';
const logLines: string[] = [];
let darkroom: LocalDarkroom;
let stores: OpenStores;
let client: Client;
let photo: Buffer;
let withoutKey: Answer;
const wires = createFaultyWires();

beforeAll(async () => {
  const log = (line: string) => void logLines.push(line);
  darkroom = await runLocally({ port: 0, bundle: bundledFunctions, latencySeconds: 0.1, log, detour: wires.detour });
  stores = openStores(darkroom.stack);
  client = createClient(darkroom.stack.origin);
  photo = await clearMask(64, 64);
});

const calm = (): void => wires.befall(() => undefined);
afterEach(calm);

afterAll(async () => {
  stores?.close();
  await darkroom?.stop();
  await wires.close();
});

/** From now on a fault strikes the requests that are of this kind, on whatever wire, so many times. */
function strike(fault: WireFault, isMeant: (request: WireRequest) => boolean, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  wires.befall((request) => (isMeant(request) && left-- > 0 ? fault : undefined));
}

const operation =
  (...names: readonly string[]) =>
  (request: WireRequest) =>
    names.includes(request.operation);
const writing = (part: string) => (request: WireRequest) => request.operation === 'PUT' && request.path.includes(part);
const reading = (part: string) => (request: WireRequest) => request.operation === 'GET' && request.path.includes(part);
const transition = (name: string) => (request: WireRequest) => request.body.includes(`token_${name}`);

const edit = (prompt: string) => formOf(['model', model], ['prompt', prompt], ['image', fileOf(photo, 'cat.png')]);
const submit = (prompt: string, headers: Record<string, string> = {}) => client.submit('edits', edit(prompt), headers);
const asked = (prompt: string) => darkroom.simulator.ledger.requests({ prompt }).length;
const pathOf = (answer: Answer): string => new URL(locationOf(answer)).pathname;
const attemptsOf = (job: Awaited<ReturnType<Client['run']>>) => (job.result ?? job.error)?.extra_fields.attempts;

function expectUnavailable(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(errorBodySchema.parse(answer.json())).toMatchObject({ type: 'unavailable', is_bifrost_error: true });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(answer.bytes.toString()).not.toMatch(/arn:|aws|dynamo|Exception/i);
}

/** A submission under a fault that is refused must leave nothing, and be none to the provider. */
async function expectNothingLeft(prompt: string, headers: Record<string, string> = {}): Promise<void> {
  const left = async () => [
    await stores.jobIds(),
    (await stores.objectKeys()).filter((key) => key.startsWith('inputs/')),
  ];
  const before = await left();
  expectUnavailable(await submit(prompt, headers));
  calm();
  expect(await left()).toEqual(before);
  expect(asked(prompt)).toBe(0);
}

async function expectDone(prompt: string): Promise<void> {
  const job = await client.run('edits', edit(prompt));
  expect(job.status).toBe('completed');
  expect(asked(prompt)).toBe(1);
  expect(attemptsOf(job)).toMatchObject([{ outcome: 'succeeded' }]);
}

// These two come first, since a key that has been read is kept.
describe('a secret that can not be read', () => {
  it('is a 503 to what needs the root secret, and nothing to what does not', async () => {
    strike(brokenDown, operation('GetSecretValue'));
    await expectNothingLeft(promptOf('keyed without the secret'), { 'idempotency-key': 'no-secret' });
    strike(brokenDown, operation('GetSecretValue'));
    const path = pathOf(await submit(promptOf('unkeyed without the secret')));
    while ((await client.ask(path)).status === 202) await delay(100);
    expectUnavailable(await client.ask(path));
    const link = `/v1/images/content/${path.split('/').at(-1)}/0?expires=2000000000&signature=${'A'.repeat(56)}`;
    expectUnavailable(await client.ask(link));
    calm();
    const job = (await client.ask(path)).job();
    expect(await imagesOf(job)).toHaveLength(1);
    // The same key is free.
    expect((await submit(promptOf('keyed again'), { 'idempotency-key': 'no-secret' })).status).toBe(202);
  });

  it("keeps a job waiting, and nobody asked, while it is the provider's key", async () => {
    strike(brokenDown, operation('GetParameter'));
    withoutKey = await client.submit('generations', {
      model: 'recraft/recraftv4_1',
      prompt: promptOf('without a key'),
    });
    expect(withoutKey.status).toBe(202);
    await expect.poll(() => logLines.some((line) => line.includes('worker_fault')), { timeout: 10_000 }).toBe(true);
    expect((await client.ask(pathOf(withoutKey))).job().status).toBe('processing');
  });
});

describe('DynamoDB', () => {
  it('throttling once is nothing to the caller', async () => {
    strike(throttled, operation('PutItem', 'UpdateItem', 'GetItem'), 2);
    await expectDone(promptOf('throttled once'));
  });

  it('throttling all writes is a 503 that claims no certainty, makes no job and leaves the key free', async () => {
    const before = await stores.jobIds();
    strike(throttled, operation('PutItem'));
    const refused = await submit(promptOf('no writes'), { 'idempotency-key': 'no-writes' });
    calm();
    expectUnavailable(refused);
    expect(refused.bytes.toString()).toContain('not certain');
    expect(await stores.jobIds()).toEqual(before);
    expect(asked(promptOf('no writes'))).toBe(0);
    expect((await submit(promptOf('writes again'), { 'idempotency-key': 'no-writes' })).status).toBe(202);
  });

  it('losing the answers to writes is nothing to the caller, and paid for once', async () => {
    strike({ does: 'lose_answer' }, operation('PutItem', 'UpdateItem'), 1);
    await expectDone(promptOf('a lost acceptance'));
    for (const name of ['claim', 'startAttempt', 'complete']) {
      strike({ does: 'lose_answer' }, transition(name), 1);
      await expectDone(promptOf(`a lost ${name}`));
    }
  });

  it('throttling all reads is a 503 to GET, cancel and DELETE, and no 404', async () => {
    const path = pathOf(await submit(promptOf('no reads [slow:20]')));
    strike(throttled, operation('GetItem'));
    expectUnavailable(await client.ask(path));
    expectUnavailable(await client.ask(`${path}/cancel`, { method: 'POST' }));
    expectUnavailable(await client.ask(path, { method: 'DELETE' }));
    calm();
    expect((await client.ask(path)).status).toBe(202);
    expect((await client.ask(path, { method: 'DELETE' })).status).toBe(204);
  });

  it('that does not answer is a 503 before API Gateway would give the function up', async () => {
    const path = pathOf(await submit(promptOf('silence [slow:1]')));
    const isMine = (request: WireRequest) => request.body.includes(path.split('/').at(-1) ?? '');
    strike(
      { does: 'hang' },
      (request) => operation('PutItem')(request) || (operation('GetItem')(request) && isMine(request)),
    );
    // Who answers is the function itself, after three tries of three seconds, and as many to take back what was begun.
    for (const answer of await Promise.all([client.ask(path), submit(promptOf('into the void'))])) {
      expectUnavailable(answer);
    }
    calm();
    // What follows counts requests: this job is to make none of them.
    while ((await client.ask(path)).status === 202) await delay(100);
  }, 40_000);
});

describe('S3', () => {
  it('answering an input with 503 is a 503 that leaves nothing, and once is nothing to the caller', async () => {
    strike(slowDown, writing('inputs/'));
    await expectNothingLeft(promptOf('no inputs'));
    strike(slowDown, writing('inputs/'), 1);
    await expectDone(promptOf('inputs at the second try'));
  });

  it('taking its time is nothing to the caller', async () => {
    strike({ does: 'delay', milliseconds: 700 }, (request) => /inputs|results/.test(request.path));
    await expectDone(promptOf('slowly'));
  });

  it('not giving an input is a request that was never carried out, made again soon', async () => {
    const prompt = promptOf('no input to be had');
    strike(slowDown, reading('inputs/'), 3);
    const job = await client.run('edits', edit(prompt));
    expect(job.status).toBe('completed');
    expect(attemptsOf(job)).toMatchObject([
      { outcome: 'not_sent', billed: 'no' },
      { outcome: 'succeeded', billed: 'yes' },
    ]);
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
  });

  it('not taking a result is a request that was paid for in vain, and one further', async () => {
    const prompt = promptOf('no results');
    strike(slowDown, writing('/1/0.'));
    const job = await client.run('edits', edit(prompt));
    expect(job.status).toBe('completed');
    expect(attemptsOf(job)).toMatchObject([
      { outcome: 'not_stored', billed: 'yes' },
      { outcome: 'succeeded', billed: 'yes' },
    ]);
    expect(asked(prompt)).toBe(2);
    expect(logLines.some((line) => line.includes('results_not_stored'))).toBe(true);
  });

  it('losing an image in the middle of an answer cuts it, says so in the log, and leaves the function alive', async () => {
    const form = formOf(
      ['model', model],
      ['prompt', promptOf('two images')],
      ['n', '2'],
      ['image', fileOf(photo, 'a.png')],
    );
    form.append('response_format', 'b64_json');
    const path = pathOf(await client.submit('edits', form));
    while ((await client.ask(path)).status === 202) await delay(100);
    calm();
    const logged = logLines.length;
    strike(brokenDown, reading('/1/1.'));
    await expect(client.ask(path)).rejects.toThrow();
    calm();
    const fresh = () => logLines.slice(logged);
    await expect.poll(() => fresh().some((line) => line.includes('request_failed'))).toBe(true);
    expect((await client.ask(path)).job().result?.data).toHaveLength(2);
    expect(fresh().filter((line) => /Runtime\.|socket hang up/.test(line))).toEqual([]);
  });

  it('not removing objects is a 503 to DELETE, which can be called again', async () => {
    const job = await client.run('edits', edit(promptOf('not to be removed')));
    const path = `/v1/async/images/edits/${job.id}`;
    strike(slowDown, (request) => request.operation === 'POST' && request.path.includes('delete'));
    expectUnavailable(await client.ask(path, { method: 'DELETE' }));
    calm();
    expect((await client.ask(path)).job()).toEqual(job);
    expect((await client.ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await fetchAnswer(job.result?.data[0]?.url ?? '')).status).toBe(404);
  });
});

describe('SQS', () => {
  it.each([
    ['before the item is there', 0, 300],
    ['after the item is there', 300, 0],
  ])('refusing the wake-up %s is a 503 that leaves nothing', async (_, sendFailsAfter, itemTakes) => {
    wires.befall(({ operation: name }) => {
      if (name === 'SendMessage') return { ...brokenDown, afterMilliseconds: sendFailsAfter };
      return name === 'PutItem' ? { does: 'delay', milliseconds: itemTakes } : undefined;
    });
    await expectNothingLeft(promptOf(`no wake-up, ${sendFailsAfter}`));
  });

  it('losing the answer to a wake-up is one job, paid for once', async () => {
    strike({ does: 'lose_answer' }, operation('SendMessage'), 2);
    await expectDone(promptOf('woken twice'));
  });
});

describe("a provider's key that can be read again", () => {
  it('lets the job go on that had waited for it, and no log tells of keys, prompts or images', async () => {
    const { job } = await client.ended(locationOf(withoutKey));
    expect(job.status).toBe('completed');
    expect(attemptsOf(job)).toMatchObject([{ outcome: 'succeeded' }]);
    expect(logLines.some((line) => line.includes('request_failed'))).toBe(true);
    expect(leaksIn(logLines)).toEqual([]);
  }, 40_000);
});
