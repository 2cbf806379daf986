import { describe, expect, it } from 'vitest';
import { fetched, key, photo, pictureOf, playVendors, whiteMask } from './play-vendors.ts';

// Vendors without a client for Node, or with other ways of asking than their clients': each call is as their pages show it.

const simulator = playVendors('bfl', 'ideogram', 'recraft', 'stability', 'xai');
const prompt = '[plain] a kite';
const png = async () => new File([new Uint8Array(await photo())], 'photo.png', { type: 'image/png' });
const mask = async () => new File([new Uint8Array(await whiteMask())], 'mask.png', { type: 'image/png' });

type Parts = readonly (readonly [name: string, value: string | File])[];

async function askForm(vendor: string, path: string, headers: Record<string, string>, parts: Parts): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of parts) body.append(name, value);
  return fetch(`${simulator().baseUrl(vendor)}${path}`, { method: 'POST', headers, body });
}

describe('bfl', () => {
  const ask = (path: string, body: object) =>
    fetch(simulator().baseUrl('bfl') + path, {
      method: 'POST',
      headers: { 'x-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('has its results elsewhere than its API, where no key is to be shown', async () => {
    const task = (await (await ask('/flux-2-pro', { prompt })).json()) as { polling_url: string };
    const apiOrigin = new URL(simulator().baseUrl('bfl')).origin;
    expect(new URL(task.polling_url).origin).toBe(apiOrigin);
    const headers = { 'x-key': key };
    const { result } = (await (await fetch(task.polling_url, { headers })).json()) as { result: { sample: string } };
    // A client that shows its key to the origin of the API alone, as the AI SDK's does, shows none here.
    expect(new URL(result.sample).origin).not.toBe(apiOrigin);
    expect(await pictureOf(await fetched(result.sample))).toBe('jpeg 1024x1024');
    expect((await fetch(result.sample, { headers })).status).toBe(400);
  });

  it('knows no model that it does not play', async () => {
    const answer = await ask('/flux-99', { prompt });
    expect([answer.status, await answer.json()]).toEqual([404, { detail: 'Not Found' }]);
  });
});

describe('stability', () => {
  const headers = (accept = 'image/*') => ({ authorization: `Bearer ${key}`, accept });
  const core = '/v2beta/stable-image/generate/core';

  it('takes the empty part by which the documented Python makes a form', async () => {
    const none = new File([], 'none');
    const answer = await askForm('stability', core, headers(), [
      ['none', none],
      ['prompt', prompt],
    ]);
    expect(answer.status).toBe(200);
    expect(await pictureOf(new Uint8Array(await answer.arrayBuffer()))).toBe('png 1024x1024');
  });

  it('takes no other empty part, and none with something in it', async () => {
    for (const file of [new File(['x'], 'none'), new File([], 'photo')]) {
      const answer = await askForm('stability', core, headers(), [
        [file.name, file],
        ['prompt', prompt],
      ]);
      expect(answer.status).toBe(400);
    }
    const service = '/v2beta/stable-image/upscale/fast';
    expect((await askForm('stability', service, headers(), [['image', await png()]])).status).toBe(404);
  });

  it('answers in JSON where that is asked for', async () => {
    const answer = await askForm('stability', core, headers('application/json'), [['prompt', prompt]]);
    expect(await answer.json()).toMatchObject({ finish_reason: 'SUCCESS', seed: expect.any(Number) });
  });
});

describe('ideogram', () => {
  const ask = (parts: Parts, service = '/v1/ideogram-v3/generate') =>
    askForm('ideogram', service, { 'api-key': key }, [['prompt', prompt], ...parts]);
  const preset = JSON.stringify({ name: 'PASTEL' });
  const colours = JSON.stringify({ members: [{ color_hex: '#FF5733', color_weight: 0.5 }, { color_hex: '#33FF57' }] });

  it.each<[string, Parts]>([
    ['the fastest speed', [['rendering_speed', 'FLASH']]],
    ['a palette by its name', [['color_palette', preset]]],
    ['a palette of colours', [['color_palette', colours]]],
    [
      'several codes of styles',
      [
        ['style_codes', 'AAFF5733'],
        ['style_codes', '0133ff57'],
      ],
    ],
  ])('takes %s', async (_what, parts) => {
    const answer = await ask(parts);
    expect(answer.status).toBe(200);
    const { data } = (await answer.json()) as { data: { url: string }[] };
    expect(await pictureOf(await fetched(data[0]?.url ?? ''))).toBe('png 1024x1024');
  });

  it.each<[string, Parts]>([
    ['a palette without a name or colours', [['color_palette', '{}']]],
    ['a palette that is no JSON', [['color_palette', 'PASTEL']]],
    ['a palette with both', [['color_palette', JSON.stringify({ name: 'PASTEL', members: [] })]]],
    ['a weight above one', [['color_palette', colours.replace('0.5', '1.5')]]],
    [
      'a second code that is none',
      [
        ['style_codes', 'AAFF5733'],
        ['style_codes', 'red'],
      ],
    ],
    [
      'codes beside a type',
      [
        ['style_codes', 'AAFF5733'],
        ['style_type', 'REALISTIC'],
      ],
    ],
    ['a speed that is none', [['rendering_speed', 'flash']]],
  ])('refuses %s', async (_what, parts) => {
    expect((await ask(parts)).status).toBe(400);
  });

  it('has neither palettes nor its fastest speed for transparent pictures', async () => {
    const service = '/v1/ideogram-v3/generate-transparent';
    expect((await ask([['rendering_speed', 'FLASH']], service)).status).toBe(400);
    expect((await ask([['rendering_speed', 'TURBO']], service)).status).toBe(200);
    expect((await ask([['color_palette', preset]], service)).status).toBe(400);
  });
});

describe('recraft', () => {
  const ask = (service: string, parts: Parts) =>
    askForm('recraft', `/images/${service}`, { authorization: `Bearer ${key}` }, parts);
  const older: Parts = [
    ['prompt', prompt],
    ['model', 'recraftv3'],
  ];

  it.each<[string, () => Promise<Parts>, string]>([
    ['generations', async () => [...older, ['n', '2'], ['size', '2048x1024']], 'webp 2048x1024'],
    ['imageToImage', async () => [...older, ['image', await png()], ['strength', '0.4']], 'webp 384x288'],
    [
      'variateImage',
      async () => [
        ['image', await png()],
        ['size', '1:1'],
      ],
      'webp 1024x1024',
    ],
    ['inpaint', async () => [...older, ['image', await png()], ['mask', await mask()]], 'webp 384x288'],
    ['outpaint', async () => [...older, ['image', await png()], ['expand_left', '64']], 'webp 448x288'],
    ['removeBackground', async () => [['image', await png()]], 'png 384x288'],
  ])('takes %s as a form, as it takes it in JSON', async (service, parts, picture) => {
    const answer = await ask(service, await parts());
    expect(answer.status).toBe(200);
    type Item = { url: string };
    const { data, image } = (await answer.json()) as { data?: Item[]; image?: Item };
    expect(await pictureOf(await fetched((image ?? data?.[0])?.url ?? ''))).toBe(picture);
    const prompts = simulator()
      .ledger.charges()
      .map((each) => each.prompt);
    expect(prompts).toEqual([(await parts()).some(([name]) => name === 'prompt') ? prompt : '']);
  });

  it.each<[string, string, () => Promise<Parts>, string]>([
    ['no image', 'imageToImage', async () => [...older, ['strength', '0.4']], 'image_url is required'],
    [
      'words for a number',
      'imageToImage',
      async () => [...older, ['image', await png()], ['strength', 'x']],
      'strength',
    ],
    ['a file that it does not know', 'generations', async () => [...older, ['photo', await png()]], 'photo_url'],
    ['too many images', 'generations', async () => [...older, ['n', '7']], 'n must'],
  ])('refuses a form with %s', async (_what, service, parts, message) => {
    const answer = await ask(service, await parts());
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toContain(message);
  });
});

describe('xai', () => {
  const model = 'grok-imagine-image-2.0';
  const ask = (path: string, body: object) =>
    fetch(`${simulator().baseUrl('xai')}/images/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, prompt, ...body }),
    });
  const dataUri = async () => `data:image/png;base64,${(await photo()).toString('base64')}`;
  const inputs = async (count: number) => ({ images: Array(count).fill({ type: 'image_url', url: await dataUri() }) });

  it.each(['21:9', '5:2'])('makes the shape %s with its newest model alone', async (aspect_ratio) => {
    expect((await ask('generations', { aspect_ratio })).status).toBe(200);
    expect((await ask('generations', { aspect_ratio, model: 'grok-imagine-image' })).status).toBe(400);
  });

  it('edits up to five images with its newest model, and up to three with the older', async () => {
    expect((await ask('edits', await inputs(5))).status).toBe(200);
    expect((await ask('edits', await inputs(6))).status).toBe(400);
    expect((await ask('edits', { ...(await inputs(3)), model: 'grok-imagine-image' })).status).toBe(200);
    expect((await ask('edits', { ...(await inputs(4)), model: 'grok-imagine-image' })).status).toBe(400);
  });
});
