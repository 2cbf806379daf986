import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import { fileOf, formOf, photograph } from '../support/sample-files.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Answer, type Client, createClient, fetchAnswer, locationOf } from './client.ts';
import { type OpenStores, openStores } from './open-stores.ts';
import { promptOf } from './running-darkroom.ts';

const model = 'openai/gpt-image-2';
const heartbeatSeconds = 1;
let darkroom: LocalDarkroom;
let stores: OpenStores;
let client: Client;

/** Two workers with one job each, so that a third job is pending as long as they are busy. */
beforeAll(async () => {
  darkroom = await runLocally({
    bundle: bundledFunctions,
    port: 0,
    latencySeconds: 0.1,
    log: () => undefined,
    stage: {
      ...{ leaseSeconds: 4, heartbeatSeconds, jobsPerInvocation: 1 },
      // The model is a slow one, whose jobs have workers of their own, of which one owner may take both.
      ...{ maximumConcurrency: 2, slowConcurrency: 2, maxRunningJobsPerOwner: 2 },
    },
  });
  stores = openStores(darkroom.stack);
  client = createClient(darkroom.stack.origin);
});

afterAll(async () => {
  stores?.close();
  await darkroom?.stop();
});

/** Submits a generation and gives the path of its job. */
async function submitted(prompt: string): Promise<string> {
  const answer = await client.submit('generations', { model, prompt });
  expect(answer.status).toBe(202);
  return new URL(locationOf(answer)).pathname;
}

const cancel = (path: string): Promise<Answer> => client.ask(`${path}/cancel`, { method: 'POST' });
const remove = (path: string, by: Client = client): Promise<Answer> => by.ask(path, { method: 'DELETE' });
const endOf = async (path: string) => (await client.ended(darkroom.stack.origin + path)).job;

const requestOf = (prompt: string) => darkroom.simulator.ledger.requests({ prompt })[0];

/** Waits until the provider has the request of this prompt in hand. */
const atTheProvider = (prompt: string) => waitFor(() => expect(requestOf(prompt)).toBeDefined());

/** Waits until the provider's client has hung up, as long as a heartbeat may take to notice. */
const hungUp = (prompt: string) => waitFor(() => expect(requestOf(prompt)).toMatchObject({ clientGone: true }));

const cancelledJob = {
  status: 'cancelled',
  status_code: 499,
  completed_at: expect.any(String),
  expires_at: expect.any(String),
  error: { type: 'cancelled', status_code: 499, is_bifrost_error: true, error: { code: 'cancelled' } },
};

/** The body of an answer without what names the request itself. */
const withoutIds = (answer: Answer): string =>
  answer.bytes.toString().replaceAll(answer.headers.get('x-request-id') ?? 'none', '');

describe('POST /v1/async/images/{operation}/{job_id}/cancel', () => {
  it('ends a pending job at once, and no provider is asked for it', async () => {
    const busy = [promptOf('busy one [slow:3]'), promptOf('busy two [slow:3]')];
    const paths = await Promise.all(busy.map(submitted));
    await Promise.all(busy.map(atTheProvider));
    const prompt = promptOf('cancelled while pending');
    const path = await submitted(prompt);
    const answer = await cancel(path);
    expect(answer.status).toBe(200);
    expect(answer.job()).toMatchObject(cancelledJob);
    expect(answer.job().error?.extra_fields.attempts ?? []).toEqual([]);
    expect((await client.ask(path)).job()).toEqual(answer.job());

    // Its wake-up came before this one's, so a worker has seen it by the time that this one is done.
    const later = await submitted(promptOf('submitted after the cancelled one'));
    for (const each of [...paths, later]) expect((await endOf(each)).status).toBe('completed');
    expect(requestOf(prompt)).toBeUndefined();
    expect((await client.ask(path)).job()).toEqual(answer.job());
  });

  it('aborts the request of a processing job within a heartbeat, and shows that it may have been paid for', async () => {
    const prompt = promptOf('cancelled while processing [slow:20]');
    const path = await submitted(prompt);
    await atTheProvider(prompt);
    const answer = await cancel(path);
    expect(answer.status).toBe(200);
    expect(answer.job()).toMatchObject(cancelledJob);
    await hungUp(prompt);
    await waitFor(async () => {
      const { attempts } = (await client.ask(path)).job().error?.extra_fields ?? {};
      expect(attempts).toEqual([expect.objectContaining({ provider: 'openai', billed: 'unknown' })]);
      expect(attempts?.[0]?.outcome).not.toBe('started');
    });
    const { error: _, ...times } = (await client.ask(path)).job();
    expect(answer.job()).toMatchObject(times);
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
  });

  it('answers with the job as it ended where it has ended, and changes nothing', async () => {
    const [done, failed] = await Promise.all([
      submitted(promptOf('cancelled too late')),
      submitted(promptOf('cancelled after its failure [fail:refuse]')),
    ]);
    for (const [path, status] of [
      [done, 'completed'],
      [failed, 'failed'],
    ] as const) {
      const job = await endOf(path);
      expect(job.status).toBe(status);
      const answer = await cancel(path);
      expect(answer.status).toBe(200);
      expect(answer.job()).toEqual(job);
      expect((await client.ask(path)).job()).toEqual(job);
    }
  });

  it('is a 404 for another owner, another operation and an unknown id, and the job goes on', async () => {
    const path = await submitted(promptOf('not yours to cancel [slow:1]'));
    const other = createClient(darkroom.stack.origin, await stores.newKey('canceller'));
    const refused = [
      await other.ask(`${path}/cancel`, { method: 'POST' }),
      await cancel(path.replace('generations', 'edits')),
      await cancel(path.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000')),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(new Set(refused.map(withoutIds)).size).toBe(1);
    expect((await endOf(path)).status).toBe('completed');
  });
});

describe('DELETE /v1/async/images/{operation}/{job_id}', () => {
  it('removes an ended job, its inputs, its images and its links, and nothing else', async () => {
    const kept = await client.run('generations', { model, prompt: promptOf('to be kept') });
    const before = await stores.objectKeys();
    const photo = fileOf(await photograph('chelsea.png'), 'cat.png');
    // Past 8 KiB the parameters are an object too.
    const longPrompt = promptOf(`to be deleted${' very'.repeat(2_000)}`);
    const parts = [
      ['model', model],
      ['prompt', longPrompt],
    ] as const;
    const accepted = await client.submit('edits', formOf(...parts, ['n', '2'], ['image', photo]), {
      'x-bf-send-back-raw-request': 'true',
      'x-bf-send-back-raw-response': 'true',
    });
    const { job } = await client.ended(locationOf(accepted));
    const links = job.result?.data.map(({ url }) => url ?? '') ?? [];
    expect((await fetchAnswer(links[0] ?? '')).status).toBe(200);
    const own = (await stores.objectKeys()).filter((key) => !before.includes(key));
    expect(own.length).toBeGreaterThanOrEqual(5);

    const path = new URL(locationOf(accepted)).pathname;
    const answer = await remove(path);
    expect([answer.status, answer.bytes.length]).toEqual([204, 0]);
    const gone = await client.ask(path);
    const unknown = await client.ask(path.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000'));
    expect([gone.status, unknown.status]).toEqual([404, 404]);
    expect(withoutIds(gone)).toBe(withoutIds(unknown));
    expect(links).toHaveLength(2);
    for (const link of links) expect((await fetchAnswer(link)).status).toBe(404);
    expect((await stores.objectKeys()).toSorted()).toEqual(before.toSorted());
    expect((await fetchAnswer(kept.result?.data[0]?.url ?? '')).status).toBe(200);

    expect((await remove(path)).status).toBe(404);
    expect((await cancel(path)).status).toBe(404);
  });

  it('is a 404 for another owner, who changes nothing', async () => {
    const job = await client.run('generations', { model, prompt: promptOf('not yours to delete') });
    const path = `/v1/async/images/generations/${job.id}`;
    const other = createClient(darkroom.stack.origin, await stores.newKey('deleter'));
    expect((await remove(path, other)).status).toBe(404);
    expect((await remove(path.replace('generations', 'variations'))).status).toBe(404);
    expect((await client.ask(path)).job()).toEqual(job);
    expect((await fetchAnswer(job.result?.data[0]?.url ?? '')).status).toBe(200);
  });

  it('cancels an open job, whose worker lets go of it and leaves nothing behind', async () => {
    const before = await stores.objectKeys();
    const prompt = promptOf('deleted while processing [slow:20]');
    const form = formOf(
      ['model', model],
      ['prompt', prompt],
      ['image', fileOf(await photograph('chelsea.png'), 'c.png')],
    );
    const path = new URL(locationOf(await client.submit('edits', form))).pathname;
    await atTheProvider(prompt);
    expect((await remove(path)).status).toBe(204);
    expect((await client.ask(path)).status).toBe(404);
    expect((await remove(path)).status).toBe(404);
    await hungUp(prompt);
    await waitFor(async () => expect((await stores.objectKeys()).toSorted()).toEqual(before.toSorted()));
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
  });

  it('leaves nothing of a job that is about to be completed', async () => {
    const before = await stores.objectKeys();
    const prompts = Array.from({ length: 6 }, (_, index) => promptOf(`deleted near its end, ${index}`));
    // Each a little later than the one before, so that some meet the upload, some the last write, some the end.
    for (const [index, prompt] of prompts.entries()) {
      const path = await submitted(prompt);
      await atTheProvider(prompt);
      await new Promise((resolve) => setTimeout(resolve, 60 + index * 30));
      expect((await remove(path)).status).toBe(204);
      expect((await client.ask(path)).status).toBe(404);
    }
    await waitFor(async () => expect((await stores.objectKeys()).toSorted()).toEqual(before.toSorted()));
  });
});
