import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../bin/run-locally.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Client, createClient, fetchAnswer, locationOf, postOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { errorOf, isReplayed, jobIdOf, keyed, resultOf, shouldRetryOf } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
const maxSynchronousPerOwner = 3;
let darkroom: RunningDarkroom;

beforeAll(async () => {
  // A function soon notices that its job was ended by others.
  darkroom = await startDarkroom({ maxSynchronousPerOwner, leaseSeconds: 5, heartbeatSeconds: 1 });
});

afterAll(async () => {
  await darkroom?.stop();
});

const requestsFor = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });
const isAsked = (prompt: string) => waitFor(() => expect(requestsFor(prompt)).toHaveLength(1));

/** A client with a key, and so with synchronous requests, of its own. */
const newClient = async (name: string): Promise<Client> => createClient(darkroom.origin, await darkroom.newKey(name));

const path = (id: string): string => `/v1/async/images/generations/${id}`;
/** Longer than any test: such a job ends where somebody ends it. */
const endless = '[slow:120]';

describe('POST /v1/images/generations, whose caller hangs up', () => {
  /** Writes the head of a request and a part of its body, then breaks off. */
  const breakOff = (head: string, part: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(darkroom.origin);
      const socket = connect(Number(port), hostname, () => {
        socket.write(`${head}\r\n\r\n${part}`, () => socket.destroy());
      });
      socket.once('close', () => resolve()).once('error', reject);
    });

  it('is no job before its body is in', async () => {
    const before = await darkroom.stored();
    const prompt = promptOf('half a sentence');
    const body = JSON.stringify({ model, prompt });
    const head = [
      ...['POST /v1/images/generations HTTP/1.1', 'Host: darkroom', 'Content-Type: application/json'],
      ...[`Authorization: Bearer ${localKey}`, `Content-Length: ${body.length}`],
    ].join('\r\n');
    await breakOff(head, body.slice(0, -1));
    expect((await fetchAnswer(`${darkroom.origin}/health`)).status).toBe(200);
    expect([await darkroom.stored(), requestsFor(prompt)]).toEqual([before, []]);
  });

  it.each([false, true])('ends its job where the provider is at work; stream: %s', async (stream) => {
    const client = await newClient(`hangs up, ${stream}`);
    const body = { model, prompt: promptOf(`nobody waits for it, ${stream} [slow:3]`), stream };
    const key = keyed(randomUUID());
    const hangUp = new AbortController();
    const left = client.ask('/v1/images/generations', { ...postOf(body, key), signal: hangUp.signal });
    await isAsked(body.prompt);
    hangUp.abort();
    await expect(left).rejects.toThrow();
    const twin = await client.submit('generations', { model, prompt: body.prompt }, key);
    const { job } = await client.ended(`${darkroom.origin}${path(twin.job().id)}`);
    expect(job.result?.extra_fields.attempts).toMatchObject([{ outcome: 'succeeded', billed: 'yes' }]);
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });

  it('keeps its job where the answer is on its way, and the function serves on', async () => {
    const client = await newClient('hangs up at the answer');
    const body = { model, prompt: promptOf('nobody reads it'), n: 4, response_format: 'b64_json' };
    const key = keyed(randomUUID());
    const headers = {
      authorization: `Bearer ${await darkroom.newKey('reads a bit')}`,
      'content-type': 'application/json',
    };
    const init = { method: 'POST', body: JSON.stringify(body), headers: { ...headers, ...key } };
    const response = await fetch(`${darkroom.origin}/v1/images/generations`, init);
    await response.body?.cancel();
    const again = await fetchAnswer(`${darkroom.origin}/v1/images/generations`, init);
    expect([isReplayed(again), resultOf(again).data.length]).toEqual([true, 4]);
    expect(requestsFor(body.prompt)).toHaveLength(1);
    resultOf(await client.make('generations', { model, prompt: promptOf('and the next') }));
  });
});

describe('the asynchronous routes, about a job that is answered at once', () => {
  /** A request that runs, and the path of its job. */
  async function running(name: string) {
    const client = await newClient(name);
    const body = { model, prompt: promptOf(`${name} ${endless}`) };
    const key = keyed(randomUUID());
    const answering = client.make('generations', body, key);
    await isAsked(body.prompt);
    const { id } = (await client.submit('generations', body, key)).job();
    return { client, answering, id, prompt: body.prompt };
  }

  it('show it', async () => {
    const { client, answering, id } = await running('shown on the way');
    const shown = await client.ask(path(id));
    expect([shown.status, shown.job().status]).toEqual([202, 'processing']);
    await client.ask(path(id), { method: 'DELETE' });
    expect(jobIdOf(await answering)).toBe(id);
  });

  it('cancel it', async () => {
    const { client, answering, id, prompt } = await running('cancelled on the way');
    expect((await client.ask(`${path(id)}/cancel`, { method: 'POST' })).job().status).toBe('cancelled');
    const answer = await answering;
    expect(errorOf(answer)).toMatchObject({ status_code: 499, type: 'cancelled' });
    expect([jobIdOf(answer), shouldRetryOf(answer)]).toEqual([id, 'false']);
    expect(requestsFor(prompt)).toHaveLength(1);
  });

  it('delete it', async () => {
    const { client, answering, id, prompt } = await running('deleted on the way');
    expect((await client.ask(path(id), { method: 'DELETE' })).status).toBe(204);
    const answer = await answering;
    expect(errorOf(answer)).toMatchObject({ status_code: 404, type: 'not_found' });
    expect([jobIdOf(answer), shouldRetryOf(answer)]).toEqual([id, 'false']);
    expect(requestsFor(prompt)).toHaveLength(1);
  });
});

describe('the synchronous requests of one owner', () => {
  it('are so many at a time: one more is refused before it is a job, or sent to the job that it has', async () => {
    const client = await newClient('many');
    const body = (index: number) => ({ model, prompt: promptOf(`number ${index} of many ${endless}`) });
    const keys = Array.from({ length: maxSynchronousPerOwner }, () => keyed(randomUUID()));
    const running = keys.map((key, index) => client.make('generations', body(index), key));
    await Promise.all(running.map((_, index) => isAsked(body(index).prompt)));
    const before = await darkroom.stored();
    const more = await client.make('generations', { model, prompt: promptOf('one too many') });
    expect(errorOf(more)).toMatchObject({ status_code: 503, type: 'unavailable', extra_fields: {} });
    expect([more.headers.get('retry-after'), shouldRetryOf(more), jobIdOf(more)]).toEqual(['5', null, '']);
    expect(await darkroom.stored()).toEqual(before);
    const twin = await client.make('generations', body(0), keys[0]);
    expect(errorOf(twin)).toMatchObject({ status_code: 503, type: 'unavailable' });
    expect(errorOf(twin).extra_fields.job_id).toBe(jobIdOf(twin));
    expect([twin.headers.get('retry-after'), shouldRetryOf(twin)]).toEqual(['5', 'false']);
    expect(locationOf(twin)).toBe(`${darkroom.origin}${path(jobIdOf(twin))}`);

    const other = await newClient('another owner');
    resultOf(await other.make('generations', { model, prompt: promptOf("of another owner's") }));
    for (const [index, key] of keys.entries()) {
      const { id } = (await client.submit('generations', body(index), key)).job();
      await client.ask(`${path(id)}/cancel`, { method: 'POST' });
    }
    const answers = await Promise.all(running);
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 499));
    expect(answers.map(jobIdOf)).toContain(jobIdOf(twin));
    await waitFor(
      async () => resultOf(await client.make('generations', { model, prompt: promptOf('when there is room again') })),
      500,
    );
    expect(requestsFor(promptOf('one too many'))).toEqual([]);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
