import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import type { VirtualKeyView } from '../../lambda/contract/virtual-key.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import { waitFor } from '../support/wait-for.ts';
import { type AdminClient, createAdminClient } from './admin-client.ts';
import { type Answer, type Client, createClient, fetchAnswer, imagesOf, locationOf } from './client.ts';
import { type OpenStores, openStores } from './open-stores.ts';
import { promptOf } from './running-darkroom.ts';

const model = 'openai/gpt-image-2';
let darkroom: LocalDarkroom;
let stores: OpenStores;
let admin: AdminClient;
const logLines: string[] = [];
const credentials: string[] = [];

/** Two workers of each lane with one job each, so that a third job waits for as long as they are busy. */
beforeAll(async () => {
  darkroom = await runLocally({
    bundle: bundledFunctions,
    port: 0,
    latencySeconds: 0.1,
    log: (line) => void logLines.push(line),
    stage: { maximumConcurrency: 2, slowConcurrency: 2, jobsPerInvocation: 1 },
  });
  stores = openStores(darkroom.stack);
  admin = await createAdminClient(darkroom.stack);
});

afterAll(async () => {
  stores?.close();
  await darkroom?.stop();
});

interface Made {
  readonly id: string;
  readonly credential: string;
  readonly client: Client;
}

const clientOf = (credential: string): Client => createClient(darkroom.stack.origin, credential);

async function make(name: string, over: object = {}): Promise<Made> {
  const { id, key } = await admin.keys('POST', '', { name, providers: { openai: ['*'] }, ...over });
  credentials.push(key);
  return { id, credential: key, client: clientOf(key) };
}

async function rotate({ id }: Made, body?: object): Promise<Made> {
  const { key } = await admin.keys('POST', `/${id}/rotate`, body);
  credentials.push(key);
  return { id, credential: key, client: clientOf(key) };
}

const submit = async ({ client }: Made, prompt: string): Promise<string> =>
  new URL(locationOf(await client.submit('generations', { model, prompt: promptOf(prompt) }))).pathname;

const codeOf = (answer: Answer): unknown => (answer.json() as { type?: unknown }).type;

/** Readers remember a key for five seconds: what is changed shows after that at the latest, and a slow machine's while. */
const shows = (ask: () => Promise<Answer>, status: number, code?: string) =>
  waitFor(async () => {
    const answer = await ask();
    expect([answer.status, ...(code === undefined ? [] : [codeOf(answer)])]).toEqual([status, ...(code ? [code] : [])]);
  }, 250);

const listModels = ({ client }: Made) => client.ask('/v1/models');

describe('/v1/admin/virtual-keys', () => {
  it('makes a key that works at once, and shows what it uses', async () => {
    const key = await make('first', { rate_limits: [{ requests: 5, period: '1d' }], max_open_jobs: 3 });
    const job = await key.client.run('generations', { model, prompt: promptOf('by a new key') });
    expect(job.status).toBe('completed');
    const { usage, last_used_at, ...shown } = await admin.keys('GET', `/${key.id}`);
    expect(shown).toMatchObject({ id: key.id, object: 'virtual_key', name: 'first', max_open_jobs: 3, active: true });
    expect(shown).not.toHaveProperty('key');
    expect(usage?.requests).toMatchObject([{ period: '1d', used: 1, limit: 5 }]);
    expect(last_used_at).toMatch(/^\d{4}-.*Z$/);
    await waitFor(async () => expect((await admin.keys('GET', `/${key.id}`)).usage?.open_jobs).toBe(0));
    const { data } = (await admin.ask('GET', '/v1/admin/virtual-keys')).json() as { data: VirtualKeyView[] };
    expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(['first', 'local']));
  });

  it('holds a key to what it may use, and what it may use to what there is', async () => {
    const key = await make('one model', { providers: { openai: ['gpt-image-2'] } });
    const other = await key.client.submit('generations', { model: 'xai/grok-imagine-image', prompt: promptOf('no') });
    expect([other.status, codeOf(other)]).toEqual([403, 'provider_blocked']);
    const refused = await admin.ask('PATCH', `/v1/admin/virtual-keys/${key.id}`, { providers: { nobody: ['*'] } });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'unknown_provider']);
    const taken = await admin.ask('POST', '/v1/admin/virtual-keys', { name: 'one model' });
    expect(taken.json()).toMatchObject({ type: 'invalid_value', error: { param: 'name' } });
    await admin.keys('PATCH', `/${key.id}`, { providers: { xai: ['*'] } });
    await shows(
      () => key.client.submit('generations', { model, prompt: promptOf('no more') }),
      403,
      'provider_blocked',
    );
  });

  it('lets a rotated key see its jobs, and ends its former credential', async () => {
    const former = await make('rotated');
    const path = await submit(former, 'before the rotation');
    const latter = await rotate(former);
    expect((await latter.client.ask(path)).status).toBeLessThan(203);
    await shows(() => former.client.ask(path), 401, 'virtual_key_not_found');
    const overlapping = await rotate(latter, { overlap_seconds: 12 });
    const since = Date.now();
    for (const { client } of [latter, overlapping]) expect((await client.ask(path)).status).toBeLessThan(203);
    await waitFor(async () => expect((await latter.client.ask(path)).status).toBe(401), 500);
    expect(Date.now() - since).toBeGreaterThan(11_000);
    expect((await overlapping.client.ask(path)).status).toBe(200);
  });

  it('stops reads and waiting jobs of a key that is blocked, and lets it in again', async () => {
    const key = await make('blocked');
    const busy = [await make('busy one'), await make('busy two')];
    await Promise.all(busy.map((each, at) => submit(each, `keeps worker ${at} busy [slow:8]`)));
    const requestsOf = (at: number) =>
      darkroom.simulator.ledger.requests({ prompt: promptOf(`keeps worker ${at} busy [slow:8]`) });
    await waitFor(() => expect([0, 1].map((at) => requestsOf(at).length)).toEqual([1, 1]));
    const waiting = await submit(key, 'stopped while it waits');
    await admin.keys('PATCH', `/${key.id}`, { active: false });
    await shows(() => key.client.ask(waiting), 403, 'virtual_key_blocked');
    await waitFor(async () => {
      const stopped = (await admin.ask('GET', waiting)).job();
      expect(stopped).toMatchObject({
        status: 'cancelled',
        status_code: 403,
        error: { type: 'virtual_key_blocked' },
      });
    }, 250);
    await admin.keys('PATCH', `/${key.id}`, { active: true });
    await shows(() => key.client.ask(waiting), 200);
  });

  it('refuses a key from its expiry on, and takes the expiry away', async () => {
    const key = await make('expiring', { expires_at: new Date(Date.now() + 3_000).toISOString() });
    expect((await listModels(key)).status).toBe(200);
    await shows(() => listModels(key), 403, 'virtual_key_blocked');
    await admin.keys('PATCH', `/${key.id}`, { expires_at: null });
    await shows(() => listModels(key), 200);
  });

  it('deletes a key, whose name is free then and whose jobs only admins see', async () => {
    const key = await make('deleted');
    const path = await submit(key, 'outlives its key');
    await key.client.ended(darkroom.stack.origin + path);
    const deleted = await admin.ask('DELETE', `/v1/admin/virtual-keys/${key.id}`);
    expect(deleted.json()).toEqual({ id: key.id, object: 'virtual_key', deleted: true });
    await shows(() => key.client.ask(path), 401, 'virtual_key_not_found');
    expect((await admin.ask('GET', path)).status).toBe(200);
    const again = await admin.ask('DELETE', `/v1/admin/virtual-keys/${key.id}`);
    expect([again.status, codeOf(again)]).toEqual([404, 'not_found']);
    const heir = await make('deleted');
    expect((await heir.client.ask(path)).status).toBe(404);
  });

  it('purges all that a key has, open and ended', async () => {
    const key = await make('purged');
    const other = await make('spared');
    const jobs = await Promise.all(
      [key, other].map(({ client }, at) => client.run('generations', { model, prompt: promptOf(`image ${at}`) })),
    );
    const [mine] = jobs;
    const link = mine?.result?.data[0]?.url ?? '';
    const open = await submit(key, 'open when its key goes [slow:20]');
    const before = await stores.objectKeys();
    const { purge } = (await admin.ask('DELETE', `/v1/admin/virtual-keys/${key.id}?purge=true`)).json() as {
      purge: string;
    };
    expect(purge).toBe('done');
    const kept = await stores.objectKeys();
    expect(kept.length).toBeLessThan(before.length);
    expect((await fetchAnswer(link)).status).toBe(404);
    for (const path of [`/v1/async/images/generations/${mine?.id}`, open]) {
      expect((await admin.ask('GET', path)).status).toBe(404);
    }
    expect(await imagesOf(jobs[1] as NonNullable<(typeof jobs)[1]>)).toHaveLength(1);
  });

  it('is for admins alone', async () => {
    const { client, id } = await make('no admin', { providers: { '*': ['*'] } });
    const asked = [
      ['POST', ''],
      ['GET', ''],
      ['GET', `/${id}`],
      ['PATCH', `/${id}`],
      ['DELETE', `/${id}?purge=true`],
      ['POST', `/${id}/rotate`],
      ['GET', '/vk_nobody'],
    ] as const;
    for (const [method, path] of asked) {
      const answer = await client.ask(`/v1/admin/virtual-keys${path}`, { method });
      expect([method, path, answer.status, codeOf(answer)]).toEqual([method, path, 403, 'admin_required']);
    }
    expect((await fetchAnswer(`${darkroom.stack.origin}/v1/admin/virtual-keys`)).status).toBe(401);
  });

  it('lets an admin submit, read, cancel and delete', async () => {
    const key = await make('watched');
    const path = await submit(key, 'watched by an admin [slow:20]');
    expect((await admin.ask('GET', path)).job().id).toBe(path.split('/').at(-1));
    expect((await admin.ask('POST', `${path}/cancel`)).job().status).toBe('cancelled');
    expect((await admin.ask('DELETE', path)).status).toBe(204);
    expect((await key.client.ask(path)).status).toBe(404);
    const own = await admin.ask('POST', '/v1/async/images/generations', { model, prompt: promptOf('by an admin') });
    expect(own.status).toBe(202);
    expect((await key.client.ask(new URL(locationOf(own)).pathname)).status).toBe(404);
  });

  it('has told of everything, and of no credential', () => {
    const told = logLines.join('\n');
    const codes = ['key_created', 'key_updated', 'key_rotated', 'key_deleted', 'owner_purged', 'job_stopped'];
    expect(codes.filter((code) => !told.includes(`"code":"${code}"`))).toEqual([]);
    expect(told.includes('"by":"admin:ann"')).toBe(true);
    expect(credentials.length).toBeGreaterThan(10);
    expect(credentials.filter((credential) => told.includes(credential.slice(0, 20)))).toEqual([]);
  });
});
