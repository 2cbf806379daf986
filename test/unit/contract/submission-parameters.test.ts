import { describe, expect, it } from 'vitest';
import { submissionFields } from '../../../lambda/contract/submission.ts';
import { openAiModels } from '../../../lambda/providers/openai/models.ts';

/** Fields that say what to make, or how to answer, and not how an image should look. */
const others = ['model', 'prompt', 'n', 'type', 'response_format', 'stream', 'fallbacks'];

describe('submissionFields', () => {
  // A model's spec has a policy for each parameter, by the compiler: a field that is none would be lost without a warning.
  it('are parameters of images, each with a policy in every model spec, but for those named here', () => {
    const fields = new Set(Object.values(submissionFields).flatMap(({ shape }) => Object.keys(shape)));
    const parameters = [...fields].filter((name) => !others.includes(name));
    expect(parameters.toSorted()).toEqual(Object.keys(openAiModels.models[0]?.parameters ?? {}).toSorted());
  });
});
