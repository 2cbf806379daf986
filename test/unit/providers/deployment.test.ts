import { describe, expect, it } from 'vitest';
import type { EditType, Operation, Submission } from '../../../lambda/domain/generation.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { inputImage } from '../../contract/providers/memory-call.ts';
import { pngBytes } from '../../support/image-bytes.ts';

const baseUrl = 'https://provider.example';
const named = ['openai', 'xai', 'gemini', 'bfl', 'fal', 'together', 'stability', 'recraft', 'replicate', 'ideogram'];
const catalog = createCatalog({
  ...Object.fromEntries(named.map((name) => [name, { baseUrl }])),
  vertex: { baseUrl, project: 'p', location: 'global' },
  bedrock: { baseUrl, region: 'us-west-2' },
  azure: { baseUrl, deployments: { 'our-images': 'gpt-image-2' } },
  studio: { baseUrl, models: [{ model: 'sdxl' }] },
});

const image = inputImage('inputs/a.png', pngBytes(100));

function deploymentOf(name: string, operation: Operation = 'generation', editType?: EditType): string {
  const extra = editType === 'outpainting' ? { left: 20 } : {};
  const asked: Submission = { operation, prompt: 'a kite', n: 1, parameters: {}, extra, ...(editType && { editType }) };
  const inputs = operation === 'generation' ? [] : [image];
  const mask = editType === 'inpainting' ? image : undefined;
  return createPlanRequest(catalog.specOf)(catalog.resolve(name), asked, inputs, mask).deployment;
}

describe('the deployment of a plan', () => {
  it.each([
    ['openai/gpt-image-2', 'gpt-image-2'],
    ['openai/gpt-image-2-2026-04-21', 'gpt-image-2-2026-04-21'],
    ['azure/our-images', 'our-images'],
    ['gemini/gemini-3-pro-image', 'gemini-3-pro-image'],
    ['vertex/gemini-3-pro-image', 'gemini-3-pro-image'],
    ['bedrock/stability.stable-image-ultra-v1:1', 'stability.stable-image-ultra-v1:1'],
    ['replicate/black-forest-labs/flux-schnell', 'black-forest-labs/flux-schnell'],
    ['together/black-forest-labs/FLUX.2-dev', 'black-forest-labs/FLUX.2-dev'],
    ['fal/fal-ai/flux-2-pro', 'fal-ai/flux-2-pro'],
    ['fal/fal-ai/flux-pro/kontext', 'fal-ai/flux-pro/kontext/text-to-image'],
    ['studio/sdxl', 'sdxl'],
  ])('of %s is %s', (name, deployment) => {
    expect(deploymentOf(name)).toBe(deployment);
  });

  it("is the profile of a model on Bedrock that refuses its own id, and the endpoint of fal's for the operation", () => {
    expect(deploymentOf('bedrock/stability.stable-image-inpaint-v1:0', 'edit', 'inpainting')).toBe(
      'us.stability.stable-image-inpaint-v1:0',
    );
    expect(deploymentOf('fal/fal-ai/flux-2-pro', 'edit')).toBe('fal-ai/flux-2-pro/edit');
    // Made by an edit, where there is no endpoint for it.
    expect(deploymentOf('fal/fal-ai/flux-2-pro', 'variation')).toBe('fal-ai/flux-2-pro/edit');
    expect(deploymentOf('fal/fal-ai/bria/expand', 'edit', 'outpainting')).toBe('fal-ai/bria/expand');
  });
});
