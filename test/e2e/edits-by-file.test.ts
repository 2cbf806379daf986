import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import type { FileView } from '../../lambda/contract/files/file.ts';
import { fileOf, formOf, photograph, sha256 } from '../support/sample-files.ts';
import { type Answer, type Client, createClient, locationOf } from './client.ts';
import { type OpenStores, openStores } from './open-stores.ts';
import { promptOf, type RunningDarkroom } from './running-darkroom.ts';
import { sharedDarkroom } from './shared-darkroom.ts';
import { resultOf } from './synchronous-answers.ts';
import { announce, openFiles, uploadByForm, uploadDirectly } from './uploaded-files.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;
let client: Client;
let stores: OpenStores;
let files: ReturnType<typeof openFiles>;
let coffee: Buffer;
let mask: Buffer;

beforeAll(async () => {
  darkroom = await sharedDarkroom();
  client = createClient(darkroom.origin, await darkroom.newKey('files'));
  stores = openStores(darkroom.stack);
  files = openFiles(darkroom.stack);
  [coffee, mask] = await Promise.all([photograph('coffee.png'), photograph('coffee-mask.png')]);
});

afterAll(() => {
  stores?.close();
  files?.close();
});

/** The digests of the files of the one vendor request that had this prompt. */
function received(prompt: string) {
  const requests = darkroom.simulator.ledger.requests({ prompt });
  expect(requests).toHaveLength(1);
  return requests.flatMap((request) => request.files.map((file) => file.sha256));
}

const edit = (file: FileView, prompt = promptOf('an edit by file')) => ({
  ...{ model, prompt },
  images: [{ file_id: file.id }],
});

function refusal(answer: Answer) {
  expect(answer.status, answer.bytes.toString()).toBe(400);
  const { code, param, message } = errorBodySchema.parse(answer.json()).error;
  return { code, param, message };
}

/** Uploads by form, as the storage allows it. */
async function uploadAnnounced(bytes: Uint8Array, type?: string): Promise<FileView> {
  const file = await announce(client, bytes.length, type);
  expect(await uploadByForm(file, bytes)).toBeLessThan(300);
  return file;
}

/** The picture, with bytes behind it that tell one copy from another of the same length. */
const marked = (picture: Buffer, mark: number): Buffer => Buffer.concat([picture, Buffer.alloc(8, mark)]);

describe('a submission that names files', () => {
  it('shares its known answer with one that has the same bytes itself, whichever comes first', async () => {
    const uri = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`;
    const [direct, byForm] = [marked(coffee, 70), marked(coffee, 71)];
    const [file, other] = [await uploadDirectly(client, direct), await uploadAnnounced(byForm)];
    const pairs: readonly (readonly [object, object])[] = [
      [{ file_id: file.id }, { image_url: uri(direct) }],
      [{ image_url: uri(direct) }, { file_id: file.id }],
      [{ file_id: other.id }, { image_url: uri(byForm) }],
      [{ image_url: uri(byForm) }, { file_id: other.id }],
    ];
    for (const [at, [first, second]] of pairs.entries()) {
      const prompt = promptOf(`a known answer by file ${at}`);
      const make = async (image: object) => {
        const body = { model, prompt, images: [image] };
        return resultOf(await client.make('edits', body, { 'x-bf-cache-key': 'files' })).extra_fields.cache_debug;
      };
      expect(await make(first)).toMatchObject({ cache_hit: false });
      expect(await make(second)).toMatchObject({ cache_hit: true });
      expect(received(prompt)).toHaveLength(1);
    }
  });

  it('edits them, and one among images that came as bytes, by a form and by JSON, at both doors', async () => {
    const [image, masking] = [await uploadDirectly(client, coffee), await uploadAnnounced(mask)];
    const chelsea = await photograph('chelsea.png');
    const form = (prompt: string) =>
      formOf(
        ['model', model],
        ['prompt', prompt],
        ['image[]', image.id],
        ['image[]', fileOf(chelsea, 'chelsea.png')],
        ['mask', masking.id],
      );
    const prompts = ['async, form', 'sync, form', 'async, JSON', 'sync, JSON'].map(promptOf);
    const [first = '', second = '', third = '', fourth = ''] = prompts;
    const json = (prompt: string) => ({ ...edit(image, prompt), mask: { file_id: masking.id } });
    expect(await client.run('edits', form(first))).toMatchObject({ status: 'completed' });
    expect((await client.make('edits', form(second))).status).toBe(200);
    expect(await client.run('edits', json(third))).toMatchObject({ status: 'completed' });
    expect((await client.make('edits', json(fourth))).status).toBe(200);
    for (const [at, prompt] of prompts.entries()) {
      const [sent, ...others] = received(prompt);
      expect(sent).toBe(sha256(coffee));
      // A mask is redrawn, if only to be sure of its form; a second image is sent before it.
      expect(others.includes(sha256(chelsea))).toBe(at < 2);
    }
  });

  it('varies a file, and takes one twice', async () => {
    const image = await uploadDirectly(client, coffee);
    for (const body of [{ model, image: image.id }, formOf(['model', model], ['image', image.id])]) {
      expect(await client.run('variations', body)).toMatchObject({ status: 'completed' });
    }
    const prompt = promptOf('the same twice');
    const body = { ...edit(image, prompt), images: [image.id, { image_url: image.id }] };
    expect(await client.run('edits', body)).toMatchObject({ status: 'completed' });
    expect(received(prompt)).toEqual([sha256(coffee), sha256(coffee)]);
  });

  it('keeps the bytes that it was accepted with, whatever becomes of the file', async () => {
    const [bytes, others] = [marked(coffee, 1), marked(coffee, 2)];
    const replaced = await uploadAnnounced(bytes);
    const deleted = await uploadAnnounced(bytes);
    const prompts = [promptOf('replaced meanwhile'), promptOf('deleted meanwhile')];
    const accepted: Answer[] = [];
    for (const [at, file] of [replaced, deleted].entries()) {
      accepted.push(await client.submit('edits', edit(file, prompts[at]), { 'idempotency-key': `meanwhile-${at}` }));
    }
    expect(await uploadByForm(replaced, others)).toBeLessThan(300);
    expect((await client.ask(`/v1/files/${deleted.id}`, { method: 'DELETE' })).status).toBe(200);
    for (const [at, answer] of accepted.entries()) {
      expect((await client.ended(locationOf(answer))).job).toMatchObject({ status: 'completed' });
      expect(received(prompts[at] ?? '')).toEqual([sha256(bytes)]);
    }
    const replay = await client.submit('edits', edit(deleted, prompts[1]), { 'idempotency-key': 'meanwhile-1' });
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    expect(replay.job()).toMatchObject({ id: accepted[1]?.job().id, status: 'completed' });
    const prompt = promptOf('the second upload');
    expect(await client.run('edits', edit(replaced, prompt))).toMatchObject({ status: 'completed' });
    expect(received(prompt)).toEqual([sha256(others)]);
  });

  it('leaves the file where its job is deleted, and no copy of it', async () => {
    const file = await uploadDirectly(client, coffee);
    const before = new Set(await stores.objectKeys());
    const inputsSince = async () =>
      (await stores.objectKeys()).filter((key) => key.startsWith('inputs/') && !before.has(key));
    const accepted = await client.submit('edits', edit(file));
    expect(await inputsSince()).toHaveLength(1);
    await client.ended(locationOf(accepted));
    expect((await client.ask(new URL(locationOf(accepted)).pathname, { method: 'DELETE' })).status).toBe(204);
    expect(await inputsSince()).toEqual([]);
    expect(await client.run('edits', edit(file))).toMatchObject({ status: 'completed' });
  });

  it('goes by what the bytes are, whatever type was declared', async () => {
    const webp = await sharp(coffee).webp().toBuffer();
    const prompt = promptOf('a webp in disguise');
    expect(await client.run('edits', edit(await uploadAnnounced(webp, 'image/png'), prompt))).toMatchObject({
      status: 'completed',
    });
    expect(received(prompt)).toEqual([sha256(webp)]);
    const text = await uploadAnnounced(Buffer.from('This is no image.'), 'image/png');
    expect(refusal(await client.submit('edits', edit(text)))).toEqual({
      code: 'invalid_image',
      param: 'images',
      message: expect.stringContaining(text.id),
    });
  });
});

describe('a submission that names a file which it can’t have', () => {
  const unknown = (file: FileView, param = 'images') => ({
    code: 'invalid_value',
    param,
    message: expect.stringContaining(`${file.id} in "${param}" doesn't exist`),
  });

  it("is refused by both doors: another owner's, a deleted one, an expired one", async () => {
    const other = createClient(darkroom.origin, await darkroom.newKey('another owner'));
    const [others, deleted, expired] = [
      await uploadDirectly(other, coffee),
      await uploadDirectly(client, coffee),
      await uploadDirectly(client, coffee),
    ];
    await client.ask(`/v1/files/${deleted.id}`, { method: 'DELETE' });
    await files.expire(expired);
    const before = await stores.jobIds();
    for (const file of [others, deleted, expired]) {
      expect(refusal(await client.submit('edits', edit(file)))).toEqual(unknown(file));
      expect(refusal(await client.make('edits', edit(file)))).toEqual(unknown(file));
      expect(refusal(await client.submit('variations', { model, image: file.id }))).toEqual(unknown(file, 'image'));
      const masked = formOf(['model', model], ['prompt', 'x'], ['image', fileOf(coffee, 'a')], ['mask', file.id]);
      expect(refusal(await client.submit('edits', masked))).toEqual(unknown(file, 'mask'));
    }
    expect(await stores.jobIds()).toEqual(before);
    expect(await other.run('edits', edit(others))).toMatchObject({ status: 'completed' });
  });

  it('is refused until the file is uploaded, which takes exactly the declared bytes', async () => {
    const file = await announce(client, coffee.length);
    const missing = {
      code: 'invalid_value',
      param: 'images',
      message: expect.stringContaining("hasn't been uploaded"),
    };
    expect(refusal(await client.submit('edits', edit(file)))).toEqual(missing);
    for (const bytes of [marked(coffee, 0), coffee.subarray(0, -1), Buffer.alloc(0)]) {
      expect(await uploadByForm(file, bytes)).toBe(400);
      expect(refusal(await client.submit('edits', edit(file)))).toEqual(missing);
    }
    expect(await uploadByForm(file, coffee)).toBeLessThan(300);
    expect(await client.run('edits', edit(file))).toMatchObject({ status: 'completed' });
  });

  it('is refused where the object has another length than the record', async () => {
    const file = await uploadDirectly(client, coffee);
    await files.replace(file, marked(coffee, 0));
    expect(refusal(await client.submit('edits', edit(file)))).toMatchObject({
      code: 'invalid_image',
      param: 'images',
      message: expect.stringContaining(`has ${coffee.length + 8} bytes, but was declared with ${coffee.length}`),
    });
  });

  it('never gets a file without bytes', async () => {
    const empty = formOf(['purpose', 'vision'], ['file', fileOf('', 'empty.png')]);
    expect((await client.ask('/v1/files', { method: 'POST', body: empty })).status).toBe(400);
    await expect(announce(client, 0)).rejects.toThrow('400');
  });
});

describe('a quote', () => {
  it('reads the files, and stores nothing', async () => {
    const file = await uploadDirectly(client, coffee);
    const before = await darkroom.stored();
    const ask = (body: object) =>
      client.ask('/v1/async/images/edits?quote=true', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    const quote = await ask(edit(file));
    expect(quote.status).toBe(200);
    expect(quote.json()).toMatchObject({ object: 'quote', warnings: [] });
    const assumed = await ask({ ...edit(file), images: [file.id, 'https://example.com/a.png'] });
    expect(assumed.json()).toMatchObject({ warnings: [{ code: 'image_assumed', param: 'images' }] });
    expect(await darkroom.stored()).toEqual(before);
  });
});
