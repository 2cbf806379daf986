import { describe, expect, it } from 'vitest';
import type { ImageParameters, Submission } from '../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import type { ParameterName, ParameterPolicy } from '../../../lambda/domain/model.ts';
import type { ModelPrice } from '../../../lambda/domain/money/model-price.ts';
import type { ModelSpec } from '../../../lambda/planning/model-spec.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { openAiModels } from '../../../lambda/providers/openai/models.ts';
import { failureOf } from '../../support/failure-of.ts';
import fc from '../../support/seeded-fast-check.ts';

const gptImage2 = openAiModels.models[0] as ModelSpec;
const candidate = { provider: 'openai', model: 'gpt-image-2-2026-04-21' };
const submission = (changes: Partial<Submission> = {}): Submission => ({
  operation: 'generation',
  prompt: 'a red kite',
  n: 1,
  parameters: {},
  extra: {},
  ...changes,
});
const image = (key: string): InputImage => ({
  key,
  type: 'png',
  width: 64,
  height: 64,
  hasAlpha: true,
  bytes: 100,
  sha256: 'aa',
});

const planWith = (row: ModelSpec, asked: Submission, images: readonly InputImage[] = [], mask?: InputImage) =>
  createPlanRequest(() => row)(candidate, asked, images, mask);
const plan = (parameters: ImageParameters, row: ModelSpec = gptImage2) => planWith(row, submission({ parameters }));

/** One usable value of each parameter, none of them `auto`. */
const usable: Required<ImageParameters> = {
  size: '1000x1000',
  background: 'opaque',
  input_fidelity: 'low',
  partial_images: 0,
  quality: 'hd',
  style: 'vivid',
  moderation: 'low',
  aspect_ratio: '16:9',
  resolution: '2K',
  output_format: 'webp',
  output_compression: 0,
  num_inference_steps: 20,
  seed: 0,
  negative_prompt: 'no people',
  user: 'u-1',
};
const names = Object.keys(usable) as ParameterName[];
const policies = ['sent', 'mapped', 'dropped', 'refused'] as const satisfies readonly ParameterPolicy[];

describe('createPlanRequest', () => {
  it('asks for as many images as one request makes; the rest are for the next one', () => {
    const three = { ...gptImage2, imagesPerRequest: 3 };
    expect(planWith(three, submission({ n: 2 })).request.n).toBe(2);
    expect(planWith(three, submission({ n: 10 })).request.n).toBe(3);
  });

  it('plans a plain submission as it is, for the very model that was asked for', () => {
    const { price: _, ...unpriced } = gptImage2;
    expect(planWith(unpriced, submission({ n: 3 }))).toEqual({
      request: {
        operation: 'generation',
        model: 'gpt-image-2-2026-04-21',
        prompt: 'a red kite',
        n: 3,
        parameters: {},
        extra: {},
        images: [],
      },
      deployment: 'gpt-image-2-2026-04-21',
      warnings: [],
    });
  });

  it('sends addresses of stored images where the stage and the model do, and does not count their bytes', () => {
    const row: ModelSpec = {
      ...gptImage2,
      takesAddresses: true,
      inputLimits: { request: { maxBytes: 10_000, sends: 'base64' } },
    };
    const edit = submission({ operation: 'edit' });
    const large = { ...image('inputs/1'), bytes: 20_000 };
    const planAs = (setting: 'never' | 'where_taken', spec: ModelSpec, each = large, mask?: InputImage) =>
      createPlanRequest(() => spec, setting)(candidate, edit, [each], mask);
    expect(planAs('where_taken', row)).toMatchObject({ sendsAddresses: true });
    expect(failureOf(() => planAs('never', row)).message).toContain('requests of at most 10,000 bytes');
    expect(
      failureOf(() => planAs('where_taken', { ...row, takesAddresses: undefined } as unknown as ModelSpec)).kind,
    ).toBe('unsupported');
    // Redrawn upright, the image is no longer the one in the bucket.
    const turned = { ...large, orientation: 6 };
    expect(failureOf(() => planAs('where_taken', row, turned, image('inputs/mask'))).kind).toBe('unsupported');
    expect(createPlanRequest(() => row, 'where_taken')(candidate, submission(), [], undefined)).not.toHaveProperty(
      'sendsAddresses',
    );
  });

  it('quotes the request that it has planned: not the images of the next one, and by the sizes of its operation', () => {
    const price: ModelPrice = {
      ...{ readOn: '2026-11-28', source: 'a price list', refusal: 'free' },
      ...{ kind: 'megapixel', pixels: 1_000_000, firstUsd: 0.02, furtherUsd: 0.01 },
    };
    const row: ModelSpec = { ...gptImage2, price, imagesPerRequest: 3, editSizes: { kind: 'input' } };
    const made = submission({ n: 10, parameters: { size: '1600x1600' } });
    expect(planWith(row, made).quote).toEqual({ worst: 120_000, likely: 120_000, each: 40_000 });
    const kept = planWith(row, submission({ operation: 'edit', n: 2 }), [image('inputs/1')]);
    expect(kept.quote).toEqual({ worst: 40_000, likely: 40_000, each: 20_000 });
  });

  it('sends, maps, refuses or warns of every parameter under every policy', () => {
    const wished = fc.subarray(names, { minLength: 1 });
    const chosen = fc.tuple(...names.map(() => fc.constantFrom(...policies)));
    fc.assert(
      fc.property(wished, chosen, fc.boolean(), (given, policyOf, withConditions) => {
        const parameters = Object.fromEntries(given.map((name) => [name, usable[name]]));
        const row: ModelSpec = {
          ...gptImage2,
          parameters: Object.fromEntries(names.map((name, at) => [name, policyOf[at]])) as ModelSpec['parameters'],
          conditions: withConditions ? (gptImage2.conditions ?? []) : [],
        };
        const refused = given.filter((name) => row.parameters[name] === 'refused');
        if (refused.length > 0) {
          const failure = failureOf(() => plan(parameters, row));
          expect(failure.kind).toBe('unsupported');
          expect(refused).toContain(failure.param);
          return;
        }
        const { request, warnings } = plan(parameters, row);
        for (const name of given) {
          const isWarned = warnings.some((warning) => warning.param === name);
          const isSent = name === 'size' ? request.size !== undefined : request.parameters[name] !== undefined;
          expect(isSent || isWarned, name).toBe(true);
          if (row.parameters[name] === 'dropped') {
            expect(isWarned, name).toBe(true);
            // Pixels may still come from a ratio or a resolution.
            if (name !== 'size') expect(isSent, name).toBe(false);
          }
          const isAsWished = name === 'size' ? false : request.parameters[name] === usable[name];
          expect(isAsWished || isWarned, name).toBe(true);
        }
        expect(Object.keys(request.parameters).filter((name) => !given.includes(name as ParameterName))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('says that partial images are shown by streams alone, where the model shows them, and else that it has none', () => {
    for (const partial_images of [0, 2]) {
      const { request, warnings } = plan({ partial_images });
      expect(request.parameters).toEqual({});
      expect(warnings).toMatchObject([
        {
          code: 'param_dropped',
          param: 'partial_images',
          message: expect.stringMatching(/^Only synchronous streams show partial images/),
        },
      ]);
    }
    const without: ModelSpec = { ...gptImage2, parameters: { ...gptImage2.parameters, partial_images: 'dropped' } };
    expect(plan({ partial_images: 2 }, without).warnings).toMatchObject([
      { code: 'param_dropped', message: 'gpt-image-2 does not take `partial_images`; it was left out.' },
    ]);
  });

  it('sends zeros and falsehoods like any other value', () => {
    const row: ModelSpec = { ...gptImage2, parameters: { ...gptImage2.parameters, seed: 'sent' } };
    expect(plan({ seed: 0 }, row).request.parameters).toEqual({ seed: 0 });
  });

  it.each([
    ['standard', 'medium'],
    ['hd', 'high'],
    ['xhigh', 'high'],
    ['max', 'high'],
  ] as const)('maps quality %s to %s, and says so', (quality, mapped) => {
    const { request, warnings } = plan({ quality });
    expect(request.parameters.quality).toBe(mapped);
    expect(warnings).toMatchObject([{ code: 'quality_mapped', param: 'quality' }]);
  });

  it('keeps a quality that the model has', () => {
    expect(plan({ quality: 'low' })).toMatchObject({ request: { parameters: { quality: 'low' } }, warnings: [] });
    for (const row of openAiModels.models.slice(1)) {
      for (const quality of ['xhigh', 'max']) {
        expect(plan({ quality }, row)).toMatchObject({ request: { parameters: { quality } }, warnings: [] });
      }
    }
  });

  it('refuses a quality that nobody knows, whether or not the model has any', () => {
    const without: ModelSpec = { ...gptImage2, parameters: { ...gptImage2.parameters, quality: 'dropped' } };
    for (const row of [gptImage2, without]) {
      const failure = failureOf(() => plan({ quality: 'best' }, row));
      expect(failure).toMatchObject({ kind: 'invalid', param: 'quality' });
      expect(failure.message).toContain('`xhigh`, `max`');
    }
  });

  it.each([[{}], [{ output_format: 'png' }]] as const)('drops a compression beside %j, and says so', (others) => {
    const { request, warnings } = plan({ ...others, output_compression: 50 });
    expect(request.parameters).toEqual(others);
    expect(warnings).toMatchObject([{ code: 'param_dropped', param: 'output_compression' }]);
  });

  it('keeps a compression for a format that can be compressed', () => {
    const parameters = { output_format: 'jpeg', output_compression: 50 } as const;
    expect(plan(parameters)).toMatchObject({ request: { parameters }, warnings: [] });
  });

  it('drops a value that the model lacks, and says so', () => {
    const { request, warnings } = plan({ background: 'transparent', moderation: 'none' });
    expect(request.parameters).toEqual({});
    expect(warnings.map(({ code, param }) => [code, param])).toEqual([
      ['param_dropped', 'background'],
      ['param_dropped', 'moderation'],
    ]);
  });

  it('passes on the extra fields that the model takes, and warns of the others', () => {
    const asked = submission({ extra: { watermark: false, shininess: 7 } });
    const { request, warnings } = planWith({ ...gptImage2, extras: ['watermark'] }, asked);
    expect(request.extra).toEqual({ watermark: false });
    expect(warnings).toMatchObject([{ code: 'param_dropped', param: 'shininess' }]);
  });

  it('makes a variation out of an edit of the first image, and says so', () => {
    const asked: Submission = { operation: 'variation', n: 2, parameters: {}, extra: {} };
    const { request, warnings } = planWith(gptImage2, asked, [image('a'), image('b')]);
    expect(request).toMatchObject({ operation: 'edit', n: 2, images: [image('a')] });
    expect(request.prompt).toContain('variation');
    expect(warnings).toMatchObject([{ code: 'emulated' }]);
  });

  it('asks for a variation as such where the model has it', () => {
    const row: ModelSpec = { ...gptImage2, operations: { ...gptImage2.operations, variation: 'native' } };
    const asked: Submission = { operation: 'variation', n: 1, parameters: {}, extra: {} };
    expect(planWith(row, asked, [image('a')])).toMatchObject({ request: { operation: 'variation' }, warnings: [] });
  });

  it('brings images, mask and type of an edit along', () => {
    const asked = submission({ operation: 'edit', editType: 'inpainting' });
    expect(planWith(gptImage2, asked, [image('a')], image('m')).request).toMatchObject({
      operation: 'edit',
      editType: 'inpainting',
      images: [image('a')],
      mask: image('m'),
    });
  });

  it('needs no prompt where the type of edit needs none', () => {
    const row: ModelSpec = { ...gptImage2, editTypes: { ...gptImage2.editTypes, background_removal: 'native' } };
    const { prompt: _prompt, ...asked } = submission({ operation: 'edit', editType: 'background_removal' });
    expect(planWith(row, asked, [image('a')]).request.prompt).toBe('');
  });

  it.each([
    [
      'an operation',
      { ...gptImage2, operations: { ...gptImage2.operations, edit: 'none' } },
      { operation: 'edit' },
      1,
      undefined,
    ],
    ['a type of edit', gptImage2, { operation: 'edit', editType: 'background_removal' }, 1, 'type'],
    ['more input images', gptImage2, { operation: 'edit' }, 17, 'image'],
    [
      'emulation without a recipe',
      { ...gptImage2, operations: { ...gptImage2.operations, generation: 'emulated' } },
      {},
      0,
      undefined,
    ],
  ] as const)('refuses %s that the model lacks as unsupported', (_name, row, changes, count, param) => {
    const images = Array.from({ length: count }, (_, index) => image(`${index}`));
    const failure = failureOf(() => planWith(row as ModelSpec, submission(changes), images));
    expect(failure).toMatchObject({ kind: 'unsupported', billed: 'no', param });
  });

  it('refuses a mask that the model would ignore', () => {
    const asked = submission({ operation: 'edit' });
    const work = () => planWith({ ...gptImage2, mask: 'none' }, asked, [image('a')], image('m'));
    expect(failureOf(work)).toMatchObject({ kind: 'unsupported', param: 'mask' });
  });

  it('refuses a model that the stage no longer has', () => {
    const work = () => createPlanRequest(() => undefined)(candidate, submission(), [], undefined);
    expect(failureOf(work)).toMatchObject({ kind: 'unsupported', param: 'model' });
  });
});
