import { beforeAll, describe, expect, it } from 'vitest';
import { imageResultSchema } from '../../lambda/contract/image-result.ts';
import { fileOf, formOf, photograph } from '../support/sample-files.ts';
import { promptOf, type RunningDarkroom } from './running-darkroom.ts';
import { sharedDarkroom } from './shared-darkroom.ts';
import { completed, isStored, partial, streamed, typesOf, warningsOf } from './stream-answers.ts';
import { errorOf, jobIdOf } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await sharedDarkroom();
});

const requestsFor = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

describe('POST /v1/images/generations, with stream', () => {
  it('ends with the completed event, with all that a result tells', async () => {
    const prompt = promptOf('a picture at last');
    const { answer, events } = await streamed(darkroom.client, 'generations', {
      model,
      prompt,
      stream: true,
      partial_images: 1,
    });
    expect(typesOf(events)).toEqual([partial, completed]);
    const last = events.at(-1);
    const { type, created_at, b64_json, url, index, content_credentials, ...rest } = last?.data ?? {};
    expect([type, created_at]).toEqual([completed, expect.any(Number)]);
    const result = { ...rest, created: created_at, data: [{ b64_json, url, index, content_credentials }] };
    expect(imageResultSchema.parse(result)).toEqual(result);
    expect(result.usage.total_tokens).toBeGreaterThan(0);
    expect(warningsOf(last)).toEqual([]);
    await isStored(last, answer);
    expect(answer.headers.get('ratelimit')).toMatch(/^"1m";r=/);
    const job = (await darkroom.client.ask(`/v1/async/images/generations/${jobIdOf(answer)}`)).job();
    expect(job.status).toBe('completed');
  });

  it('is a plain refusal as long as no provider was asked', async () => {
    const body = { model, prompt: promptOf('not mine'), stream: true };
    const key = await darkroom.newKey('without the provider', { xai: ['*'] });
    const headers = { authorization: `Bearer ${key}` };
    const answer = await darkroom.client.make('generations', body, headers);
    expect(errorOf(answer)).toMatchObject({ status_code: 403, type: 'provider_blocked' });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });
});

describe('POST /v1/images/edits, with stream', () => {
  it('shows an edit grow, from a form', async () => {
    const prompt = promptOf('a fern that grows');
    const form = formOf(
      ...([
        ['model', model],
        ['prompt', prompt],
        ['stream', 'true'],
        ['partial_images', '2'],
      ] as const),
      ['image', fileOf(await photograph('coffee.png'), 'coffee.png')],
    );
    const { answer, events } = await streamed(darkroom.client, 'edits', form);
    expect(typesOf(events)).toEqual(['image_edit.partial_image', 'image_edit.partial_image', 'image_edit.completed']);
    await isStored(events.at(-1), answer);
    expect(requestsFor(prompt)).toHaveLength(1);
  });
});
