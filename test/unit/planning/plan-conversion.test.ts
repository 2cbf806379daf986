import { describe, expect, it } from 'vitest';
import type { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import type { ModelSpec } from '../../../lambda/planning/model-spec.ts';
import { planConversion } from '../../../lambda/planning/plan-conversion.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { azureModelsOf } from '../../../lambda/providers/azure/models.ts';
import { openAiModels } from '../../../lambda/providers/openai/models.ts';
import { recraftModels } from '../../../lambda/providers/recraft/models.ts';

const alphaRow = openAiModels.models[0] as ModelSpec;
const whiteRow = recraftModels.models.find(({ model }) => model === 'recraftv3') as ModelSpec;
const image: InputImage = { key: 'a', type: 'png', width: 640, height: 480, hasAlpha: true, bytes: 9, sha256: 'aa' };
const turned: InputImage = { ...image, type: 'jpeg', hasAlpha: false, orientation: 6 };
const conversionFor = (row: ModelSpec, of: InputImage, mask: InputImage | undefined) =>
  planConversion(row, { images: [of], mask, canvas: undefined, hasMargins: false });

describe(planConversion, () => {
  it("leaves a mask as it came where that is the model's own form", () => {
    expect(conversionFor(alphaRow, image, image)).toBeUndefined();
    expect(conversionFor(alphaRow, image, { ...image, type: 'webp' })).toEqual({ maskForm: 'alpha' });
  });

  it.each(['white', 'black'] as const)('has a mask made %s for a model that wants it so', (form) => {
    expect(conversionFor({ ...whiteRow, mask: form }, image, image)).toEqual({ maskForm: form });
  });

  it('leaves all other requests alone, whatever their images', () => {
    expect(conversionFor(alphaRow, turned, undefined)).toBeUndefined();
  });

  it('tells by the mask which view of a turned image the caller has', () => {
    const upright = { ...image, width: 480, height: 640 };
    expect(conversionFor(alphaRow, turned, upright)).toEqual({ view: 'upright' });
    expect(conversionFor(alphaRow, turned, image)).toEqual({ view: 'stored' });
    expect(conversionFor(whiteRow, turned, image)).toEqual({ maskForm: 'white', view: 'stored' });
  });

  it('goes by what is seen of a mask, and has it redrawn where that is otherwise than it is stored', () => {
    const lying = { ...image, width: 640, height: 480, orientation: 6 };
    expect(conversionFor(alphaRow, { ...image, width: 480, height: 640 }, lying)).toEqual({ maskForm: 'alpha' });
    expect(conversionFor(alphaRow, turned, lying)).toEqual({ maskForm: 'alpha', view: 'upright' });
  });

  it.each(['animated', 'cmyk', 'rare_jpeg'] as const)(
    'refuses what is %s where it would have to be redrawn, by name, and leaves it alone elsewhere',
    (notDrawn) => {
      const odd: InputImage = { ...image, notDrawn };
      const refused = (param: string) => expect.objectContaining({ kind: 'unsupported', param });
      const canvas = { width: 800, height: 600, image: { left: 0, top: 0, width: 640, height: 480 } };
      expect(() => planConversion(alphaRow, { images: [odd], mask: undefined, canvas, hasMargins: false })).toThrow(
        refused('image'),
      );
      expect(() => conversionFor(alphaRow, { ...odd, orientation: 6 }, image)).toThrow(refused('image'));
      expect(() => conversionFor(whiteRow, image, odd)).toThrow(refused('mask'));
      expect(conversionFor(whiteRow, odd, image)).toEqual({ maskForm: 'white' });
      expect(conversionFor(alphaRow, odd, undefined)).toBeUndefined();
      expect(planConversion(whiteRow, { images: [odd], mask: undefined, canvas: undefined, hasMargins: true })).toBe(
        undefined,
      );
    },
  );

  describe('of pictures with more than 16,000,000 pixels', () => {
    const large: InputImage = { ...image, width: 5000, height: 4000, bytes: 50_000_000 };
    const canvas = { width: 640, height: 640, image: { left: 0, top: 0, width: 640, height: 480 } };
    const refusal = (work: () => unknown) => {
      try {
        return work();
      } catch (error) {
        const { kind, param, message } = error as ProviderFailure;
        return [kind, param, message];
      }
    };
    const converted = (param: string, advice: string) => [
      'unsupported',
      param,
      `This model needs the image in "${param}" converted, which the gateway can't do: it has 5000x4000 pixels, and the maximum is 16,000,000. ${advice}`,
    ];

    it('refuses a mask, and says what can be sent instead', () => {
      expect(refusal(() => conversionFor(whiteRow, large, large))).toEqual(
        converted('mask', 'Scale the image and its mask down.'),
      );
      expect(refusal(() => conversionFor(alphaRow, large, { ...large, type: 'webp' }))).toEqual(
        converted('mask', 'Scale the image and its mask down, or send a PNG that is stored upright.'),
      );
    });

    it('refuses an image, and says what can be sent instead', () => {
      const extended = () => planConversion(whiteRow, { images: [large], mask: undefined, canvas, hasMargins: false });
      expect(refusal(extended)).toEqual(converted('image', 'Scale it down.'));
      const lying: InputImage = { ...large, type: 'jpeg', orientation: 6 };
      expect(refusal(() => conversionFor(alphaRow, lying, large))).toEqual(
        converted('image', 'Scale it down, or store it upright.'),
      );
    });

    it('refuses a canvas', () => {
      const size = { width: 5000, height: 4000 };
      const extended = () =>
        planConversion(whiteRow, {
          images: [image],
          mask: undefined,
          canvas: { ...canvas, ...size },
          hasMargins: false,
        });
      expect(refusal(extended)).toEqual([
        'unsupported',
        'size',
        "This model needs the image on a canvas of 5000x4000 pixels, which the gateway can't draw: the maximum is 16,000,000. Extend it by less, or scale the image down.",
      ]);
      const assumed: InputImage = { ...image, isAssumed: true };
      const later = { images: [assumed], mask: undefined, canvas: { ...canvas, ...size }, hasMargins: false };
      expect(planConversion(whiteRow, later)).toHaveProperty('canvas');
    });

    it('leaves what is sent as it came alone: an image beside a mask that is made, and a mask in the form of the model', () => {
      expect(conversionFor(alphaRow, large, large)).toBeUndefined();
      expect(conversionFor(alphaRow, { ...large, orientation: 6 }, undefined)).toBeUndefined();
      const native = { images: [large], mask: undefined, canvas: undefined, hasMargins: true };
      expect(planConversion(whiteRow, native)).toBeUndefined();
    });

    it('takes exactly so many', () => {
      const most: InputImage = { ...large, width: 4000 };
      expect(conversionFor(whiteRow, most, most)).toEqual({ maskForm: 'white' });
    });
  });

  it('refuses a side that is too long however few pixels there are, of an image and of a canvas', () => {
    const planned = (of: InputImage, size: { width: number; height: number }) => {
      const canvas = { ...size, image: { left: 0, top: 0, width: 1, height: 1 } };
      return () => planConversion(whiteRow, { images: [of], mask: undefined, canvas, hasMargins: false });
    };
    for (const [longest, over] of [
      [
        { width: 16_384, height: 976 },
        { width: 16_385, height: 1 },
      ],
      [
        { width: 976, height: 16_384 },
        { width: 1, height: 16_385 },
      ],
    ] as const) {
      expect(planned({ ...image, ...longest }, longest)()).toHaveProperty('canvas');
      const message = expect.stringContaining('the maximum is 16,384 a side');
      const refused = (param: string) => expect.objectContaining({ kind: 'unsupported', param, message });
      expect(planned({ ...image, ...over }, { width: 64, height: 64 })).toThrow(refused('image'));
      expect(planned(image, over)).toThrow(refused('size'));
    }
  });
});

describe('createPlanRequest, where something is redrawn', () => {
  const endpoint = { baseUrl: 'https://azure.example', deployments: { mine: 'gpt-image-2' } } as const;
  const onAzure = azureModelsOf(endpoint).models[0] as ModelSpec;
  const edit = { operation: 'edit', prompt: 'x', n: 1, parameters: {} } as const;
  const plan = (row: ModelSpec, extra: object, of: InputImage, mask?: InputImage) =>
    createPlanRequest(() => row)(
      { provider: 'any', model: row.model },
      { ...edit, ...extra, extra: { left: 64 } },
      [of],
      mask,
    );

  it('takes an image of any type, since it becomes a png', () => {
    const webp: InputImage = { ...image, type: 'webp' };
    expect(plan(onAzure, { editType: 'outpainting' }, webp).conversion).toMatchObject({ maskForm: 'alpha' });
    expect(() => plan(onAzure, {}, webp)).toThrow('takes png and jpeg images, not webp');
  });

  it('takes an edit with a mask for an inpainting, whether the caller says so or not', () => {
    expect(plan(whiteRow, {}, image, image)).toMatchObject({
      request: { editType: 'inpainting' },
      conversion: { maskForm: 'white' },
    });
  });
});
