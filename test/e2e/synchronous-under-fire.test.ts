import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import { createClient } from './client.ts';
import { type OpenStores, openStores } from './open-stores.ts';
import { promptOf } from './running-darkroom.ts';
import { startThreads } from './start-threads.ts';
import { isReplayed, keyed, resultOf } from './synchronous-answers.ts';

const submissions = 300;
const maximumThreads = 12;
const doors = ['make', 'submit'] as const;
const body = { model: 'openai/gpt-image-2', prompt: promptOf('three hundred times [slow:3]') };
const key = keyed('three-hundred-times');
let darkroom: LocalDarkroom;
let stores: OpenStores;

beforeAll(async () => {
  darkroom = await runLocally({
    bundle: bundledFunctions,
    port: 0,
    latencySeconds: 0.1,
    maximumThreads,
    log: () => {},
    // Room for as many of one owner as the gateway counts.
    stage: { maxSynchronousPerOwner: 200, accountConcurrency: 10_000 },
  });
  stores = openStores(darkroom.stack);
  await startThreads(createClient(darkroom.stack.origin, undefined, 50_000), doors, maximumThreads);
});

afterAll(async () => {
  stores?.close();
  await darkroom?.stop();
});

describe(`${submissions} submissions at once with one Idempotency-Key, by both doors`, () => {
  it('are one job and one provider request: every synchronous answer is its result', async () => {
    // Whoever finds no thread free waits for one here, which no caller of Lambda would.
    const client = createClient(darkroom.stack.origin, undefined, 150_000);
    const [atOnce, accepted] = await Promise.all(
      doors.map((door) =>
        Promise.all(Array.from({ length: submissions / 2 }, () => client[door]('generations', body, key))),
      ),
    );
    const results = (atOnce ?? []).map(resultOf);
    const jobs = (accepted ?? []).map((answer) => answer.job());
    const [id = ''] = await stores.jobIds();
    expect(await stores.jobIds()).toEqual([id]);
    expect(results.map((result) => result.id)).toEqual(Array(submissions / 2).fill(id));
    expect(jobs.map((job) => job.id)).toEqual(Array(submissions / 2).fill(id));
    for (const result of results) expect(result).toEqual(results[0]);
    expect([...(atOnce ?? []), ...(accepted ?? [])].filter((answer) => !isReplayed(answer))).toHaveLength(1);
    expect(darkroom.simulator.ledger.requests({ prompt: body.prompt })).toHaveLength(1);
  }, 180_000);
});
