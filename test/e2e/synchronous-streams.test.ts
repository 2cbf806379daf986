import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../bin/run-locally.ts';
import { sha256 } from '../support/sample-files.ts';
import { leaksIn } from './log-leaks.ts';
import { eventsOf, type ReadEvent } from './read-events.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { bytesOf, completed, isStored, partial, streamed, typesOf, warningsOf } from './stream-answers.ts';
import { isReplayed, jobIdOf, keyed } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
const flare = 'openai/gpt-image-2.5-flare';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom({ maxSynchronousPerOwner: 20 });
});

afterAll(async () => {
  await darkroom?.stop();
});

const requestsFor = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

describe('POST /v1/images/generations, with stream', () => {
  it('gives each partial image the moment the provider has sent it, and the image when it is stored', async () => {
    const prompt = promptOf('a picture that grows [slow:8]');
    const response = await fetch(`${darkroom.origin}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${localKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, prompt, size: '1024x1024', stream: true, partial_images: 3 }),
    });
    const seen: ReadEvent[] = [];
    for await (const event of eventsOf(response)) {
      seen.push(event);
      // The provider has sent this event, and not the next one yet.
      expect(requestsFor(prompt)[0]?.events).toHaveLength(seen.length);
    }
    expect(typesOf(seen)).toEqual([partial, partial, partial, completed]);
    for (const [index, event] of seen.slice(0, -1).entries()) {
      expect(event.data).toEqual({
        type: partial,
        partial_image_index: index,
        b64_json: expect.any(String),
        created_at: expect.any(Number),
        background: 'opaque',
        output_format: 'png',
        quality: expect.any(String),
        size: '1024x1024',
      });
      expect(await sharp(bytesOf(event)).metadata()).toMatchObject({ format: 'png', width: 1024, height: 1024 });
    }
    expect(new Set(seen.map((event) => sha256(bytesOf(event)))).size).toBe(4);
    expect(requestsFor(prompt)).toHaveLength(1);
  });

  it.each([
    ['no partial images where none are asked for', { partial_images: 0 }, []],
    ['no partial images where nobody says how many', {}, []],
  ] as const)('shows %s', async (what, more, warnings) => {
    const { events } = await streamed(darkroom.client, 'generations', {
      model,
      prompt: promptOf(what),
      stream: true,
      ...more,
    });
    expect(typesOf(events)).toEqual([completed]);
    expect(warningsOf(events[0])).toEqual(warnings);
  });

  it('is the completed events alone, with a warning, for several images', async () => {
    const prompt = promptOf('two pictures that grow');
    const body = { model, prompt, stream: true, partial_images: 2, n: 2 };
    const { answer, events } = await streamed(darkroom.client, 'generations', body);
    expect(typesOf(events)).toEqual([completed, completed]);
    expect(events.map(({ data }) => [data.index, 'usage' in data])).toEqual([
      [0, false],
      [1, true],
    ]);
    expect(warningsOf(events[0])).toEqual(['stream_without_partials']);
    for (const event of events) await isStored(event, answer);
    expect(requestsFor(prompt)).toHaveLength(1);
  });

  it('is the completed event alone, with a warning, by a model that does not stream', async () => {
    const body = { model: 'xai/grok-imagine-image', prompt: promptOf('all at once'), stream: true, partial_images: 2 };
    const { answer, events } = await streamed(darkroom.client, 'generations', body);
    expect(typesOf(events)).toEqual([completed]);
    expect(warningsOf(events[0])).toEqual(['stream_without_partials']);
    await isStored(events[0], answer);
  });

  it('begins anew by a fallback, and says so', async () => {
    const prompt = promptOf('a picture that grows twice [fail:cut_stream@2x1]');
    const body = { model, prompt, fallbacks: [flare], stream: true, partial_images: 2 };
    const { events } = await streamed(darkroom.client, 'generations', body);
    const indexes = events.filter(({ type }) => type === partial).map(({ data }) => data.partial_image_index);
    expect(indexes).toEqual([0, 1, 0, 1]);
    const last = events.at(-1);
    expect([last?.type, last?.data.model, warningsOf(last)]).toEqual([completed, flare, ['stream_restarted']]);
    expect(last?.data.extra_fields.attempts).toMatchObject([
      { model: 'gpt-image-2', outcome: 'unknown_outcome', billed: 'unknown' },
      { model: 'gpt-image-2.5-flare', outcome: 'succeeded', billed: 'yes' },
    ]);
    expect(requestsFor(prompt)).toHaveLength(2);
  });

  it('ends with an error event where the provider fails after a partial image', async () => {
    const prompt = promptOf('a picture that stops growing [fail:refuse_event@1]');
    const { answer, events } = await streamed(darkroom.client, 'generations', {
      model,
      prompt,
      stream: true,
      partial_images: 2,
    });
    expect(typesOf(events)).toEqual([partial, 'error']);
    expect(events.at(-1)?.data).toMatchObject({
      type: 'error',
      status_code: 422,
      is_bifrost_error: false,
      event_id: answer.headers.get('x-request-id'),
      error: { code: 'content_refused', type: 'invalid_request_error' },
      extra_fields: { provider: 'openai', attempts: [{ outcome: 'refused' }] },
    });
  });

  it('ends with an error event where the provider refuses by a status', async () => {
    const prompt = promptOf('a picture that never grows [fail:400]');
    const { events } = await streamed(darkroom.client, 'generations', { model, prompt, stream: true });
    expect(typesOf(events)).toEqual(['error']);
    expect(events[0]?.data).toMatchObject({ status_code: 400, error: { code: 'invalid_request' } });
  });

  it('is the completed event alone, with a warning, for twins and replays, which may take one answer, too', async () => {
    const prompt = promptOf('a picture for two [slow:2]');
    const body = { model, prompt, stream: true, partial_images: 2 };
    const key = keyed(randomUUID());
    const twins = await Promise.all(
      Array.from({ length: 2 }, () => streamed(darkroom.client, 'generations', body, key)),
    );
    const [first, ...others] = twins.toSorted((a, b) => Number(isReplayed(a.answer)) - Number(isReplayed(b.answer)));
    if (!first) throw new Error('There is no first of twins.');
    const replays = [...others, await streamed(darkroom.client, 'generations', body, key)];
    expect([first, ...replays].map(({ answer }) => isReplayed(answer))).toEqual([false, true, true]);
    for (const { answer, events } of replays) {
      expect(typesOf(events)).toEqual([completed]);
      expect([jobIdOf(answer), warningsOf(events[0])]).toEqual([jobIdOf(first.answer), ['stream_without_partials']]);
    }
    const plain = await darkroom.client.make('generations', { model, prompt }, key);
    expect([plain.status, isReplayed(plain), jobIdOf(plain)]).toEqual([200, true, jobIdOf(first.answer)]);
    expect(requestsFor(prompt)).toHaveLength(1);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
