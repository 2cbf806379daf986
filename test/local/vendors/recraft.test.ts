import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { key, photograph } from './ask-vendor.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors: [{ name: 'recraft', wire: 'recraft' }] });
});
afterAll(() => simulator.stop());

const ask = (service: string, fields: object, credential = key): Promise<Response> =>
  fetch(`${simulator.baseUrl('recraft')}/images/${service}`, {
    method: 'POST',
    body: JSON.stringify(fields),
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(60_000),
  });

const dataUrl = async (width: number, height: number) =>
  `data:image/png;base64,${Buffer.from(await photograph(width, height)).toString('base64')}`;

describe('recraft', () => {
  it('answers with addresses of webp images, of the size or shape that is asked for', async () => {
    const answer = await ask('generations', { prompt: 'a kite', model: 'recraftv4_1_pro', size: '16:9', n: 2 });
    const { data } = (await answer.json()) as { data: { url: string }[] };
    expect(data).toHaveLength(2);
    const image = await (await fetch(data[1]?.url ?? '')).arrayBuffer();
    expect(await sharp(image).metadata()).toMatchObject({ format: 'webp', width: 2688, height: 1536 });
  });

  it('answers with base64 where that is asked for', async () => {
    const fields = { prompt: 'a kite', response_format: 'b64_json', image_format: 'png' };
    const { data } = (await (await ask('generations', fields)).json()) as { data: { b64_json: string }[] };
    const image = Buffer.from(data[0]?.b64_json ?? '', 'base64');
    expect(await sharp(image).metadata()).toMatchObject({ format: 'png', width: 1024, height: 1024 });
  });

  it('removes a background into a single image, in the size of its input', async () => {
    const answer = await ask('removeBackground', { image_url: await dataUrl(300, 260) });
    const { image } = (await answer.json()) as { image: { url: string } };
    const made = await (await fetch(image.url)).arrayBuffer();
    expect(await sharp(made).metadata()).toMatchObject({ format: 'png', width: 300, height: 260 });
  });

  it.each([
    ['no prompt', 'generations', {}, 'prompt'],
    ['a size that the model lacks', 'generations', { prompt: 'x', model: 'recraftv3', size: '1344x768' }, 'size'],
    ['a style of another model', 'generations', { prompt: 'x', model: 'recraftv4_1', style: 'Illustration' }, 'style'],
    ['too many images', 'generations', { prompt: 'x', n: 7 }, 'n '],
    ['an unknown model', 'generations', { prompt: 'x', model: 'recraftv1' }, 'model'],
    ['an edit without strength', 'imageToImage', { prompt: 'x', image_url: 'data:,' }, 'strength'],
    ['a variation without a size', 'variateImage', { image_url: 'data:,' }, 'size'],
    ['a removal with words', 'removeBackground', { prompt: 'x', image_url: 'data:,' }, 'prompt'],
    ['an address that it cannot reach', 'removeBackground', { image_url: 'https://photo.example/1' }, 'image'],
  ])('refuses %s', async (_what, service, fields, message) => {
    const answer = await ask(service, fields);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain(message);
  });

  it('refuses an image that is too small', async () => {
    expect((await ask('removeBackground', { image_url: await dataUrl(300, 200) })).status).toBe(400);
  });

  it('says in plain text that a key or a path is wrong', async () => {
    const unauthorized = await ask('generations', { prompt: 'x' }, 'sk-invalid');
    expect([unauthorized.status, await unauthorized.text()]).toEqual([401, 'request unauthorized\n']);
    expect((await ask('vectorize', {})).status).toBe(404);
  });
});
