import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { filePart, key, photograph } from './ask-vendor.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors: [{ name: 'stability', wire: 'stability' }] });
});
afterAll(() => simulator.stop());

type Parts = Readonly<Record<string, string | File>>;

function ask(service: string, parts: Parts, headers: Record<string, string> = {}): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.append(name, value);
  return fetch(`${simulator.baseUrl('stability')}/v2beta/stable-image/${service}`, {
    method: 'POST',
    body: form,
    headers: { authorization: `Bearer ${key}`, accept: 'image/*', ...headers },
    signal: AbortSignal.timeout(60_000),
  });
}

describe('stability', () => {
  it('answers with the bytes, or with base64 where JSON is asked for', async () => {
    const parts = { prompt: 'a kite', aspect_ratio: '2:3', output_format: 'jpeg' };
    const bare = await ask('generate/core', parts);
    expect(bare.headers.get('finish-reason')).toBe('SUCCESS');
    const bytes = Buffer.from(await bare.arrayBuffer());
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 832, height: 1216 });
    const wrapped = await ask('generate/core', parts, { accept: 'application/json' });
    expect(await wrapped.json()).toMatchObject({ image: bytes.toString('base64'), finish_reason: 'SUCCESS' });
  });

  it.each<[string, string, Parts, string]>([
    ['no prompt', 'generate/core', { seed: '1' }, 'prompt:'],
    ['a strange field', 'generate/core', { prompt: 'x', n: '2' }, 'n:'],
    ['a shape that it lacks', 'generate/ultra', { prompt: 'x', aspect_ratio: '7:5' }, 'aspect_ratio:'],
    ['webp of Stable Diffusion', 'generate/sd3', { prompt: 'x', output_format: 'webp' }, 'output_format:'],
    ['an unknown model', 'generate/sd3', { prompt: 'x', model: 'sd1' }, 'model:'],
    ['strength without an image', 'generate/ultra', { prompt: 'x', strength: '0.5' }, 'strength:'],
    ['a mode without its image', 'generate/sd3', { prompt: 'x', mode: 'image-to-image' }, 'image:'],
    ['a removal without an image', 'edit/remove-background', { output_format: 'png' }, 'image:'],
    ['an inpainting without an image', 'edit/inpaint', { prompt: 'x' }, 'image:'],
    ['an inpainting without words', 'edit/inpaint', { grow_mask: '3' }, 'prompt:'],
    ['an outpainting with empty words', 'edit/outpaint', { prompt: '', left: '1' }, 'prompt:'],
  ])('refuses %s', async (_what, service, parts, error) => {
    const answer = await ask(service, parts);
    expect(answer.status).toBe(400);
    const body = (await answer.json()) as { name: string; errors: string[] };
    expect(body.name).toBe('bad_request');
    expect(body.errors[0]).toContain(error);
  });

  it('takes an image with its strength, and no shape beside it', async () => {
    const image = filePart(await photograph(300, 200));
    const edit = { prompt: 'x', mode: 'image-to-image', image };
    expect((await ask('generate/sd3', edit)).status).toBe(400);
    expect((await ask('generate/sd3', { ...edit, strength: '0.5', aspect_ratio: '1:1' })).status).toBe(400);
    const answer = await ask('generate/sd3', { ...edit, strength: '0.5' });
    expect(await sharp(await answer.arrayBuffer()).metadata()).toMatchObject({ width: 300, height: 200 });
  });

  it('repaints by a mask that is as large as the image, and nothing but black and white', async () => {
    const image = filePart(await photograph(120, 80));
    const painted = async (width: number, grey: number, changes: Parts = {}) => {
      const pixels = Buffer.alloc(width * 80, grey);
      const mask = sharp(pixels, { raw: { width, height: 80, channels: 1 } }).toColourspace('b-w');
      return ask('edit/inpaint', { prompt: 'x', image, mask: filePart(await mask.png().toBuffer()), ...changes });
    };
    const answer = await painted(120, 255);
    expect(await sharp(await answer.arrayBuffer()).metadata()).toMatchObject({ width: 120, height: 80 });
    expect((await painted(121, 255)).status).toBe(400);
    expect((await painted(120, 128)).status).toBe(400);
    expect((await painted(120, 255, { grow_mask: '21' })).status).toBe(400);
    const clear = filePart(
      await sharp(await photograph(120, 80))
        .ensureAlpha(0)
        .png()
        .toBuffer(),
    );
    expect((await painted(120, 255, { mask: clear })).status).toBe(400);
    expect((await ask('edit/outpaint', { image, left: '1', mask: clear })).status).toBe(400);
  });

  it('extends an image by up to 2,000 pixels, on one side at least', async () => {
    const image = filePart(await photograph(120, 80));
    const answer = await ask('edit/outpaint', { image, left: '30', down: '20', output_format: 'webp' });
    const { format, width, height } = await sharp(await answer.arrayBuffer()).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: 150, height: 100 });
    expect((await ask('edit/outpaint', { image })).status).toBe(400);
    expect((await ask('edit/outpaint', { image, up: '2001' })).status).toBe(400);
    expect((await ask('edit/outpaint', { image, up: '1', creativity: '2' })).status).toBe(400);
    const long = filePart(await photograph(300, 100));
    expect((await ask('edit/outpaint', { image: long, up: '1' })).status).toBe(400);
  });

  it('wants a key, and has no other service', async () => {
    expect((await ask('generate/core', { prompt: 'x' }, { authorization: 'Bearer sk-invalid' })).status).toBe(401);
    expect((await ask('upscale/fast', { prompt: 'x' })).status).toBe(404);
  });

  it('refuses a prompt by an error, and a picture by a blurred one', async () => {
    const refused = await ask('generate/core', { prompt: '[fail:refuse]' });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ name: 'content_moderation' });
    const blurred = await ask('generate/core', { prompt: '[fail:refuse] [blurred]' });
    expect(blurred.status).toBe(200);
    expect(blurred.headers.get('finish-reason')).toBe('CONTENT_FILTERED');
  });
});
