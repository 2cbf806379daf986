import Together from 'together-ai';
import { describe, expect, it } from 'vitest';
import { fetched, key, photo, pictureOf, playVendors } from './play-vendors.ts';

const simulator = playVendors('together');
const client = () => new Together({ apiKey: key, baseURL: simulator().baseUrl('together'), maxRetries: 0 });

const model = 'black-forest-labs/FLUX.2-pro';
const prompt = '[plain] a kite';

describe('together', () => {
  it('makes images in base64 and as addresses, in as many steps as are asked for', async () => {
    const asked = { model, prompt, width: 512, height: 256, steps: 20, n: 2, seed: 7 };
    const inline = await client().images.generate({ ...asked, response_format: 'base64' });
    expect(inline.data.map((each) => each.type)).toEqual(['b64_json', 'b64_json']);
    const [first] = inline.data;
    expect(await pictureOf(first && 'b64_json' in first ? first.b64_json : '')).toBe('jpeg 512x256');
    const linked = await client().images.generate({ ...asked, response_format: 'url', output_format: 'png' });
    const [second] = linked.data;
    expect(await pictureOf(await fetched(second && 'url' in second ? second.url : ''))).toBe('png 512x256');
  });

  it('takes references that stand in the request', async () => {
    const reference = `data:image/png;base64,${(await photo()).toString('base64')}`;
    const made = await client().images.generate({
      model,
      prompt,
      reference_images: [reference],
      response_format: 'url',
    });
    expect(made.data).toHaveLength(1);
    const elsewhere = { model, prompt, reference_images: ['https://elsewhere.example/photo.png'] };
    await expect(client().images.generate(elsewhere)).rejects.toThrow(Together.BadRequestError);
  });

  it('fails as the client reads it', async () => {
    const gone = client().images.generate({ model: 'black-forest-labs/FLUX.1-gone', prompt });
    await expect(gone).rejects.toThrow(Together.NotFoundError);
    await expect(client().images.generate({ model, prompt, steps: 51 })).rejects.toThrow(Together.BadRequestError);
    await expect(client().models.list()).rejects.toThrow(Together.NotFoundError);
  });
});
