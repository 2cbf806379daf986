import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataUri, fileOf, formOf, photograph, sha256 } from '../support/sample-files.ts';
import { createClient, fetchAnswer, imagesOf, locationOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom } from './running-darkroom.ts';
import { sharedDarkroom } from './shared-darkroom.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await sharedDarkroom();
});

/** The files of the one vendor request that had this prompt. */
function filesReceived(prompt: string) {
  const requests = darkroom.simulator.ledger.requests({ prompt });
  expect(requests).toHaveLength(1);
  return requests.flatMap(({ files }) => files.map(({ field, sha256: hash }) => ({ field, hash })));
}

describe('POST /v1/async/images/generations', () => {
  it('accepts with 202 and where and when to look, and ends with images that need no credential', async () => {
    const prompt = promptOf('a lighthouse [slow:0.5]');
    const accepted = await darkroom.client.submit('generations', { model, prompt, size: '1536x1024' });
    expect(accepted.status).toBe(202);
    const { id, ...rest } = accepted.job();
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(rest).toEqual({
      status: 'pending',
      request_id: accepted.headers.get('x-request-id'),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(locationOf(accepted)).toBe(`${darkroom.origin}/v1/async/images/generations/${id}`);
    expect(Number(accepted.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);

    const { job, statuses } = await darkroom.client.ended(locationOf(accepted));
    expect(['pending,processing,completed', 'processing,completed']).toContain(statuses.join());
    expect(job).toMatchObject({ id, created_at: rest.created_at, status_code: 200 });
    expect(job.result).toMatchObject({
      id,
      model,
      size: '1536x1024',
      usage: { total_tokens: expect.any(Number) },
      extra_fields: {
        request_type: 'image_generation',
        provider: 'openai',
        model_requested: model,
        attempts: [{ provider: 'openai', model: 'gpt-image-2', outcome: 'succeeded', billed: 'yes' }],
      },
    });
    const [image] = await imagesOf(job);
    expect(await sharp(image).metadata()).toMatchObject({ format: 'png', width: 1536, height: 1024 });
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
  });

  it.each(['png', 'webp', 'jpeg'] as const)('delivers %s where it is asked for', async (format) => {
    const body = { model, prompt: promptOf(`as ${format}`), output_format: format };
    const job = await darkroom.client.run('generations', body);
    expect(job.result?.output_format).toBe(format);
    const answer = await fetchAnswer(job.result?.data[0]?.url ?? '');
    expect(answer.headers.get('content-type')).toBe(`image/${format}`);
    expect((await sharp(answer.bytes).metadata()).format).toBe(format);
  });

  it('delivers three different images where n is 3', async () => {
    const prompt = promptOf('three of them');
    const job = await darkroom.client.run('generations', { model, prompt, n: 3 });
    expect(job.result?.data.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set((await imagesOf(job)).map(sha256)).size).toBe(3);
    expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([{ images: 3 }]);
  });

  it('gives the same bytes as b64_json and below a link', async () => {
    const body = { model, prompt: promptOf('the very same picture'), n: 2 };
    const [linked, encoded] = await Promise.all([
      darkroom.client.run('generations', body),
      darkroom.client.run('generations', { ...body, response_format: 'b64_json' }),
    ]);
    expect(encoded.result?.data.map((image) => Object.keys(image).sort())).toEqual([
      ['b64_json', 'content_credentials', 'index'],
      ['b64_json', 'content_credentials', 'index'],
    ]);
    const decoded = encoded.result?.data.map(({ b64_json }) => sha256(Buffer.from(b64_json ?? '', 'base64')));
    expect(decoded).toEqual((await imagesOf(linked)).map(sha256));
  });

  it('shows the exchange with the provider where that is asked for, without key and image', async () => {
    const prompt = promptOf('raw, please');
    const asked = { 'x-bf-send-back-raw-request': 'true', 'x-bf-send-back-raw-response': 'true' };
    const job = await darkroom.client.run('generations', { model, prompt }, asked);
    const { raw_request, raw_response } = job.result?.extra_fields ?? {};
    expect(raw_request).toMatchObject({ model: 'gpt-image-2', prompt });
    expect(raw_response).toMatchObject({ data: [{ b64_json: expect.stringMatching(/^<\d+ bytes of image>$/) }] });
    expect(JSON.stringify([raw_request, raw_response])).not.toContain('sk-simulated');
  });

  it('writes links for the address by which it was asked, the stage included', async () => {
    const root = darkroom.outputs.ApiUrl?.replace(/\/$/, '') ?? '';
    expect(root).toBe(`${darkroom.origin}/local`);
    const staged = createClient(root);
    const accepted = await staged.submit('generations', { model, prompt: promptOf('below the stage') });
    expect(locationOf(accepted)).toBe(`${root}/v1/async/images/generations/${accepted.job().id}`);
    const { job } = await staged.ended(locationOf(accepted));
    expect(job.result?.data[0]?.url).toMatch(new RegExp(`^${root}/v1/images/content/${job.id}/0\\?`));
    await imagesOf(job);
  });
});

describe('POST /v1/async/images/edits', () => {
  it('hands photograph and mask to the provider as they came', async () => {
    const prompt = promptOf('a fern in the foam');
    const [coffee, mask] = await Promise.all([photograph('coffee.png'), photograph('coffee-mask.png')]);
    const form = formOf(
      ['model', model],
      ['prompt', prompt],
      ['type', 'inpainting'],
      ['n', '2'],
      ['output_format', 'webp'],
      ['image[]', fileOf(coffee, 'coffee.png')],
      ['mask', fileOf(mask, 'coffee-mask.png')],
    );
    const job = await darkroom.client.run('edits', form);
    expect(job.result?.extra_fields.request_type).toBe('image_edit');
    const formats = await Promise.all(
      (await imagesOf(job)).map(async (image) => (await sharp(image).metadata()).format),
    );
    expect(formats).toEqual(['webp', 'webp']);
    expect(filesReceived(prompt)).toEqual([
      { field: 'image[]', hash: sha256(coffee) },
      { field: 'mask', hash: sha256(mask) },
    ]);
  });

  it('hands three images to the provider in their order', async () => {
    const prompt = promptOf('all in one picture');
    const names = ['kodim03.png', 'chelsea.png', 'coffee.png'];
    const files = await Promise.all(names.map(async (name) => fileOf(await photograph(name), name)));
    const form = formOf(['model', model], ['prompt', prompt], ...files.map((file) => ['image[]', file] as const));
    await imagesOf(await darkroom.client.run('edits', form));
    const sent = await Promise.all(names.map(async (name) => sha256(await photograph(name))));
    expect(filesReceived(prompt)).toEqual(sent.map((hash) => ({ field: 'image[]', hash })));
  });

  it('takes the same as JSON, its images as data: URIs', async () => {
    const prompt = promptOf('by data URI');
    const [coffee, mask] = await Promise.all([photograph('coffee.png'), photograph('coffee-mask.png')]);
    const body = { model, prompt, images: [{ image_url: dataUri(coffee) }], mask: { image_url: dataUri(mask) } };
    await imagesOf(await darkroom.client.run('edits', body));
    expect(filesReceived(prompt)).toEqual([
      { field: 'image[]', hash: sha256(coffee) },
      { field: 'mask', hash: sha256(mask) },
    ]);
  });
});

describe('POST /v1/async/images/variations', () => {
  it('makes another take on the first image, and says how', async () => {
    const [cat, coffee] = await Promise.all([photograph('chelsea.png'), photograph('coffee.png')]);
    const form = formOf(
      ['model', 'openai/gpt-image-2.5-flare'],
      ['image[]', fileOf(cat, 'cat.png')],
      ['image[]', fileOf(coffee, 'coffee.png')],
    );
    const before = darkroom.simulator.ledger.requests().length;
    const job = await darkroom.client.run('variations', form);
    await imagesOf(job);
    expect(job.result?.extra_fields).toMatchObject({
      request_type: 'image_variation',
      warnings: [{ code: 'images_unused', param: 'image[]' }, { code: 'emulated' }],
    });
    const received = darkroom.simulator.ledger.requests().slice(before);
    expect(received.flatMap(({ files }) => files.map((file) => file.sha256))).toEqual([sha256(cat)]);
  });
});

describe('credentialOf', () => {
  it.each(['x-bf-vk', 'x-api-key', 'api-key', 'x-goog-api-key'])(
    'finds a virtual key in %s, beside a dummy',
    async (header) => {
      const key = await darkroom.newKey(header);
      const headers = { [header]: key, authorization: 'Bearer dummy', 'content-type': 'application/json' };
      const body = JSON.stringify({ model, prompt: promptOf(`with a key in ${header}`) });
      const init = { method: 'POST', body, headers };
      const accepted = await fetchAnswer(`${darkroom.origin}/v1/async/images/generations`, init);
      expect(accepted.status).toBe(202);
      const { job } = await createClient(darkroom.origin, key).ended(locationOf(accepted));
      expect(job.status).toBe('completed');
    },
  );
});

describe('siteAnswer', () => {
  it('tells health and version without a credential', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    const answer = await fetchAnswer(`${darkroom.origin}/health`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ status: 'ok', version });
  });

  it('serves the OpenAPI document that stands in docs/', async () => {
    const document = JSON.parse(await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
    const answer = await fetchAnswer(`${darkroom.origin}/openapi.json`);
    expect(answer.status).toBe(200);
    // Not by `toEqual`, which would show all of both documents.
    expect(isDeepStrictEqual(answer.json(), document), 'docs/openapi.json is another than the one served').toBe(true);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
