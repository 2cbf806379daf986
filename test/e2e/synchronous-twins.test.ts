import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { type AdminClient, createAdminClient } from './admin-client.ts';
import { createClient } from './client.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { errorOf, isReplayed, jobIdOf, keyed, resultOf } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;
let admin: AdminClient;

beforeAll(async () => {
  darkroom = await startDarkroom({ maxSynchronousPerOwner: 20 });
  admin = await createAdminClient(darkroom.stack);
});

afterAll(async () => {
  await darkroom?.stop();
});

const requestsFor = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });
const isAsked = (prompt: string) => waitFor(() => expect(requestsFor(prompt)).toHaveLength(1));

describe('POST /v1/images/generations, with an Idempotency-Key', () => {
  it('answers with the result of an asynchronous job that is still open', async () => {
    const body = { model, prompt: promptOf('first by the other door [slow:2]') };
    const key = keyed(randomUUID());
    const accepted = await darkroom.client.submit('generations', body, key);
    const answer = await darkroom.client.make('generations', body, key);
    expect(resultOf(answer).id).toBe(accepted.job().id);
    expect([isReplayed(answer), answer.headers.get('ratelimit')]).toEqual([true, null]);
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });

  it('is the job of an asynchronous submission that comes while it runs, and of one that comes later', async () => {
    const body = { model, prompt: promptOf('then by the other door [slow:2]') };
    const key = keyed(randomUUID());
    const running = darkroom.client.make('generations', body, key);
    await isAsked(body.prompt);
    const twin = await darkroom.client.submit('generations', body, key);
    expect([twin.status, isReplayed(twin), twin.job().status]).toEqual([202, true, 'processing']);
    const { id } = resultOf(await running);
    const late = await darkroom.client.submit('generations', body, key);
    expect([late.status, isReplayed(late), late.job().id, twin.job().id]).toEqual([200, true, id, id]);
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });

  it('gives twins one job, and each of them its result', async () => {
    const body = { model, prompt: promptOf('four of a kind [slow:1]') };
    const key = keyed(randomUUID());
    const answers = await Promise.all(Array.from({ length: 4 }, () => darkroom.client.make('generations', body, key)));
    expect(new Set(answers.map((answer) => resultOf(answer).id)).size).toBe(1);
    expect(answers.filter((answer) => !isReplayed(answer))).toHaveLength(1);
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });

  it('replays a result, and shows it as this request wants it', async () => {
    const body = { model, prompt: promptOf('once more, please') };
    const key = keyed(randomUUID());
    const first = resultOf(await darkroom.client.make('generations', body, key));
    const again = await darkroom.client.make('generations', body, key);
    expect(isReplayed(again)).toBe(true);
    expect(resultOf(again)).toEqual(first);
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });

  it.each(['make', 'submit'] as const)('refuses another submission with the key of one by: %s', async (door) => {
    const body = { model, prompt: promptOf(`one of two by ${door}`) };
    const key = keyed(randomUUID());
    await darkroom.client[door]('generations', body, key);
    const stored = await darkroom.stored();
    const other = await darkroom.client.make('generations', { ...body, n: 2 }, key);
    expect(errorOf(other)).toMatchObject({ status_code: 422, type: 'idempotency_mismatch' });
    expect((await darkroom.stored()).jobs).toBe(stored.jobs);
    await waitFor(() => expect(requestsFor(body.prompt)).toHaveLength(1));
  });

  it('is a 409 where the images have expired, or were deleted', async () => {
    const body = { model, prompt: promptOf('too late, at once') };
    const [expired, deleted] = [keyed(randomUUID()), keyed(randomUUID())];
    const short = { ...expired, 'x-bf-async-job-result-ttl': '1' };
    const { created } = resultOf(await darkroom.client.make('generations', body, short));
    const { id } = resultOf(await darkroom.client.make('generations', body, deleted));
    await darkroom.client.ask(`/v1/async/images/generations/${id}`, { method: 'DELETE' });
    await delay(Math.max(0, (created + 2) * 1000 - Date.now()));
    for (const key of [short, deleted]) {
      const late = await darkroom.client.make('generations', body, key);
      expect(errorOf(late)).toMatchObject({ status_code: 409, type: 'idempotency_expired' });
    }
    expect(requestsFor(body.prompt)).toHaveLength(2);
  });
});

describe('POST /v1/images/generations, by who asks', () => {
  it("serves an admin, as an owner of the token's subject", async () => {
    const body = { model, prompt: promptOf('by an admin') };
    const answer = await admin.ask('POST', '/v1/images/generations', body);
    const { id } = resultOf(answer);
    expect((await admin.ask('GET', `/v1/async/images/generations/${id}`)).status).toBe(200);
    const stranger = createClient(darkroom.origin, await darkroom.newKey('a stranger'));
    expect((await stranger.ask(`/v1/async/images/generations/${id}`)).status).toBe(404);
  });

  it('refuses a blocked key, and asks no provider for it any more where a job of its runs', async () => {
    const { id, key } = await admin.keys('POST', '', { name: 'soon blocked', providers: { '*': ['*'] } });
    const client = createClient(darkroom.origin, key);
    const prompt = promptOf('blocked on the way [slow:2] [fail:500]');
    const running = client.make('generations', { model, prompt });
    await isAsked(prompt);
    await admin.keys('PATCH', `/${id}`, { active: false });
    expect(errorOf(await running)).toMatchObject({ status_code: 403, type: 'virtual_key_blocked' });
    expect(requestsFor(prompt).length).toBeLessThan(3);
    await waitFor(async () => {
      const refused = await client.make('generations', { model, prompt: promptOf('no more') });
      expect(errorOf(refused)).toMatchObject({ status_code: 403, type: 'virtual_key_blocked' });
    });
    expect(requestsFor(promptOf('no more')).length).toBeLessThan(2);
  });

  it("keeps one owner's key from another's job", async () => {
    const body = { model, prompt: promptOf('of two owners') };
    const key = keyed(randomUUID());
    const other = createClient(darkroom.origin, await darkroom.newKey('of two'));
    const [mine, theirs] = await Promise.all([
      darkroom.client.make('generations', body, key),
      other.make('generations', body, key),
    ]);
    expect(jobIdOf(mine)).not.toBe(jobIdOf(theirs));
    expect([isReplayed(mine), isReplayed(theirs)]).toEqual([false, false]);
    expect((await other.submit('generations', body, key)).job().id).toBe(jobIdOf(theirs));
  });
});
