import { describe, expect, it } from 'vitest';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { replicateModels } from '../../../../lambda/providers/replicate/models.ts';
import { imageLists, schemaOf } from '../../../../lambda/providers/replicate/schemas.ts';
import { predictionInput, shownAnswer } from '../../../../lambda/providers/replicate/wire.ts';
import { dataUriOf, shownBody } from '../../../../lambda/providers/wire/json-body.ts';

const image = { key: 'a', type: 'png', width: 800, height: 600, hasAlpha: false, bytes: 9, sha256: 'ab' } as const;
const mask = { ...image, key: 'm', sha256: 'cd' };
const inputOf = (changes: Partial<ImageRequest>) =>
  shownBody(
    predictionInput(
      {
        operation: 'generation',
        model: 'black-forest-labs/flux-2-pro',
        prompt: 'a boat',
        n: 1,
        parameters: {},
        extra: {},
        images: [],
        ...changes,
      },
      dataUriOf,
    ),
  );
const uri = 'data:image/png;base64,<9 bytes of image, sha256 ab>';

describe('predictionInput', () => {
  it('asks flux-2-pro in pixels, in its own words', () => {
    expect(
      inputOf({
        size: { width: 512, height: 768 },
        parameters: { seed: 7, output_format: 'jpeg', output_compression: 60 },
        extra: { safety_tolerance: '3', prompt: 'not this one' },
      }),
    ).toEqual({
      prompt: 'a boat',
      aspect_ratio: 'custom',
      width: 512,
      height: 768,
      seed: 7,
      output_format: 'jpg',
      output_quality: 60,
      safety_tolerance: 3,
    });
  });

  it('keeps the size of an image that is edited, where no other is asked for', () => {
    expect(inputOf({ operation: 'edit', images: [image, mask] })).toEqual({
      prompt: 'a boat',
      aspect_ratio: 'match_input_image',
      resolution: 'match_input_image',
      input_images: [uri, 'data:image/png;base64,<9 bytes of image, sha256 cd>'],
    });
    const kontext = { model: 'black-forest-labs/flux-kontext-pro', operation: 'edit', images: [image] } as const;
    expect(inputOf(kontext)).toEqual({ prompt: 'a boat', input_image: uri });
  });

  it('makes variations in the shape of their image, unless another is asked for, and without a prompt', () => {
    const redux = {
      model: 'black-forest-labs/flux-redux-dev',
      operation: 'variation',
      prompt: '',
      images: [image],
      n: 3,
    } as const;
    expect(inputOf(redux)).toEqual({ redux_image: uri, num_outputs: 3, aspect_ratio: '4:3' });
    const asked = { ...redux, parameters: { aspect_ratio: '9:16', resolution: '0.25', num_inference_steps: 20 } };
    expect(inputOf(asked)).toMatchObject({ aspect_ratio: '9:16', megapixels: '0.25', num_inference_steps: 20 });
  });

  it('fills what a mask says, in steps', () => {
    const fill = { model: 'black-forest-labs/flux-fill-pro', operation: 'edit', editType: 'inpainting' } as const;
    expect(inputOf({ ...fill, images: [image], mask, parameters: { num_inference_steps: 30 } })).toEqual({
      prompt: 'a boat',
      image: uri,
      mask: 'data:image/png;base64,<9 bytes of image, sha256 cd>',
      steps: 30,
    });
  });

  it('extends an image by its place on the canvas', () => {
    const expand = { model: 'bria/expand-image', operation: 'edit', editType: 'outpainting', images: [image] } as const;
    expect(inputOf({ ...expand, margins: { left: 10, top: 20, right: 30, bottom: 0 } })).toEqual({
      prompt: 'a boat',
      image: uri,
      aspect_ratio: 'none',
      canvas_size: [840, 620],
      original_image_size: [800, 600],
      original_image_location: [10, 20],
    });
    expect(() => inputOf(expand)).toThrow(expect.objectContaining({ kind: 'invalid', billed: 'no' }));
  });

  it('sends no prompt where planning has left none, and nothing to a model that is gone', () => {
    const removal = { operation: 'edit', editType: 'background_removal', prompt: '', images: [image] } as const;
    expect(inputOf({ ...removal, model: 'bria/remove-background' })).toEqual({ image: uri });
    expect(() => inputOf({ model: 'gone/model' })).toThrow(expect.objectContaining({ kind: 'unsupported' }));
  });
});

describe('replicateModels', () => {
  it.each(replicateModels.models)('has a schema for $model that goes with its row', (row) => {
    const schema = schemaOf(row.model);
    expect(schema?.counts === true).toBe(row.imagesPerRequest > 1);
    expect(schema?.masks === true).toBe(row.mask !== 'none');
    expect(schema?.images !== undefined).toBe(row.inputImages > 0);
    expect(imageLists.some((list) => list === schema?.images)).toBe(row.inputImages > 1);
    expect(schema?.sizedBy === 'pixels').toBe(row.sizes.kind === 'free');
    for (const word of Object.keys(schema?.words ?? {})) {
      expect(row.parameters[word as 'resolution'], word).not.toBe('dropped');
    }
  });
});

describe('shownAnswer', () => {
  it('leaves out the bytes of echoed inputs, and what may be the signature of an address', () => {
    const shown = shownAnswer({
      id: 'p',
      input: { image: 'data:image/png;base64,AAAA', prompt: 'what?', mask: 'https://api.replicate.com/v1/files/f?s=1' },
      output: ['https://replicate.delivery/a.png?x=1'],
      error: null,
    });
    expect(shown).toEqual({
      id: 'p',
      input: { image: 'data:image/png;base64,…', prompt: 'what?', mask: 'https://api.replicate.com/v1/files/f?…' },
      output: ['https://replicate.delivery/a.png?…'],
      error: null,
    });
  });
});
