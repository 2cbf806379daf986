import { createReadStream } from 'node:fs';
import OpenAI, { APIError, BadRequestError, NotFoundError, toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { type FileView, fileSchema } from '../../lambda/contract/files/file.ts';
import { encodedForm, fileOf, formOf, noisePng, photograph, sha256 } from '../support/sample-files.ts';
import { type AdminClient, createAdminClient } from './admin-client.ts';
import { type Client, createClient, imagesOf, postOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { thrownBy } from './sdk-errors.ts';

const maxFiles = 4;
const maxBytes = 4 * 1024 * 1024;
let darkroom: RunningDarkroom;
let admin: AdminClient;

beforeAll(async () => {
  darkroom = await startDarkroom({ maxFilesPerOwner: maxFiles });
  admin = await createAdminClient(darkroom.stack);
});

afterAll(async () => {
  await darkroom?.stop();
});

/** A caller of its own, who has no files yet, by the SDK and without it. */
async function newCaller(name: string): Promise<{ readonly client: Client; readonly openai: OpenAI }> {
  const apiKey = await darkroom.newKey(name);
  return {
    client: createClient(darkroom.origin, apiKey),
    openai: new OpenAI({ baseURL: `${darkroom.origin}/v1`, apiKey, timeout: 20_000 }),
  };
}

const announce = async (client: Client, bytes: number, content_type = 'image/png'): Promise<FileView> => {
  const answer = await client.ask('/v1/files', postOf({ filename: 'large.png', bytes, content_type }));
  return fileSchema.parse(answer.json());
};

/** Sends the form of an announced file to the storage, as a browser would, and gives the status. */
async function sendForm({ upload }: FileView, bytes: Buffer, over: Readonly<Record<string, string>> = {}) {
  const fields = Object.entries({ ...upload?.fields, ...over });
  const body = formOf(...fields, ['file', fileOf(bytes, 'large.png')]);
  return (await fetch(upload?.url ?? '', { method: 'POST', body })).status;
}

const shown = async (client: Client, { id }: FileView): Promise<FileView> =>
  fileSchema.parse((await client.ask(`/v1/files/${id}`)).json());

const codeOf = async (answer: ReturnType<Client['ask']>): Promise<string> => {
  const { status, json } = await answer;
  const { error } = errorBodySchema.parse(json());
  return [status, error.code, ...(error.param === undefined ? [] : [error.param])].join(' ');
};

describe("OpenAI's client", () => {
  it('creates files of bytes and of streams, retrieves, lists and deletes them', async () => {
    const { openai } = await newCaller('sdk');
    const cat = await photograph('chelsea.png');
    const made = await openai.files.create({ file: await toFile(cat, 'cat.png'), purpose: 'vision' });
    expect(made).toMatchObject({ object: 'file', bytes: cat.length, filename: 'cat.png', purpose: 'vision' });
    expect(made.expires_at).toBe(made.created_at + 86_400);
    const file = createReadStream(new URL('../../examples/coffee.png', import.meta.url));
    const expires_after = { anchor: 'created_at', seconds: 3600 } as const;
    const streamed = await openai.files.create({ file, purpose: 'user_data', expires_after });
    expect(streamed).toMatchObject({ filename: 'coffee.png', purpose: 'user_data', status: 'uploaded' });
    expect(streamed.expires_at).toBe(streamed.created_at + 3600);
    expect(await openai.files.retrieve(made.id)).toEqual(made);
    const listed: string[] = [];
    for await (const each of openai.files.list({ limit: 1 })) listed.push(each.id);
    expect(listed).toEqual([streamed.id, made.id]);
    expect(await openai.files.delete(made.id)).toEqual({ id: made.id, object: 'file', deleted: true });
    expect(await thrownBy(openai.files.retrieve(made.id))).toBeInstanceOf(NotFoundError);
    expect((await openai.files.list()).data.map(({ id }) => id)).toEqual([streamed.id]);
  });

  it('edits a file by its id, which may be deleted at once', async () => {
    const { client, openai } = await newCaller('editor');
    const cat = await photograph('chelsea.png');
    const { id } = await openai.files.create({ file: await toFile(cat, 'cat.png'), purpose: 'vision' });
    const prompt = promptOf('a cat by its id');
    const answer = await client.submit('edits', { model: 'openai/gpt-image-2', prompt, images: [{ file_id: id }] });
    expect(answer.status, answer.bytes.toString()).toBe(202);
    await openai.files.delete(id);
    await imagesOf((await client.ended(answer.headers.get('location') ?? '')).job);
    expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([{ files: [{ sha256: sha256(cat) }] }]);
  });

  it('throws for what is no image, and tries nothing again', async () => {
    const { openai } = await newCaller('wrong');
    const error = await thrownBy(
      openai.files.create({ file: await toFile(Buffer.from('{}'), 'a.jsonl'), purpose: 'batch' }),
    );
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'invalid_image', param: 'file' });
  });

  it('throws for one file too many, and tries nothing again', async () => {
    const { openai } = await newCaller('full');
    const cat = await photograph('chelsea.png');
    let requests = 0;
    const counting = openai.withOptions({
      fetch: (address, init) => {
        // The client asks `fetch` for an empty `data:` address, too, to see whether it knows forms.
        if (String(address).startsWith(darkroom.origin)) requests += 1;
        return fetch(address, init);
      },
    });
    const create = async () => counting.files.create({ file: await toFile(cat, 'cat.png'), purpose: 'vision' });
    const files = await Promise.all(Array.from({ length: maxFiles }, create));
    const error = await thrownBy(create());
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 429, code: 'rate_limited', param: 'max_files' });
    expect(requests).toBe(maxFiles + 1);
    await counting.files.delete(files[0]?.id ?? '');
    expect((await create()).status).toBe('uploaded');
  });
});

describe('POST /v1/files', () => {
  /** A form whose body has exactly so many bytes: the name of its file fills the rest. */
  async function formOfBytes(bytes: number) {
    const image = await noisePng(bytes - 8192);
    const form = (name: string) => formOf(['file', fileOf(image, `${name}.png`)]);
    const { bytes: unfilled } = await encodedForm(form(''));
    const filled = await encodedForm(form('x'.repeat(bytes - unfilled.length)));
    expect(filled.bytes).toHaveLength(bytes);
    const headers = { 'content-type': filled.contentType };
    return { image, init: { method: 'POST', body: new Uint8Array(filled.bytes), headers } };
  }

  it('takes a form of 4 MiB to the byte', async () => {
    const { client } = await newCaller('direct');
    const { image, init } = await formOfBytes(maxBytes);
    const answer = await client.ask('/v1/files', init);
    expect(answer.status, answer.bytes.toString().slice(0, 500)).toBe(201);
    expect(fileSchema.parse(answer.json())).toMatchObject({ bytes: image.length, filename: 'x'.repeat(255) });
  });

  it('refuses one byte more, and says how to upload it', async () => {
    const { client } = await newCaller('too-large');
    const answer = await client.ask('/v1/files', (await formOfBytes(maxBytes + 1)).init);
    expect(answer.status).toBe(413);
    const { error } = errorBodySchema.parse(answer.json());
    expect(error.message).toContain('4 MiB');
    expect(error.message).toContain('content_type');
  });

  it('refuses empty files, none and two', async () => {
    const { client } = await newCaller('forms');
    const cat = fileOf(await photograph('chelsea.png'), 'cat.png');
    const codes = [
      await codeOf(client.ask('/v1/files', postOf(formOf(['file', fileOf('', 'empty.png')])))),
      await codeOf(client.ask('/v1/files', postOf(formOf(['purpose', 'vision'])))),
      await codeOf(client.ask('/v1/files', postOf(formOf(['file', cat], ['file', cat])))),
      await codeOf(client.ask('/v1/files', postOf({ filename: 'a', bytes: 50_000_001, content_type: 'image/png' }))),
    ];
    expect(codes).toEqual([
      '400 invalid_image file',
      '400 missing_field file',
      '400 invalid_request file',
      '400 invalid_value bytes',
    ]);
  });

  it('gives a form that takes exactly what was announced, and an edit takes that', async () => {
    const { client } = await newCaller('announcer');
    const large = await noisePng(6_000_000);
    const file = await announce(client, large.length);
    expect(await shown(client, file)).toMatchObject({ status: 'pending' });
    expect(await sendForm(file, large.subarray(1))).toBe(400);
    expect(await sendForm(file, Buffer.concat([large, Buffer.alloc(1)]))).toBe(400);
    expect(await sendForm(file, large, { 'Content-Type': 'image/webp' })).toBe(403);
    expect(await sendForm(file, large, { key: `${file.upload?.fields.key}0` })).toBe(403);
    expect(await shown(client, file)).toMatchObject({ status: 'pending' });
    expect(await sendForm(file, large)).toBe(204);
    const { upload: _, ...announced } = file;
    expect(await shown(client, file)).toEqual({ ...announced, status: 'uploaded' });
    const prompt = promptOf('six megabytes of noise');
    const body = formOf(['model', 'openai/gpt-image-2'], ['prompt', prompt], ['image', file.id]);
    await imagesOf(await client.run('edits', body));
    expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([{ files: [{ sha256: sha256(large) }] }]);
  });
});

describe('/v1/files/{file_id}', () => {
  it('is the same 404 for unknown, deleted and other callers’ files, admins among them', async () => {
    const [{ client }, { client: other }] = [await newCaller('owner'), await newCaller('stranger')];
    const file = await announce(client, 9);
    const gone = await announce(client, 9);
    await client.ask(`/v1/files/${gone.id}`, { method: 'DELETE' });
    const requestId = 'the-same';
    const bodies = new Set<string>();
    for (const method of ['GET', 'DELETE']) {
      const init = { method, headers: { 'x-request-id': requestId } };
      for (const answer of [
        await other.ask(`/v1/files/${file.id}`, init),
        await client.ask(`/v1/files/${gone.id}`, init),
        await client.ask('/v1/files/file-none', init),
      ]) {
        expect(answer.status).toBe(404);
        bodies.add(answer.bytes.toString());
      }
      expect((await admin.ask(method, `/v1/files/${file.id}`)).status).toBe(404);
    }
    expect(bodies.size).toBe(1);
    expect(await shown(client, file)).toMatchObject({ status: 'pending' });
    const listed = (await admin.ask('GET', '/v1/files')).json() as { readonly data: readonly FileView[] };
    expect(listed.data).toEqual([]);
  });

  it('goes with its key, object and all, where that is purged', async () => {
    const key = await admin.keys('POST', '', { name: 'purged with files', providers: { '*': ['*'] } });
    const client = createClient(darkroom.origin, key.key);
    const before = (await darkroom.stored()).objects;
    const cat = fileOf(await photograph('chelsea.png'), 'cat.png');
    await client.ask('/v1/files', postOf(formOf(['file', cat])));
    await announce(client, 9);
    expect((await darkroom.stored()).objects).toBe(before + 1);
    const purged = await admin.ask('DELETE', `/v1/admin/virtual-keys/${key.id}?purge=true`);
    // The announced file's form can still upload.
    expect(purged.json()).toMatchObject({ purge: 'continues' });
    expect((await darkroom.stored()).objects).toBe(before);
  });

  it('leaves nothing secret in the logs', () => {
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
