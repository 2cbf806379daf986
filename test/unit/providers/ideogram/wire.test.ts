import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { EditType, ImageRequest, Operation } from '../../../../lambda/domain/generation.ts';
import { supportOf } from '../../../../lambda/planning/emulations.ts';
import { ideogramModels } from '../../../../lambda/providers/ideogram/models.ts';
import { serviceOf } from '../../../../lambda/providers/ideogram/services.ts';
import {
  failureSaid,
  ideogramRequest,
  isUnsafe,
  withRevisedPrompts,
} from '../../../../lambda/providers/ideogram/wire.ts';

const image = { key: 'a', type: 'png', width: 900, height: 600, hasAlpha: false, bytes: 3, sha256: 'ab' } as const;
const mask = { ...image, key: 'm', sha256: 'cd' };
const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  operation: 'generation',
  model: 'ideogram-v3',
  prompt: 'a boat',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
  ...changes,
});
const open = async () =>
  (async function* () {
    yield Buffer.from('img');
  })();
const worded = (changes: Partial<ImageRequest>) => {
  const { path, raw, warnings } = ideogramRequest(request(changes), open);
  return { path, raw, warnings: warnings.map(({ code, param }) => `${code} ${param}`) };
};
const fileOf = (name: string, stem: string, sha256: string) => ({ name, filename: `${stem}.png`, bytes: 3, sha256 });

describe('ideogramRequest', () => {
  it('asks v3 for images in the words of its form', async () => {
    const asked = request({
      n: 3,
      size: { width: 1248, height: 832 },
      parameters: { seed: 7, negative_prompt: 'fog', style: 'REALISTIC', quality: 'QUALITY' as 'high' },
      extra: { magic_prompt: 'OFF', prompt: 'not this one' },
    });
    const { path, body, raw, warnings } = ideogramRequest(asked, open);
    expect(path).toBe('/v1/ideogram-v3/generate');
    expect(raw).toEqual({
      prompt: 'a boat',
      num_images: 3,
      resolution: '1248x832',
      seed: 7,
      negative_prompt: 'fog',
      style_type: 'REALISTIC',
      rendering_speed: 'QUALITY',
      magic_prompt: 'OFF',
      files: [],
    });
    expect(warnings).toEqual([]);
    expect((await buffer(body.chunks())).toString()).toContain('name="num_images"\r\n\r\n3\r\n');
  });

  it('asks v4 for one image, by a prompt of another name', () => {
    const v4 = { model: 'ideogram-v4', size: { width: 2048, height: 2048 }, extra: { image_weight: '60' } };
    expect(worded(v4)).toEqual({
      path: '/v1/ideogram-v4/generate',
      raw: { text_prompt: 'a boat', resolution: '2048x2048', files: [] },
      warnings: ['param_dropped image_weight'],
    });
  });

  it('makes a transparent picture by a route of its own, which is asked for a shape', () => {
    const transparent = { parameters: { background: 'transparent', style: 'DESIGN' } } as const;
    expect(worded({ ...transparent, size: { width: 1536, height: 640 } })).toEqual({
      path: '/v1/ideogram-v3/generate-transparent',
      raw: { prompt: 'a boat', num_images: 1, aspect_ratio: '2x1', files: [] },
      warnings: ['param_dropped style', 'size_adjusted size'],
    });
    expect(worded({ parameters: { background: 'opaque' } })).toMatchObject({
      path: '/v1/ideogram-v3/generate',
      warnings: [],
    });
    const edit = { model: 'edit', operation: 'edit', images: [image, image], ...transparent } as const;
    expect(worded(edit)).toMatchObject({
      path: '/v1/edit',
      raw: {
        prompt: 'a boat',
        transparent_background: true,
        aspect_ratio: '3x2',
        files: [fileOf('images', 'image-1', 'ab'), fileOf('images', 'image-2', 'ab')],
      },
    });
  });

  it('makes variations in the shape of their image, told what they need to be told', () => {
    const variation = { operation: 'variation', prompt: '', images: [image], extra: { image_weight: '60' } } as const;
    const prompt = 'A new variation of this image.';
    expect(worded(variation)).toEqual({
      path: '/v1/ideogram-v3/remix',
      raw: {
        prompt,
        num_images: 1,
        aspect_ratio: '3x2',
        image_weight: '60',
        files: [fileOf('image', 'image-1', 'ab')],
      },
      warnings: [],
    });
    expect(worded({ ...variation, model: 'ideogram-v4' })).toMatchObject({
      path: '/v1/ideogram-v4/remix',
      raw: { text_prompt: prompt, resolution: '2496x1664' },
    });
  });

  it('inpaints by image and mask, and says what that service does not take', () => {
    const edit = { operation: 'edit', editType: 'inpainting', images: [image], mask } as const;
    expect(worded({ ...edit, parameters: { negative_prompt: 'fog', seed: 7, background: 'transparent' } })).toEqual({
      path: '/v1/ideogram-v3/inpaint',
      raw: {
        prompt: 'a boat',
        num_images: 1,
        seed: 7,
        files: [fileOf('image', 'image-1', 'ab'), fileOf('mask', 'mask', 'cd')],
      },
      warnings: ['param_dropped negative_prompt', 'param_dropped background'],
    });
  });

  it('removes a background with the image alone, and refuses what has no service', () => {
    const removal = { model: 'remove-background', operation: 'edit', editType: 'background_removal' } as const;
    expect(worded({ ...removal, images: [image] })).toEqual({
      path: '/v1/remove-background',
      raw: { files: [fileOf('image', 'image-1', 'ab')] },
      warnings: [],
    });
    expect(() => worded({ operation: 'edit' })).toThrow(expect.objectContaining({ kind: 'unsupported' }));
  });
});

describe('ideogramModels', () => {
  it('has a service for everything that a row serves by itself, and no other', () => {
    const works: readonly (readonly [Operation, EditType?])[] = [
      ['generation'],
      ['edit'],
      ['variation'],
      ['edit', 'inpainting'],
      ['edit', 'background_removal'],
    ];
    for (const row of ideogramModels.models) {
      for (const [operation, editType] of works) {
        const asked = request({ model: row.model, operation, ...(editType === undefined ? {} : { editType }) });
        const isNative = supportOf(row, operation, editType) === 'native';
        expect(serviceOf(asked) !== undefined, `${row.model} ${editType ?? operation}`).toBe(isNative);
      }
    }
  });
});

describe('isUnsafe', () => {
  it('knows an image that was withheld', () => {
    expect(
      [{ url: null, is_image_safe: false }, { url: 'u', is_image_safe: true }, { url: 'u' }].map(isUnsafe),
    ).toEqual([true, false, false]);
  });
});

describe('withRevisedPrompts', () => {
  it('says what the prompt became, where it is another', () => {
    const data = [
      { url: 'u', prompt: 'A boat, at dawn' },
      { url: 'v', prompt: 'a boat' },
    ];
    expect(withRevisedPrompts({ created: 'now', data }, request())).toEqual({
      created: 'now',
      data: [{ ...data[0], revised_prompt: 'A boat, at dawn' }, data[1]],
    });
    expect(withRevisedPrompts(undefined, request())).toBeUndefined();
  });
});

describe('failureSaid', () => {
  it('takes a failed safety check for a refusal, and no other 422', () => {
    expect(failureSaid(422, '{"error":"Prompt failed the safety check."}')).toEqual({
      kind: 'refused',
      message: 'Prompt failed the safety check.',
    });
    expect(failureSaid(422, '{"message":"odd"}')).toEqual({ message: 'odd' });
    expect(failureSaid(400, '{"error":"bad resolution"}')).toEqual({ message: 'bad resolution' });
    expect(failureSaid(502, '<html>')).toEqual({});
  });
});
