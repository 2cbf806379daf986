import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, locationOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { errorOf, isReplayed, jobIdOf, keyed, resultOf, shortLimit, shouldRetryOf } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(shortLimit);
});

afterAll(async () => {
  await darkroom?.stop();
});

const requestsFor = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });
const isOpen = (prompt: string) => requestsFor(prompt).every(({ outcome }) => outcome === undefined);

/** A client with a key, and so with synchronous requests, of its own. */
const newClient = async (name: string): Promise<Client> => createClient(darkroom.origin, await darkroom.newKey(name));

/** Longer than the limit, and shorter than the model's timeout. */
const tooSlow = '[slow:14]';
const path = (id: string): string => `/v1/async/images/generations/${id}`;

describe('POST /v1/images/generations, past its limit', () => {
  it('is a 504 that says where the job goes on, and the job goes on', async () => {
    const client = await newClient('past the limit');
    const body = { model, prompt: promptOf(`longer than anybody waits ${tooSlow}`) };
    const key = keyed(randomUUID());
    const answer = await client.make('generations', body, key);
    expect(isOpen(body.prompt)).toBe(true);
    const id = jobIdOf(answer);
    expect(errorOf(answer)).toMatchObject({
      status_code: 504,
      type: 'deadline_exceeded',
      event_id: answer.headers.get('x-request-id'),
      extra_fields: { job_id: id, model_requested: model, request_type: 'image_generation' },
    });
    expect([locationOf(answer), shouldRetryOf(answer)]).toEqual([`${darkroom.origin}${path(id)}`, 'false']);

    const { job, statuses } = await client.ended(locationOf(answer));
    expect(statuses).toEqual(['processing', 'completed']);
    expect(job.result?.extra_fields.attempts).toMatchObject([{ outcome: 'succeeded', billed: 'yes' }]);
    const again = await client.make('generations', body, key);
    expect([isReplayed(again), resultOf(again).id]).toEqual([true, id]);
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });

  it('is an error event in a stream', async () => {
    const client = await newClient('past the limit of a stream');
    const body = { model, prompt: promptOf(`a stream longer than anybody waits ${tooSlow}`), stream: true };
    const answer = await client.make('generations', body);
    expect(isOpen(body.prompt)).toBe(true);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const [, data = ''] = /event: error\ndata: (.*)\n\n$/.exec(answer.bytes.toString()) ?? [];
    expect(JSON.parse(data)).toMatchObject({
      error: { code: 'deadline_exceeded' },
      extra_fields: { job_id: jobIdOf(answer) },
    });
    const { job } = await client.ended(`${darkroom.origin}${path(jobIdOf(answer))}`);
    expect(job.status).toBe('completed');
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });

  it('gives a twin the same answer, and the same job', async () => {
    const client = await newClient('twins past the limit');
    const body = { model, prompt: promptOf(`two that wait too long ${tooSlow}`) };
    const key = keyed(randomUUID());
    const twins = await Promise.all([client.make('generations', body, key), client.make('generations', body, key)]);
    expect(twins.map(({ status }) => status)).toEqual([504, 504]);
    expect(new Set(twins.map(jobIdOf)).size).toBe(1);
    const { job } = await client.ended(locationOf(twins[0] as (typeof twins)[0]));
    expect(job.status).toBe('completed');
    expect(requestsFor(body.prompt)).toHaveLength(1);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
