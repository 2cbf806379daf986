import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateImage, type ImageModel } from 'ai';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { localKey } from '../../../bin/run-locally.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

/** Clients with their retries as they come, at a stage that answers before its provider does. */

const model = 'openai/gpt-image-2';
/** Longer than the stage's limit, by more than a slow machine makes of it. */
const slow = '[slow:8]';
/** What a client waits between its tries, and all of its tries, on a slow machine. */
const patience = 90_000;
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom({ synchronousSeconds: 3, maxSynchronousPerOwner: 2 });
});

afterAll(async () => {
  await darkroom?.stop();
});

const settings = () => ({ baseURL: `${darkroom.origin}/v1`, apiKey: localKey });

/** The job that an answer names, once it has ended. */
async function endedJob(id: string | null | undefined) {
  return (await darkroom.client.ended(`${darkroom.origin}/v1/async/images/generations/${id}`)).job;
}

describe('OpenAI past the limit of the stage', () => {
  it(
    'gives up at once, as it is told, and the one job goes on to its end',
    async () => {
      const prompt = promptOf(`late for the SDK ${slow}`);
      const error: unknown = await new OpenAI(settings()).images.generate({ model, prompt }).catch((reason) => reason);
      if (!(error instanceof APIError)) throw new Error('The SDK threw no error of the API.', { cause: error });
      expect(error).toMatchObject({ status: 504, code: 'deadline_exceeded' });
      const id = error.headers?.get('x-darkroom-job-id');
      expect(error.headers?.get('location')).toBe(`${darkroom.origin}/v1/async/images/generations/${id}`);
      expect(await endedJob(id)).toMatchObject({ status: 'completed' });
      expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
    },
    patience,
  );

  it(
    'waits as it is told where its key has all the requests that it may have, and tries again',
    async () => {
      const before = [1, 2].map((number) => promptOf(`number ${number} in line ${slow}`));
      const prompt = promptOf('last in line');
      const openai = new OpenAI(settings());
      const leaders = before.map((each) => openai.images.generate({ model, prompt: each }).catch(() => undefined));
      await vi.waitUntil(
        () => before.every((each) => darkroom.simulator.ledger.requests({ prompt: each }).length > 0),
        {
          timeout: patience,
        },
      );
      const statuses: number[] = [];
      const watched: typeof fetch = async (...request) => {
        const response = await fetch(...request);
        statuses.push(response.status);
        return response;
      };
      const { data } = await new OpenAI({ ...settings(), fetch: watched }).images.generate({ model, prompt });
      expect(statuses.slice(0, -1)).not.toEqual([]);
      expect(new Set(statuses.slice(0, -1))).toEqual(new Set([503]));
      expect(data).toHaveLength(1);
      expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
      await Promise.all(leaders);
    },
    patience,
  );
});

const makers: Readonly<Record<string, () => ImageModel>> = {
  '@ai-sdk/openai': () => createOpenAI(settings()).image(model),
  '@ai-sdk/openai-compatible': () => createOpenAICompatible({ name: 'darkroom', ...settings() }).imageModel(model),
};

describe.each(Object.entries(makers))('generateImage by %s past the limit of the stage', (name, make) => {
  it(
    'tries again with its Idempotency-Key, and gets the result of the one provider request',
    async () => {
      const prompt = promptOf(`late for ${name} ${slow}`);
      const headers = { 'Idempotency-Key': `late-${name}` };
      const { image, responses } = await generateImage({ model: make(), prompt, headers });
      expect(image.mediaType).toBe('image/png');
      expect(responses[0]?.headers).toMatchObject({ 'idempotency-replayed': 'true' });
      expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
    },
    patience,
  );
});
