import { describe, expect, it } from 'vitest';
import type { Submission } from '../../../../lambda/domain/generation.ts';
import { createPlanRequest } from '../../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';

const catalog = createCatalog({ together: { baseUrl: 'https://api.together.ai/v1' } });

function plan(name: string, changes: Partial<Submission>) {
  const submission = {
    operation: 'generation',
    prompt: 'a kite',
    n: 1,
    parameters: {},
    extra: {},
    ...changes,
  } as const;
  const candidate = catalog.resolve(`together/black-forest-labs/${name}`);
  const { request, warnings } = createPlanRequest(catalog.specOf)(candidate, submission, [], undefined);
  return { request, warned: warnings.map(({ code, param }) => [code, param]) };
}

describe('togetherModels', () => {
  it.each(['256x256', '512x512', '1024x1024', '1792x1024', '1024x1792', '1536x1024'])('makes %s as it is', (size) => {
    const { request, warned } = plan('FLUX.2-pro', { parameters: { size } });
    expect(`${request.size?.width}x${request.size?.height}`).toBe(size);
    expect(warned).toEqual([]);
  });

  it('makes no edge longer than the models do', () => {
    expect(plan('FLUX.2-pro', { parameters: { size: '3840x2160' } })).toMatchObject({
      request: { size: { width: 1920 } },
      warned: [['size_adjusted', 'size']],
    });
  });

  it('takes steps and guidance where they can be set, and warns where not', () => {
    const wish = { parameters: { num_inference_steps: 20 }, extra: { guidance_scale: 3 } };
    expect(plan('FLUX.2-flex', wish)).toMatchObject({ request: wish, warned: [] });
    expect(plan('FLUX.2-pro', wish)).toMatchObject({
      request: { parameters: {}, extra: {} },
      warned: [
        ['param_dropped', 'num_inference_steps'],
        ['param_dropped', 'guidance_scale'],
      ],
    });
  });

  it('has no edits by FLUX.2-max', () => {
    expect(() => plan('FLUX.2-max', { operation: 'edit' })).toThrow(/does not serve an image edit/);
  });
});
