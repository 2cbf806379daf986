import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { clearMask, dataUri, sha256 } from '../support/sample-files.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const model = 'openai/gpt-image-2.5-flare';
const boundary = 'as-clients-write-it';
let darkroom: RunningDarkroom;
let first: Buffer;
let second: Buffer;

beforeAll(async () => {
  darkroom = await startDarkroom();
  [first, second] = await Promise.all([clearMask(96, 64), clearMask(64, 96)]);
});

afterAll(async () => {
  await darkroom?.stop();
});

type HeadAndContent = readonly [head: string, content: string | Buffer];

/** A form byte by byte: what stands behind `form-data; `, and the content of each part. */
const formOf = (...parts: readonly HeadAndContent[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(([head, content]) => [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(content as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);

const formType = { 'content-type': `multipart/form-data; boundary=${boundary}` };
const jsonType = { 'content-type': 'application/json' };
const send = (path: string, body: Buffer | string, headers: Record<string, string>) =>
  darkroom.client.ask(path, { method: 'POST', body: new Uint8Array(Buffer.from(body as string)), headers });

const doors = ['/v1/async/images', '/v1/images'] as const;
const waits = { prefer: 'wait=20' };

/** Edits by both doors, and gives the images that each one's provider got. */
async function imagesSent(prompt: string, ...images: readonly HeadAndContent[]): Promise<readonly string[][]> {
  const sent: string[][] = [];
  for (const door of doors) {
    const asked = `${prompt} by ${door}`;
    const form = formOf(['name="model"', model], ['name="prompt"', asked], ...images);
    const answer = await send(`${door}/edits`, form, { ...formType, ...waits });
    expect(answer.status, answer.bytes.toString().slice(0, 500)).toBe(200);
    const [request, ...others] = darkroom.simulator.ledger.charges({ prompt: asked });
    expect(others).toEqual([]);
    sent.push((request?.files ?? []).map((file) => file.sha256));
  }
  return sent;
}

const both = <T>(value: T): readonly T[] => [value, value];

describe('an edit, as clients write its form', () => {
  it.each([
    [
      'a quoted extended file name',
      `filename="_.png"; filename*="UTF-8''gr%C3%BC%C3%9Fe.png"\r\nContent-Type: image/png`,
    ],
    ['no file name', 'x=y\r\nContent-Type: image/png'],
    ['an empty file name', 'filename=""\r\nContent-Type: image/png'],
    ['raw quotes in the file name', 'filename="the "old" mill.png"\r\nContent-Type: image/png'],
    ['a line break in the file name', 'filename="the\r\nmill.png"\r\nContent-Type: image/png'],
    ['a file name of 20,000 letters', `filename="${'x'.repeat(20_000)}.png"`],
  ])('reaches the provider with its picture: %s', async (what, head) => {
    const sent = await imagesSent(promptOf(what), [`name="image"; ${head}`, first]);
    expect(sent).toEqual(both([sha256(first)]));
  });

  it('reaches the provider with all its pictures, in order, whatever their names', async () => {
    const named = (name: string, content: Buffer): HeadAndContent => [`name="${name}"; filename="a.png"`, content];
    const images = [named('image[1]', second), named('image', first), named('images[]', second)];
    const sent = await imagesSent(promptOf('several names'), ...images);
    expect(sent).toEqual(both([second, first, second].map(sha256)));
  });

  it('reaches the provider where all that is optional was left empty, and text comes as files', async () => {
    const blanks = ['n', 'size', 'quality', 'user', 'seed', 'type', 'output_format', 'fallbacks'];
    const sent = await imagesSent(
      promptOf('blanks'),
      ...blanks.map((name): HeadAndContent => [`name="${name}"`, '']),
      ['name="mask"; filename=""\r\nContent-Type: application/octet-stream', ''],
      ['name="stream"', 'False'],
      ['name="background"; filename="blob"\r\nContent-Type: text/plain', 'opaque'],
      ['name="image"; filename="a.png"', first],
    );
    expect(sent).toEqual(both([sha256(first)]));
  });

  it('is refused where its lines end in line feeds, or its text has another charset', async () => {
    const form = formOf(['name="model"', model], ['name="prompt"', 'x'], ['name="image"; filename="a"', 'x']);
    const charset = 'name="prompt"\r\nContent-Type: text/plain; charset=iso-8859-1';
    for (const door of doors) {
      const bare = form.toString().replaceAll('\r\n', '\n');
      const answer = await send(`${door}/edits`, bare, formType);
      expect(errorBodySchema.parse(answer.json()).error.message).toContain('CRLF');
      const latin = await send(`${door}/edits`, formOf(['name="model"', model], [charset, 'x']), formType);
      expect(latin.status).toBe(415);
      const { error, extra_fields } = errorBodySchema.parse(latin.json());
      expect(error.param).toBe('prompt');
      expect(extra_fields).toEqual({ provider: 'openai', model_requested: model, request_type: 'image_edit' });
    }
  });
});

describe('JSON, as clients write it', () => {
  it('reaches the provider with the images of all its fields', async () => {
    for (const door of doors) {
      const prompt = promptOf(`json by ${door}`);
      const images = [{ image_url: { url: dataUri(second) } }];
      const body = JSON.stringify({ model, prompt, image: dataUri(first), images });
      expect((await send(`${door}/edits`, body, { 'content-type': 'text/plain', ...waits })).status).toBe(200);
      const [request] = darkroom.simulator.ledger.charges({ prompt });
      expect(request?.files.map((file) => file.sha256)).toEqual([first, second].map(sha256));
    }
  });

  it('is refused where it is no UTF-8, and the provider hears nothing', async () => {
    for (const door of doors) {
      const prompt = promptOf(`a Caf\u00e9 by ${door}`);
      for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
        const body = Buffer.from(JSON.stringify({ model, prompt }), 'latin1');
        const answer = await send(`${door}/generations`, body, { 'content-type': type });
        expect(errorBodySchema.parse(answer.json()).error).toMatchObject({ code: 'invalid_request' });
      }
      expect(darkroom.simulator.ledger.requests({}).some((each) => JSON.stringify(each).includes('\ufffd'))).toBe(
        false,
      );
    }
  });

  it('names a model alone, and a quality that this model has', async () => {
    for (const door of doors) {
      const prompt = promptOf(`a bare name by ${door}`);
      const body = JSON.stringify({ model: 'gpt-image-2.5-flare', prompt, quality: 'xhigh', size: '1024x1024' });
      const headers = { ...jsonType, ...waits, 'x-bf-async-job-result-ttl': 'an hour' };
      const answer = await send(`${door}/generations`, body, headers);
      expect(answer.status).toBe(200);
      const text = answer.bytes.toString();
      expect(text).toContain('"model":"openai/gpt-image-2.5-flare"');
      expect(text).toContain('"model_requested":"gpt-image-2.5-flare"');
      expect(text).toContain('"quality":"xhigh"');
      expect(text).toContain('"code":"ttl_ignored"');
    }
  });

  it('is refused with an image for a generation, by each door with its own route for edits', async () => {
    for (const door of doors) {
      const body = JSON.stringify({ model, prompt: 'x', input_images: [dataUri(first)] });
      const { error } = errorBodySchema.parse((await send(`${door}/generations`, body, jsonType)).json());
      expect(error).toMatchObject({ code: 'invalid_value', param: 'input_images' });
      expect(error.message).toContain(`\`${door}/edits\``);
    }
  });
});
