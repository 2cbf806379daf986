import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { failureSaid, stabilityRequest } from '../../../../lambda/providers/stability/wire.ts';
import { inputImage, memoryCall, sha256 } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const photo = pngBytes(20_000);
const image = inputImage('photo', photo);
const { openImage } = memoryCall({ inputs: new Map([['photo', photo]]) });

const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  operation: 'generation',
  model: 'stable-image-ultra',
  prompt: 'a kite',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
  ...changes,
});

/** The form as its reader gets it. */
async function sent(asked: ImageRequest) {
  const { path, body, warnings } = stabilityRequest(asked, openImage);
  const bytes = await buffer(body.chunks());
  expect(bytes).toHaveLength(body.length);
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': body.contentType } }).formData();
  const fields = Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'));
  const bytesOf = async (name: string) => {
    const file = form.get(name);
    return file instanceof File ? Buffer.from(await file.arrayBuffer()) : undefined;
  };
  return { path, fields, file: await bytesOf('image'), mask: await bytesOf('mask'), warnings };
}

describe('stabilityRequest', () => {
  it.each([
    ['stable-image-ultra', '/v2beta/stable-image/generate/ultra'],
    ['stable-image-core', '/v2beta/stable-image/generate/core'],
  ])('asks %s by its own service, in a form', async (model, path) => {
    expect(await sent(request({ model }))).toEqual({
      path,
      fields: { prompt: 'a kite' },
      file: undefined,
      mask: undefined,
      warnings: [],
    });
  });

  it('names the model and the mode where models share a service', async () => {
    const { path, fields } = await sent(request({ model: 'sd3.5-medium' }));
    expect(path).toBe('/v2beta/stable-image/generate/sd3');
    expect(fields).toEqual({ prompt: 'a kite', model: 'sd3.5-medium', mode: 'text-to-image' });
  });

  it("sends parameters under Stability's names", async () => {
    const parameters = {
      aspect_ratio: '16:9',
      style: 'anime',
      seed: 7,
      negative_prompt: 'rain',
      output_format: 'webp',
    } as const;
    const { style, ...rest } = parameters;
    expect((await sent(request({ parameters }))).fields).toEqual({
      ...rest,
      prompt: 'a kite',
      seed: '7',
      style_preset: style,
    });
  });

  it('sends an edit with its image, and how far it may go', async () => {
    const edit = request({ operation: 'edit', model: 'sd3.5-large', images: [image], extra: { cfg_scale: 5 } });
    const { fields, file } = await sent(edit);
    expect(fields).toEqual({
      prompt: 'a kite',
      model: 'sd3.5-large',
      mode: 'image-to-image',
      strength: '0.7',
      cfg_scale: '5',
    });
    expect(sha256(file ?? Buffer.alloc(0))).toBe(image.sha256);
    expect((await sent({ ...edit, extra: { strength: 0.2 } })).fields.strength).toBe('0.2');
  });

  it('says so where strength has nothing to work on', async () => {
    const { fields, warnings } = await sent(request({ extra: { strength: 0.2 } }));
    expect(fields).toEqual({ prompt: 'a kite' });
    expect(warnings).toMatchObject([{ code: 'param_dropped', param: 'strength' }]);
  });

  it("removes a background without words, since that service doesn't take any", async () => {
    const parameters = { output_format: 'webp' } as const;
    const asked = request({
      operation: 'edit',
      editType: 'background_removal',
      model: 'remove-background',
      parameters,
    });
    expect(await sent({ ...asked, images: [image] })).toMatchObject({
      path: '/v2beta/stable-image/edit/remove-background',
      fields: { output_format: 'webp' },
      file: Buffer.from(photo),
    });
  });

  it('repaints by a service of its own, with the mask as a file', async () => {
    const asked = request({
      operation: 'edit',
      editType: 'inpainting',
      model: 'inpaint',
      parameters: { seed: 7, negative_prompt: 'rain', output_format: 'png' },
      extra: { grow_mask: '3' },
      images: [image],
      mask: inputImage('photo', photo),
    });
    const { path, fields, file, mask } = await sent(asked);
    expect(path).toBe('/v2beta/stable-image/edit/inpaint');
    expect(fields).toEqual({
      prompt: 'a kite',
      seed: '7',
      negative_prompt: 'rain',
      output_format: 'png',
      grow_mask: '3',
    });
    expect([file, mask]).toEqual([Buffer.from(photo), Buffer.from(photo)]);
  });

  it('extends an image by its margins, with words or without', async () => {
    const asked = request({
      operation: 'edit',
      editType: 'outpainting',
      model: 'outpaint',
      images: [image],
      margins: { left: 1, top: 2, right: 0, bottom: 2000 },
      extra: { creativity: 0.4, style_preset: 'anime' },
    });
    const sides = { left: '1', up: '2', right: '0', down: '2000' };
    expect(await sent(asked)).toMatchObject({
      path: '/v2beta/stable-image/edit/outpaint',
      fields: { prompt: 'a kite', ...sides, creativity: '0.4', style_preset: 'anime' },
      mask: undefined,
    });
    expect((await sent({ ...asked, prompt: '', extra: {} })).fields).toEqual(sides);
  });

  it('shows the image by length and digest', () => {
    const { raw } = stabilityRequest(request({ operation: 'edit', images: [image] }), openImage);
    expect(raw).toMatchObject({ files: [{ name: 'image', bytes: 20_000, sha256: image.sha256 }] });
  });
});

describe('failureSaid', () => {
  const bodyOf = (name: string, ...errors: string[]) => JSON.stringify({ id: 'a1', name, errors });

  it('tells moderation from a key without rights, which come with one status', () => {
    const refused = { message: 'No.', kind: 'refused', billed: 'no' };
    expect(failureSaid(403, bodyOf('content_moderation', 'No.'))).toEqual(refused);
    expect(failureSaid(403, bodyOf('permission_denied', 'No.'))).toEqual({ message: 'No.' });
  });

  it('waits the minute for which who goes too fast is shut out', () => {
    expect(failureSaid(429, bodyOf('rate_limit_exceeded', 'Slow down.')).retryAfterSeconds).toBe(60);
  });

  it('repeats all that is wrong, and leaves other bodies to the status', () => {
    expect(failureSaid(400, bodyOf('bad_request', 'prompt: too long', 'seed: odd')).message).toBe(
      'prompt: too long seed: odd',
    );
    expect(failureSaid(502, '<html>')).toEqual({});
  });
});
