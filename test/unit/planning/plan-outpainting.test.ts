import { describe, expect, it } from 'vitest';
import type { JsonObject, Submission } from '../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import type { ModelSpec, ProviderModels } from '../../../lambda/planning/model-spec.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { bflModels } from '../../../lambda/providers/bfl/models.ts';
import { falModels } from '../../../lambda/providers/fal/models.ts';
import { openAiModels } from '../../../lambda/providers/openai/models.ts';
import { recraftModels } from '../../../lambda/providers/recraft/models.ts';
import { failureOf } from '../../support/failure-of.ts';

const specOf = ({ models }: ProviderModels, model: string): ModelSpec => {
  const row = models.find((each) => each.model === model);
  if (!row) throw new Error(`There is no ${model}.`);
  return row;
};
const gptImage2 = specOf(openAiModels, 'gpt-image-2');
const expand = specOf(bflModels, 'flux-pro-1.0-expand');

const image: InputImage = { key: 'a', type: 'png', width: 1024, height: 768, hasAlpha: false, bytes: 9, sha256: 'aa' };
const submission = (extra: JsonObject, changes: Partial<Submission> = {}): Submission => ({
  operation: 'edit',
  editType: 'outpainting',
  prompt: 'more sea',
  n: 1,
  parameters: {},
  extra,
  ...changes,
});
const plan = (row: ModelSpec, asked: Submission, of = image, mask?: InputImage) =>
  createPlanRequest(() => row)({ provider: 'any', model: row.model }, asked, [of], mask);

describe('createPlanRequest, for an outpainting', () => {
  it('gives margins to a model that has it, and leaves the image alone', () => {
    const { request, warnings, conversion } = plan(expand, submission({ left: 100, down: 20, guidance: 30 }));
    expect(request).toMatchObject({
      editType: 'outpainting',
      margins: { left: 100, top: 0, right: 0, bottom: 20 },
      images: [image],
      extra: { guidance: 30 },
    });
    expect(request.extra).toEqual({ guidance: 30 });
    expect(request.size).toBeUndefined();
    expect(warnings).toEqual([]);
    expect(conversion).toBeUndefined();
  });

  it('makes an edit by mask of it for a model that has not, on a canvas as large as the result', () => {
    const { request, warnings, conversion } = plan(gptImage2, submission({ right: 256 }));
    expect(request).toMatchObject({ operation: 'edit', editType: 'inpainting', prompt: 'more sea', extra: {} });
    expect(request.size).toEqual({ width: 1280, height: 768 });
    expect(request.margins).toBeUndefined();
    expect(conversion).toEqual({
      maskForm: 'alpha',
      canvas: { width: 1280, height: 768, image: { left: 0, top: 0, width: 1024, height: 768 } },
    });
    expect(warnings.map(({ code }) => code)).toEqual(['emulated']);
  });

  it('says where the picture becomes another size than asked for, and the image with it', () => {
    const { warnings } = plan(gptImage2, submission({ right: 250 }));
    expect(warnings).toContainEqual({
      code: 'size_adjusted',
      param: 'size',
      message: "gpt-image-2 doesn't make 1274x768; the picture is 1280x768 instead.",
    });
    const scaled = plan(gptImage2, submission({ right: 100 }), { ...image, width: 400, height: 300 });
    expect(scaled.warnings.at(-1)?.message).toContain('in it, not 400x300');
  });

  it('takes the size for that of the whole, and leaves no word of it to be dropped', () => {
    const asked = submission({}, { parameters: { size: '1536x1024', aspect_ratio: '1:1', quality: 'low' } });
    const { request, warnings } = plan(gptImage2, asked);
    expect(request.size).toEqual({ width: 1536, height: 1024 });
    expect(request.parameters).toEqual({ quality: 'low' });
    expect(warnings.map(({ code, param }) => [code, param])).toEqual([
      ['emulated', undefined],
      ['param_dropped', 'aspect_ratio'],
    ]);
  });

  it.each([
    ['a side wider than the model can', expand, { left: 2049 }, 'left'],
    ['a lower side wider than the model can', expand, { down: 2049 }, 'down'],
    ['edges longer than the model makes', specOf(recraftModels, 'recraftv3'), { left: 3073 }, 'size'],
    ['more pixels than the model makes', specOf(falModels, 'fal-ai/bria/expand'), { left: 16_000, up: 1000 }, 'size'],
  ] as const)('refuses %s as unsupported', (_name, row, extra, param) => {
    expect(failureOf(() => plan(row, submission(extra)))).toMatchObject({ kind: 'unsupported', param });
  });

  it('refuses an extent that is none, for every model', () => {
    for (const row of [expand, gptImage2]) {
      expect(failureOf(() => plan(row, submission({})))).toMatchObject({ kind: 'invalid', param: 'size' });
    }
  });

  it('takes an image with a mask for one that the caller has extended', () => {
    const mask = { ...image, key: 'm', hasAlpha: true };
    const { request, warnings, conversion } = plan(gptImage2, submission({}), image, mask);
    expect(request).toMatchObject({ editType: 'inpainting', images: [image], mask });
    expect(conversion).toBeUndefined();
    expect(warnings.map(({ code }) => code)).toEqual(['emulated']);
    expect(failureOf(() => plan(gptImage2, submission({ up: 5 }), image, mask))).toMatchObject({
      kind: 'invalid',
      param: 'up',
    });
    expect(failureOf(() => plan(specOf(recraftModels, 'recraftv3'), submission({}), image, mask))).toMatchObject({
      kind: 'unsupported',
      param: 'mask',
    });
  });

  it('goes by what viewers show of an image that lies on its side', () => {
    const turned: InputImage = { ...image, type: 'jpeg', orientation: 6 };
    expect(plan(gptImage2, submission({ left: 256 }), turned)).toMatchObject({
      request: { size: { width: 1024, height: 1024 } },
      conversion: { view: 'upright', canvas: { image: { left: 256, top: 0, width: 768, height: 1024 } } },
    });
    expect(plan(expand, submission({ left: 256 }), turned).conversion).toEqual({ view: 'upright' });
  });
});

describe('createPlanRequest, for an outpainting of an image that is yet to be fetched', () => {
  const assumed: InputImage = { ...image, type: 'jpeg', width: 1024, height: 1024, bytes: 0, isAssumed: true };

  it.each([
    ['a size below what is assumed', submission({}, { parameters: { size: '512x512' } })],
    ['the size that is assumed', submission({}, { parameters: { size: '1024x1024' } })],
    ['the shape that is assumed', submission({}, { parameters: { aspect_ratio: '1:1' } })],
    ['another shape', submission({}, { parameters: { aspect_ratio: '16:9' } })],
    ['wide margins', submission({ left: 2000, up: 2000 })],
  ])('refuses no caller by what is assumed: %s', (_, asked) => {
    for (const row of [gptImage2, expand]) {
      const planned = plan(row, asked, assumed);
      expect(planned.request.margins ?? planned.conversion?.canvas).toBeDefined();
    }
  });

  it('refuses what no image could have', () => {
    for (const asked of [submission({}), submission({ left: 0 }), submission({ left: 20_000 })]) {
      expect(failureOf(() => plan(gptImage2, asked, assumed))).toMatchObject({ kind: 'invalid' });
    }
  });
});
