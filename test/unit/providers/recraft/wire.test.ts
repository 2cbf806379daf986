import { describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { createRecraft } from '../../../../lambda/providers/recraft/provider.ts';
import { failureSaid } from '../../../../lambda/providers/recraft/wire.ts';
import { apiKey, inputImage, memoryCall } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { scripted } from '../openai/scripted-openai.ts';

const photo = pngBytes(2_000);
const image = { ...inputImage('photo', photo), width: 640, height: 360 };
const image_url = `data:image/png;base64,${Buffer.from(photo).toString('base64')}`;
const url = 'https://img.recraft.example/one?signature=secret';

/** What goes out for a request, and what comes of the answer. */
async function ask(changes: Partial<ImageRequest>, answer: object = { data: [{ image_id: 'one', url }] }) {
  const server = await scripted(answer);
  const call = memoryCall({ inputs: new Map([['photo', photo]]) });
  const request = { operation: 'generation', model: 'recraftv3', prompt: 'a kite', n: 1 } as const;
  const provider = createRecraft({ baseUrl: server.baseUrl, send: sendRequest });
  const finished = await provider.start({ ...request, parameters: {}, extra: {}, images: [], ...changes }, call);
  const [received] = server.received;
  const body = JSON.parse(received?.body.toString() ?? '') as Record<string, unknown>;
  return { path: received?.url, headers: received?.headers, body, finished, call };
}

describe('createRecraft', () => {
  it("sends a generation in Recraft's own fields, and gives the address of each image", async () => {
    const parameters = { output_format: 'png', seed: 0, style: 'Illustration', negative_prompt: 'rain' } as const;
    const controls = { colors: [{ rgb: [0, 255, 0] }] };
    const { path, headers, body, finished } = await ask({
      size: { width: 1820, height: 1024 },
      parameters,
      extra: { controls },
    });
    expect(path).toBe('/v1/images/generations');
    expect(headers).toMatchObject({ authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' });
    expect(body).toEqual({
      model: 'recraftv3',
      prompt: 'a kite',
      n: 1,
      size: '1820x1024',
      image_format: 'png',
      random_seed: 0,
      style: 'Illustration',
      negative_prompt: 'rain',
      controls,
      response_format: 'url',
    });
    expect(finished).toMatchObject({ status: 'finished', images: [{ url }], warnings: [] });
  });

  it('says so where strength has nothing to work on', async () => {
    const { body, finished } = await ask({ extra: { strength: 0.2 } });
    expect(body).not.toHaveProperty('strength');
    expect(finished).toMatchObject({ warnings: [{ code: 'param_dropped', param: 'strength' }] });
  });

  it('sends a mask beside its image, and margins as what is to be expanded', async () => {
    const edit = { operation: 'edit', images: [image], extra: { style: 'Illustration', strength: 0.2 } } as const;
    const inpainted = await ask({ ...edit, editType: 'inpainting', mask: image });
    expect(inpainted.path).toBe('/v1/images/inpaint');
    const common = { model: 'recraftv3', prompt: 'a kite', n: 1, response_format: 'url', style: 'Illustration' };
    expect(inpainted.body).toEqual({ ...common, image_url, mask_url: image_url });
    expect(inpainted.finished).toMatchObject({ warnings: [{ code: 'param_dropped', param: 'strength' }] });
    const margins = { left: 1, top: 2, right: 3, bottom: 0 };
    const outpainted = await ask({ ...edit, editType: 'outpainting', margins });
    expect(outpainted.path).toBe('/v1/images/outpaint');
    const expanded = { expand_left: 1, expand_top: 2, expand_right: 3, expand_bottom: 0 };
    expect(outpainted.body).toEqual({ ...common, image_url, ...expanded });
  });

  it('sends an edit with its image as a data URL, and how far it may go', async () => {
    const edit = { operation: 'edit', images: [image] } as const;
    const { path, body } = await ask(edit);
    expect(path).toBe('/v1/images/imageToImage');
    expect(body).toEqual({
      model: 'recraftv3',
      prompt: 'a kite',
      n: 1,
      strength: 0.5,
      response_format: 'url',
      image_url,
    });
    expect((await ask({ ...edit, extra: { strength: 0 } })).body.strength).toBe(0);
    // As forms have them.
    const texts = { strength: '0.4', controls: '{"no_text":true}', style: 'Illustration' };
    expect((await ask({ ...edit, extra: texts })).body).toMatchObject({
      strength: 0.4,
      controls: { no_text: true },
      style: 'Illustration',
    });
  });

  it('asks for a variation in the shape of its image, without words', async () => {
    const parameters = { seed: 7 };
    const extra = { strength: 0.2, controls: { no_text: true }, style: 'Illustration' };
    const variation = { operation: 'variation', images: [image], parameters, extra } as const;
    const { path, body, finished } = await ask(variation);
    expect(path).toBe('/v1/images/variateImage');
    expect(body).toEqual({
      model: 'recraftv3',
      n: 1,
      size: '16:9',
      random_seed: 7,
      response_format: 'url',
      image_url,
    });
    expect(finished).toMatchObject({
      warnings: ['strength', 'controls', 'style'].map((param) => ({ code: 'param_dropped', param })),
    });
    const sized = await ask({ ...variation, size: { width: 1024, height: 1024 } });
    expect(sized.body.size).toBe('1024x1024');
  });

  it('removes a background without model, words or number, and reads the answer of a single image', async () => {
    const removal = { operation: 'edit', editType: 'background_removal', images: [image] } as const;
    const { path, body, finished, call } = await ask(removal, { created: 1, image: { image_id: 'one', url } });
    expect(path).toBe('/v1/images/removeBackground');
    expect(body).toEqual({ response_format: 'url', image_url });
    expect(finished).toMatchObject({ images: [{ url }], warnings: [] });
    expect(JSON.stringify(call.rawResponses)).not.toContain('secret');
  });
});

describe('failureSaid', () => {
  it.each([
    ['request unauthorized\n', { message: 'request unauthorized' }],
    ['{"code":"invalid","message":"size is odd"}', { message: 'size is odd' }],
    [
      '{"code":"not_enough_credits","message":"not enough credits"}',
      { message: 'not enough credits', kind: 'billing' },
    ],
    ['{"code":"prompt_moderated","message":"No."}', { message: 'No.', kind: 'refused' }],
    ['<html>Bad gateway</html>', {}],
    ['', {}],
  ])('reads %s', (body, said) => {
    expect(failureSaid(400, body)).toEqual(said);
  });
});
