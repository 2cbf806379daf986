import { describe, expect, it } from 'vitest';
import type { Submission } from '../../../lambda/domain/generation.ts';
import { planOperation } from '../../../lambda/planning/plan-operation.ts';
import { falModels } from '../../../lambda/providers/fal/models.ts';

const specOf = (name: string) => {
  const row = falModels.models.find(({ model }) => model === name);
  if (!row) throw new Error(`There is no ${name}.`);
  return row;
};

const removal: Submission = {
  operation: 'edit',
  editType: 'background_removal',
  prompt: 'keep the hat',
  n: 1,
  parameters: {},
  extra: {},
};

describe('planOperation', () => {
  it('sends no words to a model that follows none, and says so', () => {
    const planned = planOperation(specOf('fal-ai/bria/background/remove'), removal);
    expect(planned.prompt).toBe('');
    expect(planned.warnings).toEqual([
      {
        code: 'param_dropped',
        param: 'prompt',
        message: 'fal-ai/bria/background/remove takes no prompt; it was left out.',
      },
    ]);
  });

  it('says nothing where there are no words, and sends them to all other models', () => {
    const { prompt: _, ...silent } = removal;
    expect(planOperation(specOf('fal-ai/bria/background/remove'), silent).warnings).toEqual([]);
    const { editType: __, ...edit } = removal;
    expect(planOperation(specOf('fal-ai/flux-2-pro'), edit)).toMatchObject({ prompt: 'keep the hat', warnings: [] });
  });
});
