import OpenAI, { toFile } from 'openai';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { key, photograph } from './ask-vendor.ts';

let simulator: VendorSimulator;
let client: OpenAI;
beforeAll(async () => {
  simulator = await startVendorSimulator({
    latencySeconds: 0,
    vendors: [
      { name: 'openai', wire: 'openai' },
      { name: 'azure', wire: 'azure' },
    ],
  });
  client = new OpenAI({ apiKey: key, baseURL: simulator.baseUrl('openai'), maxRetries: 0 });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.ledger.clear();
  simulator.faults.clear();
});

const valid = { model: 'gpt-image-2', prompt: 'a fox in the snow [plain]', stream: true } as const;
const generate = (changes: object = {}) => client.images.generate({ ...valid, partial_images: 2, ...changes });

/** All that an official client reads of a stream, and what it threw in the end. */
async function readAll<T>(work: Promise<AsyncIterable<T>>): Promise<{ events: T[]; error?: unknown }> {
  const events: T[] = [];
  try {
    for await (const event of await work) events.push(event);
    return { events };
  } catch (error) {
    return { events, error };
  }
}

describe('openai, streamed', () => {
  it('sends partial pictures that grow finer, and then the image with what it cost', async () => {
    const { events, error } = await readAll(generate({ partial_images: 3, size: '1024x640', output_format: 'webp' }));
    expect(error).toBeUndefined();
    const types = events.map(({ type }) => type);
    expect(types).toEqual([...Array(3).fill('image_generation.partial_image'), 'image_generation.completed']);
    const said = { background: 'opaque', output_format: 'webp', quality: 'medium', size: '1024x640' };
    for (const [index, event] of events.entries()) {
      expect(event).toMatchObject({ ...said, created_at: expect.any(Number) });
      if (index < 3) expect(event).toMatchObject({ partial_image_index: index });
    }
    const usage = { output_tokens: expect.any(Number), input_tokens_details: { image_tokens: 0 } };
    expect(events[3]).toMatchObject({ usage });
    const pictures = await Promise.all(
      events.map(({ b64_json }) =>
        sharp(Buffer.from(b64_json, 'base64')).removeAlpha().raw().toBuffer({ resolveWithObject: true }),
      ),
    );
    for (const { info } of pictures) expect(info).toMatchObject({ width: 1024, height: 640 });
    const whole = pictures[3]?.data ?? Buffer.alloc(0);
    const distances = pictures.map(({ data }) => distance(data, whole));
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));
    expect(distances[2]).toBeGreaterThan(0);
  });

  it.each([
    ['none are wanted', { partial_images: 0 }],
    ['nothing is said of them', { partial_images: undefined }],
  ])('sends the last event alone where %s', async (_why, changes) => {
    const { events } = await readAll(generate(changes));
    expect(events.map(({ type }) => type)).toEqual(['image_generation.completed']);
  });

  it('streams an edit', async () => {
    const image = await toFile(await photograph(640, 480), 'a.png', { type: 'image/png' });
    const { events } = await readAll(
      client.images.edit({ model: 'gpt-image-2', prompt: 'evening', image, stream: true, partial_images: 1 }),
    );
    expect(events.map(({ type }) => type)).toEqual(['image_edit.partial_image', 'image_edit.completed']);
  });

  it('writes each event as the API does, in two lines and an empty one', async () => {
    const response = await fetch(`${simulator.baseUrl('openai')}/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ ...valid, partial_images: 1 }),
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = (await response.text()).split('\n\n');
    expect(events).toHaveLength(3);
    expect(events[2]).toBe('');
    const names = ['image_generation.partial_image', 'image_generation.completed'];
    for (const [at, type] of names.entries()) {
      const [event, data = '', ...more] = (events[at] ?? '').split('\n');
      expect([event, more]).toEqual([`event: ${type}`, []]);
      expect(JSON.parse(data.slice('data: '.length))).toMatchObject({ type });
    }
  });

  it('writes down what was streamed and when', async () => {
    await readAll(generate({ prompt: 'a fox [plain] [slow:0.3]' }));
    const [entry] = simulator.ledger.requests();
    expect(entry).toMatchObject({ streamed: true, charged: true, outcome: 'charged', images: 1, status: 200 });
    expect(entry?.events?.map(({ name }) => name)).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
    const times = [entry?.at ?? '', ...(entry?.events ?? []).map(({ at }) => at)].map(Date.parse);
    // A third of the time that the work takes passes before each, as precisely as timers are.
    for (const [at, time] of times.entries()) if (at > 0) expect(time - (times[at - 1] ?? 0)).toBeGreaterThan(95);
    await client.images.generate({ ...valid, stream: false });
    expect(simulator.ledger.requests()[1]).not.toHaveProperty('streamed');
  });

  it.each([
    ['[fail:cut_stream]', 1, 'cut', true],
    ['[fail:cut_stream@0]', 0, 'cut', true],
    ['[fail:end_stream@2]', 2, 'failed', true],
    ['[fail:error_event@2]', 2, 'failed', false],
    ['[fail:refuse_event@0]', 0, 'failed', false],
  ])('fails as %s says, after %i partial images', async (marker, partials, outcome, charged) => {
    const { events, error } = await readAll(generate({ prompt: `a fox [plain] ${marker}` }));
    expect(events.map(({ type }) => type)).toEqual(Array(partials).fill('image_generation.partial_image'));
    if (marker.includes('end_stream')) expect(error).toBeUndefined();
    else expect(error).toBeInstanceOf(Error);
    await expect.poll(() => simulator.ledger.requests()).toMatchObject([{ outcome, charged, streamed: true }]);
  });

  it.each([
    ['error_event', 'image_generation_failed', 'image_generation_server_error'],
    ['refuse_event', 'moderation_blocked', 'image_generation_user_error'],
    ['limit_event', 'rate_limit_exceeded', 'requests'],
  ])('words %s as the API does', async (word, code, type) => {
    const { error } = await readAll(generate({ prompt: `a fox [plain] [fail:${word}@0]` }));
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ code, type, param: null });
  });

  it('keeps faults of streams for those who stream, and counts them as others', async () => {
    simulator.faults.add({ kind: 'error_event', afterPartials: 0 });
    expect((await client.images.generate({ ...valid, stream: false })).data).toHaveLength(1);
    expect((await readAll(generate())).error).toBeInstanceOf(OpenAI.APIError);
    expect((await readAll(generate())).events).toHaveLength(3);
  });

  it('refuses before it streams', async () => {
    await expect(generate({ prompt: '[fail:refuse]' })).rejects.toMatchObject({
      status: 400,
      code: 'moderation_blocked',
    });
    await expect(generate({ n: 2 })).rejects.toThrow('Streaming is only supported with n=1.');
  });
});

describe('azure, streamed', () => {
  it('streams from a deployment', async () => {
    const path = '/deployments/gpt-image-2/images/generations?api-version=1';
    const response = await fetch(`${simulator.baseUrl('azure')}${path}`, {
      method: 'POST',
      headers: { 'api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ ...valid, partial_images: 1 }),
    });
    const names = (await response.text()).match(/^event: .*$/gm);
    expect(names).toEqual(['event: image_generation.partial_image', 'event: image_generation.completed']);
  });
});

describe('openai, models', () => {
  it('lists its models, and shows one of them', async () => {
    const models = (await client.models.list()).data;
    expect(models.map(({ id }) => id)).toContain('gpt-image-2');
    expect(await client.models.retrieve('gpt-image-2')).toEqual(models.find(({ id }) => id === 'gpt-image-2'));
    expect(models[0]).toEqual({
      id: expect.any(String),
      object: 'model',
      created: expect.any(Number),
      owned_by: 'system',
    });
    expect(simulator.ledger.requests().map(({ outcome, charged }) => [outcome, charged])).toEqual([
      ['answered', false],
      ['answered', false],
    ]);
  });

  it('has no model that it does not list', async () => {
    await expect(client.models.retrieve('gpt-image-9')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });
});

/** How far two pictures of the same size are apart. */
function distance(one: Buffer, other: Buffer): number {
  let sum = 0;
  for (let at = 0; at < other.length; at += 1) sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
  return sum;
}
