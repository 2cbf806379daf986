import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../bin/run-locally.ts';
import type { ImageJob } from '../../lambda/contract/job.ts';
import { startVendorSimulator, type VendorSimulator } from '../../local/vendors/simulator.ts';
import { fileOf, formOf, photograph } from '../support/sample-files.ts';
import { type Client, createClient, fetchAnswer, imagesOf, locationOf } from './client.ts';
import { type DarkroomProcess, startDarkroomProcess } from './darkroom-process.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf } from './running-darkroom.ts';

const model = 'openai/gpt-image-2';
const jobCount = 20;
/**
 * A job that a worker had is taken up again 13 seconds after the kill at the latest. One whose wake-up had been received but
 * not looked at waits for the sweep of each minute, since the queue hides the message for far longer.
 */
const maxSecondsToEnd = 300;

interface Submitted {
  readonly prompt: string;
  readonly images: number;
  /** Below the API's root. */
  readonly path: string;
}

let simulator: VendorSimulator;
let folder: string;
let darkroom: DarkroomProcess;
let client: Client;
let submitted: readonly Submitted[];
/** The jobs as the last look before the kill showed them, and as they ended. */
let atKill: readonly ImageJob[];
let ended: readonly ImageJob[];
let secondsToEnd: number;

/** A stack in fast motion that is killed with jobs in every state, and started again. Its simulator lives on in here. */
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0.8 });
  folder = mkdtempSync(join(tmpdir(), 'darkroom-restart-'));
  darkroom = await startDarkroomProcess(folder, args('0'));
  client = createClient(darkroom.origin);
  const photo = await photograph('chelsea.png');
  submitted = await Promise.all(Array.from({ length: jobCount }, (_, index) => submit(index, photo)));
  atKill = await jobsWhen(inFullSwing, 90);
  await darkroom.kill();
  // The same port, since the links that were handed out name it.
  darkroom = await startDarkroomProcess(folder, args(new URL(darkroom.origin).port));
  const startedAt = performance.now();
  ended = await jobsWhen((jobs) => !jobs.some(isOpen), maxSecondsToEnd);
  secondsToEnd = (performance.now() - startedAt) / 1000;
  console.info(figures());
}, 900_000);

afterAll(async () => {
  await darkroom?.kill();
  await simulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const dataDirectory = (): string => join(folder, 'data');

const args = (port: string): readonly string[] => [
  ...['--port', port, '--data', dataDirectory()],
  ...['--simulator', simulator.origin, '--lease', '3'],
];

/** Every third job is an edit, every fifth wants two images; half of them are slow enough to be met by the kill. */
async function submit(index: number, photo: Buffer): Promise<Submitted> {
  const images = index % 5 === 0 ? 2 : 1;
  const prompt = promptOf(`number ${index} of the restart${index % 2 === 0 ? ' [slow:10]' : ''}`);
  const isEdit = index % 3 === 0;
  const answer = isEdit
    ? await client.submit(
        'edits',
        formOf(['model', model], ['prompt', prompt], ['n', String(images)], ['image', fileOf(photo, 'cat.png')]),
      )
    : await client.submit('generations', { model, prompt, n: images });
  expect(answer.status).toBe(202);
  return { prompt, images, path: new URL(locationOf(answer)).pathname };
}

const isOpen = ({ status }: ImageJob): boolean => status === 'pending' || status === 'processing';

const atTheProvider = () => simulator.ledger.requests().filter(({ outcome }) => outcome === undefined);

/** Some jobs have ended, some are at the provider, and some wait: for a worker, or for a slot of their owner's. */
const inFullSwing = (jobs: readonly ImageJob[]): boolean => {
  const open = jobs.filter(isOpen).length;
  return jobs.length - open >= 2 && atTheProvider().length >= 4 && open - atTheProvider().length >= 2;
};

async function jobsWhen(wanted: (jobs: readonly ImageJob[]) => boolean, maxSeconds: number) {
  let jobs: readonly ImageJob[] = [];
  for (const giveUpAt = Date.now() + maxSeconds * 1000; Date.now() < giveUpAt; await delay(20)) {
    jobs = await Promise.all(submitted.map(async ({ path }) => (await client.ask(path)).job()));
    if (wanted(jobs)) return jobs;
  }
  throw new Error(`After ${maxSeconds} seconds the jobs are ${jobs.map(({ status }) => status).join()}.`);
}

const attemptsOf = ({ result, error }: ImageJob) => result?.extra_fields.attempts ?? error?.extra_fields.attempts ?? [];

function tally(words: readonly string[]): string {
  const counts = Map.groupBy(words, (word) => word);
  return [...counts].map(([word, { length }]) => `${length} ${word}`).join(', ');
}

function figures(): string {
  const attempts = ended.flatMap(attemptsOf).map(({ outcome, billed }) => `${outcome} (billed ${billed})`);
  return [
    `restart: ${ended.length} jobs; at the kill ${tally(atKill.map(({ status }) => status))}`,
    `  ended after ${secondsToEnd.toFixed(1)} s: ${tally(ended.map(({ status }) => status))}`,
    `  provider: ${simulator.ledger.requests().length} requests, ${simulator.ledger.charges().length} charges`,
    `  ledgers: ${tally(attempts)}`,
  ].join('\n');
}

describe('npm start --data', () => {
  it('is killed here with jobs in every state, and with requests at the provider', () => {
    expect(atKill.map(({ status }) => status)).toEqual(expect.arrayContaining(['processing', 'completed']));
    expect(simulator.ledger.requests().filter(({ clientGone }) => clientGone).length).toBeGreaterThanOrEqual(2);
  });

  it('ends every job after the restart, each with the images that were ordered', async () => {
    expect(ended.map(({ status }) => status)).toEqual(Array(jobCount).fill('completed'));
    const counts = await Promise.all(ended.map(async (job) => (await imagesOf(job)).length));
    expect(counts).toEqual(submitted.map(({ images }) => images));
  });

  it("has every charge of the provider in its job's ledger, and made no request without a record", () => {
    for (const [index, { prompt }] of submitted.entries()) {
      const attempts = ended[index] ? attemptsOf(ended[index]) : [];
      const paid = attempts.filter(({ billed }) => billed !== 'no');
      expect(simulator.ledger.requests({ prompt }).length).toBeLessThanOrEqual(attempts.length);
      expect(simulator.ledger.charges({ prompt }).length).toBeLessThanOrEqual(paid.length);
      // A sure bill is one that the provider has on its side too, and a job is never asked for a third time.
      expect(attempts.filter(({ billed }) => billed === 'yes')).toHaveLength(1);
      expect(simulator.ledger.charges({ prompt }).length).toBeGreaterThanOrEqual(1);
      expect(attempts.length).toBeLessThanOrEqual(2);
    }
  });

  it('records the requests that the kill cut off as unknown', () => {
    const cutOff = simulator.ledger.requests().filter(({ clientGone }) => clientGone);
    const unknown = ended.flatMap(attemptsOf).filter(({ billed }) => billed === 'unknown');
    expect(unknown.length).toBeGreaterThanOrEqual(cutOff.length);
  });

  it('shows what had ended before the kill as it was, and serves its links', async () => {
    const before = atKill.filter(({ status }) => status === 'completed');
    for (const job of before) {
      expect(ended.find(({ id }) => id === job.id)).toEqual(job);
      for (const image of await imagesOf(job)) expect(image.length).toBeGreaterThan(1000);
    }
  });

  it('takes new jobs with the same key', async () => {
    const job = await client.run('generations', { model, prompt: promptOf('after the restart') });
    expect((await fetchAnswer(job.result?.data[0]?.url ?? '')).status).toBe(200);
  });

  it('says first of all that it is being built, and then where SDKs and curl reach it', () => {
    const [first, ...rest] = darkroom.printed();
    expect(first).toMatch(/^Bundling/);
    const banner = rest.join('\n');
    expect(banner).toMatch(new RegExp(`^Base URL for SDKs +${darkroom.origin}/v1$`, 'm'));
    expect(banner).toContain(`curl -s ${darkroom.origin}/v1/images/generations `);
  });

  it('prints nothing secret, but for the key that every local stack has', () => {
    const lines = darkroom.printed().map((line) => line.replaceAll(localKey, ''));
    expect(lines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(lines)).toEqual([]);
  });

  it('refuses a second stack on the same folder, and says why', async () => {
    const second = startDarkroomProcess(folder, args('0'));
    await expect(second).rejects.toThrow(`Another local stack uses the data directory ${dataDirectory()}.`);
  });
});
