import OpenAI, { AuthenticationError, NotFoundError } from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../bin/run-locally.ts';
import { modelListSchema } from '../../lambda/contract/model-list.ts';
import { createClient } from './client.ts';
import type { RunningDarkroom } from './running-darkroom.ts';
import { sharedDarkroom } from './shared-darkroom.ts';

const path = '/v1/models';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await sharedDarkroom();
});

const openaiWith = (apiKey: string): OpenAI =>
  new OpenAI({ baseURL: `${darkroom.origin}/v1`, apiKey, timeout: 10_000, maxRetries: 0 });

describe('GET /v1/models', () => {
  it('lists the models of the stage, with what each can do', async () => {
    const answer = await darkroom.client.ask(path);
    expect(answer.status).toBe(200);
    const list = modelListSchema.parse(answer.json());
    expect(answer.json()).toEqual(list);
    expect(list.data.find(({ id }) => id === 'openai/gpt-image-2')).toMatchObject({
      owned_by: 'openai',
      capabilities: {
        operations: { generation: 'native', edit: 'native', variation: 'emulated' },
        edit_types: { inpainting: 'native', outpainting: 'emulated' },
        sizes: { kind: 'free', multiple_of: 16 },
        mask: true,
        parameters: { size: 'sent', seed: 'dropped' },
      },
    });
  });

  it('lists nothing that cannot be submitted', async () => {
    const { data } = modelListSchema.parse((await darkroom.client.ask(path)).json());
    for (const { id, capabilities } of data) {
      if (!id.startsWith('openai/') || capabilities.operations.generation === 'none') continue;
      const answer = await darkroom.client.submit('generations', { model: id, prompt: 'a boat' });
      expect(answer.status, id).toBe(202);
    }
  });

  it('lists only what the key may use', async () => {
    const key = await darkroom.newKey('narrow', { openai: ['gpt-image-2.5-flare'] });
    const { data } = modelListSchema.parse((await createClient(darkroom.origin, key).ask(path)).json());
    expect(data.map(({ id }) => id)).toEqual(['openai/gpt-image-2.5-flare']);
  });

  it('wants a virtual key', async () => {
    const answer = await createClient(darkroom.origin, 'sk-bf-wrong').ask(path);
    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ error: { code: 'virtual_key_not_found' } });
  });

  it('takes no other method', async () => {
    const answer = await darkroom.client.ask(path, { method: 'POST' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });
});

describe('GET /v1/models/{model+}', () => {
  const shown = (id: string) => darkroom.client.ask(`${path}/${id}`);

  it('shows every model of the list as it stands there, its slashes encoded or not', async () => {
    const { data } = modelListSchema.parse((await darkroom.client.ask(path)).json());
    expect(data.some(({ id }) => id.split('/').length > 2)).toBe(true);
    for (const model of data) {
      for (const spelled of [model.id, encodeURIComponent(model.id)]) {
        const answer = await shown(spelled);
        expect(answer.status, spelled).toBe(200);
        expect(answer.json()).toEqual(model);
      }
    }
  });

  it('shows a dated snapshot with what its model can do', async () => {
    const [snapshot, model] = await Promise.all([shown('openai/gpt-image-2-2026-04-21'), shown('openai/gpt-image-2')]);
    expect(snapshot.json()).toEqual({ ...(model.json() as object), id: 'openai/gpt-image-2-2026-04-21' });
  });

  it('says of a model that the key may not use just what it says of one that there is not', async () => {
    const key = await darkroom.newKey('narrower', { openai: ['gpt-image-2.5-flare'] });
    const narrow = createClient(darkroom.origin, key);
    const ids = ['openai/gpt-image-2', 'openai/none', 'none/none', 'none'];
    const answers = await Promise.all(ids.map((id) => narrow.ask(`${path}/${id}`)));
    const bodies = answers.map(({ status, headers, bytes }) => [
      status,
      bytes.toString().replaceAll(headers.get('x-request-id') ?? '', 'ID'),
    ]);
    expect(bodies).toEqual(ids.map(() => bodies[0]));
    expect(answers[0]?.status).toBe(404);
    expect(answers[0]?.json()).toMatchObject({ error: { code: 'not_found', type: 'invalid_request_error' } });
    expect((await narrow.ask(`${path}/openai/gpt-image-2.5-flare`)).status).toBe(200);
  });

  it('wants a virtual key, for a model that there is not, too', async () => {
    for (const id of ['openai/gpt-image-2', 'none']) {
      expect((await createClient(darkroom.origin, 'sk-bf-wrong').ask(`${path}/${id}`)).status).toBe(401);
    }
  });

  it('takes no other method', async () => {
    const answer = await darkroom.client.ask(`${path}/openai%2Fgpt-image-2`, { method: 'DELETE' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('is the list where nothing stands behind the slash', async () => {
    expect((await darkroom.client.ask(`${path}/`)).json()).toMatchObject({ object: 'list' });
  });
});

describe('OpenAI', () => {
  it('lists the models as its own', async () => {
    const page = await openaiWith(localKey).models.list();
    const found = page.data.find(({ id }) => id === 'openai/gpt-image-2');
    expect(found).toMatchObject({ object: 'model', created: 0, owned_by: 'openai' });
    const walked: string[] = [];
    for await (const { id } of page) walked.push(id);
    expect(walked).toEqual(page.data.map(({ id }) => id));
  });

  it('retrieves each of the models that it has listed', async () => {
    const openai = openaiWith(localKey);
    const { data } = await openai.models.list();
    for (const model of data) expect(await openai.models.retrieve(model.id)).toEqual(model);
  });

  it('throws a NotFoundError for a model that there is not', async () => {
    await expect(openaiWith(localKey).models.retrieve('openai/none')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('throws an AuthenticationError for a wrong key', async () => {
    await expect(openaiWith('sk-bf-wrong').models.list()).rejects.toBeInstanceOf(AuthenticationError);
  });
});
