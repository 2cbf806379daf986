import { describe, expect, it } from 'vitest';
import type { ImageParameters } from '../../../lambda/domain/generation.ts';
import { supportOf } from '../../../lambda/planning/emulations.ts';
import type { ModelSpec } from '../../../lambda/planning/model-spec.ts';
import { planOperation } from '../../../lambda/planning/plan-operation.ts';
import { azureModelsOf } from '../../../lambda/providers/azure/models.ts';
import { openAiModels } from '../../../lambda/providers/openai/models.ts';

const flare = openAiModels.models.find(({ model }) => model === 'gpt-image-2.5-flare') as ModelSpec;
const deployments = { old: 'gpt-image-1.5', fresh: 'gpt-image-2' } as const;
const [old, fresh] = azureModelsOf({ deployments }).models as [ModelSpec, ModelSpec];
const cutOut = (row: ModelSpec, parameters: ImageParameters = {}, prompt?: string) =>
  planOperation(row, {
    operation: 'edit',
    editType: 'background_removal',
    ...(prompt === undefined ? {} : { prompt }),
    n: 1,
    parameters,
    extra: {},
  });

describe(planOperation, () => {
  it('removes a background by an edit with a transparent one, and says so', () => {
    const planned = cutOut(flare);
    expect(planned).toMatchObject({
      operation: 'edit',
      parameters: { background: 'transparent', output_format: 'png' },
      warnings: [{ code: 'emulated', message: expect.stringContaining('may change the subject') }],
    });
    expect(planned.editType).toBeUndefined();
    expect(planned.prompt).toMatch(/^Remove the background/);
  });

  it("adds the caller's words to its own", () => {
    expect(cutOut(flare, {}, 'Keep the saucer.').prompt).toMatch(/^Remove the background .* Keep the saucer\.$/);
  });

  it('keeps a format that can be transparent, where the model makes it', () => {
    expect(cutOut(flare, { output_format: 'webp' })).toMatchObject({
      parameters: { output_format: 'webp' },
      warnings: [{ code: 'emulated' }],
    });
    expect(cutOut(old, { output_format: 'webp' })).toMatchObject({
      parameters: { output_format: 'png' },
      warnings: [{ code: 'emulated' }, { code: 'param_mapped', param: 'output_format' }],
    });
  });

  it('gives way to nothing that leaves no transparency, and says so', () => {
    expect(cutOut(flare, { output_format: 'jpeg', background: 'opaque', quality: 'low' })).toMatchObject({
      parameters: { output_format: 'png', background: 'transparent', quality: 'low' },
      warnings: [
        { code: 'emulated' },
        { code: 'param_mapped', param: 'background' },
        { code: 'param_mapped', param: 'output_format' },
      ],
    });
  });

  it.each([
    ['makes no transparency', fresh],
    ['is said to, but drops the parameter', { ...flare, parameters: { ...flare.parameters, background: 'dropped' } }],
    ['is said to, but knows only opaque ones', { ...flare, values: { background: ['opaque'] } }],
  ] as const)('refuses to remove a background by a model that %s', (_name, row) => {
    expect(() => cutOut(row as ModelSpec)).toThrow(expect.objectContaining({ kind: 'unsupported', param: 'type' }));
  });
});

describe(supportOf, () => {
  it('believes in no emulation that the model could not follow', () => {
    const { inpainting: _, ...others } = flare.editTypes;
    const maskless: ModelSpec = { ...flare, mask: 'none', editTypes: { ...others, inpainting: 'none' } };
    expect(supportOf(flare, 'edit', 'outpainting')).toBe('emulated');
    expect(supportOf(maskless, 'edit', 'outpainting')).toBe('none');
    expect(supportOf({ ...flare, operations: { ...flare.operations, edit: 'none' } }, 'variation', undefined)).toBe(
      'none',
    );
  });
});
