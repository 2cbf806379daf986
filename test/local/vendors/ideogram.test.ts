import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { filePart, key, photograph } from './ask-vendor.ts';

let simulator: VendorSimulator;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors: [{ name: 'ideogram', wire: 'ideogram' }] });
});
afterAll(() => simulator.stop());

type Parts = Readonly<Record<string, string | File>>;

function ask(service: string, parts: Parts, credential = key): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.append(name, value);
  return fetch(`${simulator.baseUrl('ideogram')}/v1/${service}`, {
    method: 'POST',
    body: form,
    headers: { 'api-key': credential },
    signal: AbortSignal.timeout(60_000),
  });
}

const grey = async (shade: string) =>
  filePart(
    await sharp({ create: { width: 300, height: 260, channels: 3, background: shade } })
      .toColourspace('b-w')
      .png()
      .toBuffer(),
  );

describe('ideogram', () => {
  it('answers with addresses of pngs in the resolution that is asked for', async () => {
    const answer = await ask('ideogram-v3/generate', { prompt: 'a kite', resolution: '1312x736', num_images: '2' });
    const { data } = (await answer.json()) as { data: { url: string; resolution: string; is_image_safe: boolean }[] };
    expect(data).toMatchObject([{ resolution: '1312x736', is_image_safe: true }, {}]);
    const image = await (await fetch(data[1]?.url ?? '')).arrayBuffer();
    expect(await sharp(image).metadata()).toMatchObject({ format: 'png', width: 1312, height: 736 });
  });

  it.each<[string, string, Parts, string]>([
    ['no prompt', 'ideogram-v3/generate', { seed: '1' }, 'prompt'],
    ['the prompt of another version', 'ideogram-v4/generate', { prompt: 'x' }, 'prompt'],
    ['the speed that v4 lacks', 'ideogram-v4/generate', { text_prompt: 'x', rendering_speed: 'FLASH' }, 'rendering_'],
    ['a resolution that v3 lacks', 'ideogram-v3/generate', { prompt: 'x', resolution: '2048x2048' }, 'resolution'],
    ['two words for size', 'ideogram-v3/generate', { prompt: 'x', resolution: '1024x1024', aspect_ratio: '1x1' }, 'ex'],
    ['too many images', 'ideogram-v3/generate', { prompt: 'x', num_images: '9' }, 'num_images'],
    ['an edit without an image', 'edit', { prompt: 'x' }, 'images'],
    ['a strange field', 'remove-background', { prompt: 'x' }, 'prompt'],
  ])('refuses %s', async (_what, service, parts, named) => {
    const answer = await ask(service, parts);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain(named);
  });

  it('refuses a mask that is neither black nor white', async () => {
    const image = filePart(Buffer.from(await photograph(300, 260)));
    const parts = { prompt: 'a hat', image };
    expect((await ask('ideogram-v3/inpaint', { ...parts, mask: await grey('#808080') })).status).toBe(400);
    expect((await ask('ideogram-v3/inpaint', { ...parts, mask: await grey('#000000') })).status).toBe(200);
  });

  it('refuses what is no image', async () => {
    expect((await ask('remove-background', { image: filePart(Buffer.from('none')) })).status).toBe(400);
    expect((await ask('remove-background', { image: filePart(Buffer.alloc(0)) })).status).toBe(400);
  });

  it('refuses a wrong key', async () => {
    expect((await ask('ideogram-v3/generate', { prompt: 'a kite' }, 'sk-invalid')).status).toBe(401);
  });
});
