import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageResult } from '../../lambda/contract/image-result.ts';
import { startVendorSimulator, type VendorSimulator } from '../../local/vendors/simulator.ts';
import { type Answer, type Client, createClient, fetchAnswer } from './client.ts';
import type { DarkroomProcess } from './darkroom-process.ts';
import { startFastStack } from './fast-stack-process.ts';
import { promptOf } from './running-darkroom.ts';
import { startThreads } from './start-threads.ts';
import { isReplayed, keyed, resultOf } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
/** Half of the requests are at their provider when the stack is killed, and a few have been answered before. */
const requests = Array.from({ length: 20 }, (_, index) => ({
  body: { model, prompt: promptOf(`number ${index} at the kill${index % 4 === 0 ? '' : ' [slow:15]'}`) },
  key: keyed(`killed-${index}`),
}));

let simulator: VendorSimulator;
let folder: string;
let darkroom: DarkroomProcess;
let client: Client;
/** What became of the first try of each request: absent where the kill cut it off. */
let first: readonly (Answer | undefined)[];
let results: readonly ImageResult[];

/** The stack is killed in the midst of the requests and started again; their clients then try again until they have a result. */
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0.3 });
  folder = mkdtempSync(join(tmpdir(), 'darkroom-killed-'));
  darkroom = await startFastStack(folder, simulator);
  client = createClient(darkroom.origin, undefined, 60_000);
  await startThreads(client, ['make'], requests.length);
  let answers = 0;
  const tries = requests.map(({ body, key }) =>
    client.make('generations', body, key).then(
      (answer) => {
        if (answer.status === 200) answers += 1;
        return answer;
      },
      () => undefined,
    ),
  );
  await until(() => answers >= 2 && atTheProvider() >= 8);
  await darkroom.kill();
  first = await Promise.all(tries);
  darkroom = await startFastStack(folder, simulator, darkroom);
  results = await Promise.all(requests.map(({ body, key }) => resultBy(() => client.make('generations', body, key))));
}, 900_000);

afterAll(async () => {
  await darkroom?.kill();
  await simulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const atTheProvider = () => simulator.ledger.requests().filter(({ outcome }) => outcome === undefined).length;

async function until(holds: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + 180_000; !holds(); await delay(10)) {
    if (Date.now() > giveUpAt) throw new Error('What was waited for has not happened.');
  }
}

/** Tries again as a client does, until there is a result. */
async function resultBy(ask: () => Promise<Answer>): Promise<ImageResult> {
  for (const giveUpAt = Date.now() + 400_000; Date.now() < giveUpAt; await delay(500)) {
    const answer = await ask().catch(() => undefined);
    if (answer?.status === 200) return resultOf(answer);
  }
  throw new Error('A request had no result in the end.');
}

describe('20 synchronous requests, in the midst of which the stack is killed', () => {
  it('were answered in part, and cut off in part, with requests at the provider', () => {
    expect(first.filter((answer) => answer === undefined).length).toBeGreaterThanOrEqual(8);
    expect(first.filter((answer) => answer?.status === 200).length).toBeGreaterThanOrEqual(2);
    expect(simulator.ledger.requests().filter(({ clientGone }) => clientGone).length).toBeGreaterThanOrEqual(4);
  });

  it('end all, each with the image that was ordered, and what was answered before stands', async () => {
    expect(new Set(results.map(({ id }) => id)).size).toBe(requests.length);
    for (const { data } of results) expect((await fetchAnswer(data[0]?.url ?? '')).status).toBe(200);
    for (const [index, answer] of first.entries()) {
      if (answer?.status === 200) expect(resultOf(answer)).toEqual(results[index]);
    }
  });

  it('ask the provider once more at the most, and only where nobody knows what came of the first request', () => {
    for (const [index, { body }] of requests.entries()) {
      const attempts = results[index]?.extra_fields.attempts ?? [];
      const asked = simulator.ledger.requests({ prompt: body.prompt });
      // An attempt may have been written down before the kill, and its request never made.
      expect(asked.length).toBeLessThanOrEqual(attempts.length);
      expect(attempts.length).toBeLessThanOrEqual(2);
      expect(attempts.at(-1)).toMatchObject({ outcome: 'succeeded', billed: 'yes' });
      if (attempts.length === 2) expect(attempts[0]).toMatchObject({ outcome: 'abandoned', billed: 'unknown' });
    }
  });

  it('cost nothing more by the tries of their clients', async () => {
    const before = simulator.ledger.requests().length;
    const again = await Promise.all(requests.map(({ body, key }) => client.make('generations', body, key)));
    expect(again.map(isReplayed)).toEqual(requests.map(() => true));
    expect(again.map(resultOf)).toEqual(results);
    expect(simulator.ledger.requests()).toHaveLength(before);
  });
});
