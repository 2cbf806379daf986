/** Uploads a photograph of up to 50 MB straight to the storage, shows the progress, and edits it by its id. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const { DARKROOM_URL = 'http://127.0.0.1:8787', DARKROOM_KEY = 'sk-bf-local' } = process.env;
const headers = { authorization: `Bearer ${DARKROOM_KEY}`, 'content-type': 'application/json' };
const photograph = process.argv[2] ?? fileURLToPath(new URL('kodim03.png', import.meta.url));
const types: Readonly<Record<string, string>> = { png: 'image/png', webp: 'image/webp' };

interface Upload {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

async function ask<Body>(path: string, body: object): Promise<{ readonly body: Body; readonly location: string }> {
  const init = { method: 'POST', headers: { ...headers, 'idempotency-key': randomUUID() }, body: JSON.stringify(body) };
  const response = await fetch(`${DARKROOM_URL}${path}`, init);
  if (!response.ok) throw new Error(await response.text());
  return { body: (await response.json()) as Body, location: response.headers.get('location') ?? '' };
}

/** Sends the form: all its fields first, the file last. The storage wants the length beforehand, which `fetch` doesn't send of a stream. */
async function send({ url, fields }: Upload, bytes: number): Promise<void> {
  const boundary = randomUUID();
  const part = (name: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
  const texts = Object.entries(fields).map(([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`);
  const head = Buffer.from(`${texts.join('')}${part('file')}; filename="photograph"\r\n\r\n`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* body() {
    yield head;
    let sent = 0;
    for await (const chunk of createReadStream(photograph)) {
      yield chunk;
      sent += chunk.length;
      process.stderr.write(`\rUploaded ${Math.floor((sent / bytes) * 100)} %`);
    }
    process.stderr.write('\n');
    yield tail;
  }
  const request = url.startsWith('https:') ? requestByHttps : requestByHttp;
  const upload = request(url, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + bytes + tail.length,
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    upload.on('response', resolve).on('error', reject),
  );
  await Promise.all([pipeline(Readable.from(body()), upload), answered]);
  const answer = await answered;
  const said = await text(answer);
  if (answer.statusCode !== 204) throw new Error(`${answer.statusCode} ${said}`);
}

const { size: bytes } = await stat(photograph);
const content_type = types[photograph.split('.').at(-1) ?? ''] ?? 'image/jpeg';
const announcement = { filename: basename(photograph), bytes, content_type };
const { body: file } = await ask<{ readonly id: string; readonly upload: Upload }>('/v1/files', announcement);
await send(file.upload, bytes);

// The job has a copy of the file, which may be deleted from then on, or serve further jobs until it expires.
const edit = { model: 'openai/gpt-image-2', prompt: 'Make it dusk', images: [{ file_id: file.id }] };
const { location } = await ask('/v1/async/images/edits', edit);
let answer: Response;
do {
  answer = await fetch(location, { headers: { ...headers, prefer: 'wait=20' } });
} while (answer.status === 202);

const { result, error } = (await answer.json()) as {
  readonly result?: { readonly data: readonly { readonly url: string }[] };
  readonly error?: { readonly error: { readonly message: string } };
};
const [image] = result?.data ?? [];
if (!image) throw new Error(error?.error.message);
await writeFile('upload.png', await (await fetch(image.url)).bytes());
console.log('Saved upload.png');
