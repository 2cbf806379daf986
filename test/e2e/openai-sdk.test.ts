import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../bin/run-locally.ts';
import type { ImageJob } from '../../lambda/contract/job.ts';
import { fileOf, formOf, photograph, sha256 } from '../support/sample-files.ts';
import { imagesOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom } from './running-darkroom.ts';
import { thrownBy } from './sdk-errors.ts';
import { sharedDarkroom } from './shared-darkroom.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;
let openai: OpenAI;

const openaiWith = (apiKey: string): OpenAI =>
  new OpenAI({ baseURL: `${darkroom.origin}/v1`, apiKey, timeout: 10_000, maxRetries: 0 });

beforeAll(async () => {
  darkroom = await sharedDarkroom();
  openai = openaiWith(localKey);
});

async function ended(path: string, id: string): Promise<ImageJob> {
  for (const giveUpAt = Date.now() + 15_000; Date.now() < giveUpAt; await delay(50)) {
    const job = await openai.get<ImageJob>(`${path}/${id}`);
    if (job.completed_at !== undefined) return job;
  }
  throw new Error(`The job ${id} is still open.`);
}

describe('OpenAI', () => {
  it('submits a generation and fetches it', async () => {
    const path = '/async/images/generations';
    const { data, response, request_id } = await openai
      .post<ImageJob>(path, { body: { model, prompt: promptOf('by the SDK'), size: '1024x1024' } })
      .withResponse();
    expect(response.status).toBe(202);
    expect(data.status).toBe('pending');
    expect(request_id).toBe(data.request_id);
    const [image] = await imagesOf(await ended(path, data.id));
    expect(await sharp(image).metadata()).toMatchObject({ format: 'png', width: 1024, height: 1024 });
  });

  it('submits an edit as a form, its photograph unharmed', async () => {
    const path = '/async/images/edits';
    const prompt = promptOf('an edit by the SDK');
    const cat = await photograph('chelsea.png');
    const body = formOf(['model', model], ['prompt', prompt], ['image', fileOf(cat, 'chelsea.png')]);
    const { id } = await openai.post<ImageJob>(path, { body });
    expect((await ended(path, id)).status).toBe('completed');
    expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([{ files: [{ sha256: sha256(cat) }] }]);
  });

  it('uploads a file, and edits it by its id', async () => {
    const cat = await photograph('chelsea.png');
    const file = await openai.files.create({ file: fileOf(cat, 'chelsea.png'), purpose: 'vision' });
    expect(file).toMatchObject({ object: 'file', bytes: cat.length, filename: 'chelsea.png', purpose: 'vision' });
    const prompt = promptOf('an edit by the id of a file');
    const body = { model, prompt, images: [{ file_id: file.id }] };
    const { data } = await openai.post<OpenAI.ImagesResponse>('/images/edits', { body });
    expect(data).toHaveLength(1);
    expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([{ files: [{ sha256: sha256(cat) }] }]);
    await openai.files.delete(file.id);
  });

  it.each([
    ['edit', 'images[][file_id]'],
    ['edit', 'images[][image_url]'],
    ['variation', 'image[][file_id]'],
  ] as const)('takes the id that images.%s sends in %s, as it writes objects into a form', async (operation, part) => {
    const cat = await photograph('chelsea.png');
    const { id } = await openai.files.create({ file: fileOf(cat, 'chelsea.png'), purpose: 'vision' });
    const prompt = promptOf(`an entry in ${part}`);
    const [, list = '', member = ''] = /^(\w+)\[\]\[(\w+)\]$/.exec(part) ?? [];
    const entries = { [list]: [{ [member]: id }] };
    // The types know only files here; the SDK sends what it is given.
    const made =
      operation === 'edit'
        ? openai.images.edit({ model, prompt, ...entries } as unknown as OpenAI.ImageEditParamsNonStreaming)
        : openai.images.createVariation({ model, ...entries } as unknown as OpenAI.ImageCreateVariationParams);
    expect((await made).data).toHaveLength(1);
    if (operation === 'edit') {
      expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([{ files: [{ sha256: sha256(cat) }] }]);
    }
  });

  it('uploads and edits as the example of docs/api.md does', async () => {
    const page = await readFile('docs/api.md', 'utf8');
    const [, program = ''] = /### Files with OpenAI's SDK\n.*?```ts\n(.*?)```/s.exec(page) ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'darkroom-sdk-'));
    try {
      await symlink(await realpath('node_modules'), join(folder, 'node_modules'));
      await writeFile(join(folder, 'edit.mts'), program);
      const env = { ...process.env, DARKROOM_URL: darkroom.origin, DARKROOM_KEY: localKey };
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'edit.mts')], { env });
      expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(/^http/), expect.stringMatching(/^http/)]);
      const [large, small] = darkroom.simulator.ledger.requests({ prompt: 'Latte art of a fern' }).slice(-2);
      const coffee = sha256(await photograph('coffee.png'));
      expect([large?.files, small?.files]).toMatchObject([[{ sha256: coffee }], [{ sha256: coffee }]]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('finds no uploads in parts', async () => {
    const parts = { bytes: 1, filename: 'a.png', mime_type: 'image/png', purpose: 'vision' } as const;
    expect(await thrownBy(openai.uploads.create(parts))).toBeInstanceOf(NotFoundError);
  });

  it('throws a BadRequestError with code, param and request id', async () => {
    const body = { model, prompt: promptOf('too many'), n: 11 };
    const error = await thrownBy(openai.post('/async/images/generations', { body }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, code: 'invalid_value', param: 'n', type: 'invalid_request_error' });
    expect(error.message).toContain('"n" must be at most 10');
    expect(error.requestID).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('throws an AuthenticationError for a wrong key', async () => {
    const body = { model, prompt: promptOf('no entry') };
    const error = await thrownBy(openaiWith('sk-bf-wrong').post('/async/images/generations', { body }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ code: 'virtual_key_not_found', type: 'authentication_error' });
  });

  it('throws a NotFoundError for a job that is not there', async () => {
    const error = await thrownBy(openai.get(`/async/images/generations/${randomUUID()}`));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: 'not_found' });
  });

  it('reads a failed job as an answer, not as an error', async () => {
    const path = '/async/images/generations';
    const { id } = await openai.post<ImageJob>(path, {
      body: { model, prompt: promptOf('refused [fail:refuse]') },
    });
    const job = await ended(path, id);
    expect(job).toMatchObject({ status: 'failed', status_code: 422, error: { error: { code: 'content_refused' } } });
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
