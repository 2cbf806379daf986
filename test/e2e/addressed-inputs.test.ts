import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { holedMask } from '../support/pictures.ts';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../support/sample-files.ts';
import { imagesOf, locationOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { sharedDarkroom } from './shared-darkroom.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;
let host: Server;
let root: string;
let coffee: Buffer;
let mask: Buffer;
/** How often each path was asked for. */
const asked = new Map<string, number>();
/** Answers that are held back until a test releases them. */
const held: ServerResponse[] = [];

const pages: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/mask': (response) => response.end(mask),
  '/small-mask': async (response) =>
    response.end(await holedMask({ width: 64, height: 64 }, { left: 0, top: 0, width: 8, height: 8 })),
  '/text': (response) => response.end('<html>Not a picture</html>'),
  '/missing': (response) => response.writeHead(410).end(),
  '/large': (response) => response.writeHead(200, { 'content-length': 50_000_001 }).write('x'),
  '/to-private': (response) => response.writeHead(302, { location: 'https://10.0.0.1/a.png' }).end(),
  '/to-metadata': (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end(),
  '/held': (response) => held.push(response),
};

beforeAll(async () => {
  coffee = await photograph('coffee.png');
  mask = await photograph('coffee-mask.png');
  host = createServer(({ url = '' }, response) => {
    const [path = ''] = url.split('?');
    asked.set(path, (asked.get(path) ?? 0) + 1);
    void (pages[path] ?? ((other) => other.end(coffee)))(response);
  });
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  const trusted = `127.0.0.1:${(host.address() as AddressInfo).port}`;
  root = `http://${trusted}`;
  darkroom = await startDarkroom({ trustedInputHosts: [trusted] });
});

afterAll(async () => {
  await darkroom?.stop();
  host?.closeAllConnections();
  host?.close();
});

const editOf = (prompt: string, path: string, more: object = {}) => ({
  ...{ model, prompt },
  images: [{ image_url: `${root}${path}` }],
  ...more,
});
const requestsOf = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });
const filesOf = (prompt: string) =>
  requestsOf(prompt).map((request) => request.files.map((file) => file.sha256).toSorted());

describe('an edit of images by address', () => {
  it('is made at both doors, with a mask by address too, and has the very bytes', async () => {
    const prompts = ['async', 'sync'].map((door) => promptOf(`latte art by address, ${door}`));
    const [first = '', second = ''] = prompts;
    const withMask = { mask: { image_url: `${root}/mask` } };
    const job = await darkroom.client.run('edits', editOf(first, '/both?signature=secret', withMask));
    expect(job.status).toBe('completed');
    expect(await headerOf((await imagesOf(job))[0])).toMatchObject({ width: expect.any(Number) });
    const answer = await darkroom.client.make('edits', editOf(second, '/both?signature=secret', withMask));
    expect(answer.status, answer.bytes.toString()).toBe(200);
    const sent = [sha256(coffee), sha256(mask)].toSorted();
    for (const prompt of prompts) expect(filesOf(prompt)).toEqual([sent]);
    expect(asked.get('/both')).toBe(2);
  });

  it('fetches once, through failures of a provider and a fallback, and in the order of a form', async () => {
    const prompt = promptOf('latte art, after some failures [fail:503x4]');
    const form = formOf(
      ['model', model],
      ['prompt', prompt],
      ['fallbacks', 'openai/gpt-image-2.5-flare'],
      ['image[]', fileOf(coffee, 'coffee.png')],
      ['image[]', `${root}/once`],
    );
    const job = await darkroom.client.run('edits', form);
    expect(job.status, JSON.stringify(job)).toBe('completed');
    expect(requestsOf(prompt).length).toBeGreaterThan(3);
    for (const files of filesOf(prompt)) expect(files).toEqual([sha256(coffee), sha256(coffee)]);
    expect(asked.get('/once')).toBe(1);
  });

  it.each([
    ['/missing', 'could not be fetched from its address: the server answered 410.'],
    ['/text', 'is not a readable PNG, JPEG or WebP image.'],
    ['/large', 'could not be fetched from its address: it is longer than 50000000 bytes.'],
    ['/to-private', 'could not be fetched from its address: the host is not public.'],
    ['/to-metadata', 'could not be fetched from its address: the address is not https.'],
  ])('fails for %s, naming the field, without a request to a provider', async (path, what) => {
    const prompt = promptOf(`latte art of ${path}`);
    const job = await darkroom.client.run('edits', editOf(prompt, path));
    expect(job).toMatchObject({ status: 'failed', status_code: 400 });
    expect(job.error?.error).toMatchObject({ code: 'invalid_image', param: expect.stringContaining('image') });
    expect(job.error?.error.message).toContain(what);
    expect(job.error?.error.message).not.toContain('127.0.0.1');
    const answer = await darkroom.client.make('edits', editOf(prompt, path));
    expect(answer.status).toBe(400);
    expect(errorBodySchema.parse(answer.json()).error).toMatchObject({ code: 'invalid_image' });
    expect(requestsOf(prompt)).toEqual([]);
  });

  it('fails for a mask of another size', async () => {
    const prompt = promptOf('latte art behind a small mask');
    const small = { mask: { image_url: `${root}/small-mask` } };
    const job = await darkroom.client.run('edits', editOf(prompt, '/coffee', small));
    expect(job.error?.error).toMatchObject({ code: 'invalid_image', param: expect.stringContaining('mask') });
    expect(job.error?.error.message).toContain('is 64x64, but the first image is');
    expect(requestsOf(prompt)).toEqual([]);
  });

  it('holds up no other job while its host is slow', async () => {
    const slow = await darkroom.client.submit('edits', editOf(promptOf('slow latte art'), '/held'));
    expect(slow.status).toBe(202);
    const form = formOf(['model', model], ['prompt', promptOf('fast latte art')], ['image', fileOf(coffee, 'c.png')]);
    expect((await darkroom.client.run('edits', form)).status).toBe('completed');
    await expect.poll(() => held.length, { timeout: 20_000 }).toBe(1);
    held.shift()?.end(coffee);
    expect((await darkroom.client.ended(locationOf(slow))).job.status).toBe('completed');
  });

  it('leaves no address in the logs', () => {
    expect(leaksIn(darkroom.logLines)).toEqual([]);
    expect(darkroom.logLines.filter((line) => /signature=secret|to-private/.test(line))).toEqual([]);
    expect(darkroom.logLines.some((line) => line.includes('inputs_fetched'))).toBe(true);
  });
});

describe('a stage without trusted hosts', () => {
  it.each([
    'http://images.example/a.png',
    'http://127.0.0.1:8080/a.png',
    'https://127.0.0.1/a.png',
    'https://0x7f.1/a.png',
  ])('refuses %s at submission', async (address) => {
    const { client } = await sharedDarkroom();
    const body = { model, prompt: promptOf('latte art'), images: [{ image_url: address }] };
    for (const send of [client.submit, client.make]) {
      const answer = await send('edits', body);
      expect(answer.status, answer.bytes.toString()).toBe(400);
      expect(errorBodySchema.parse(answer.json()).error).toMatchObject({ code: 'invalid_value' });
    }
  });
});
