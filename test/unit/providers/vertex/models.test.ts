import { describe, expect, it } from 'vitest';
import type { ImageParameters } from '../../../../lambda/domain/generation.ts';
import { createPlanRequest } from '../../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';
import { vertexModels } from '../../../../lambda/providers/vertex/models.ts';
import { baseUrl } from './google.ts';

const catalog = createCatalog({ vertex: { baseUrl, project: 'some-project', location: 'global' } });
const plan = (parameters: ImageParameters) =>
  createPlanRequest(catalog.specOf)(
    { provider: 'vertex', model: 'gemini-3-pro-image' },
    { operation: 'generation', prompt: 'a kite', n: 1, parameters, extra: {} },
    [],
    undefined,
  );

describe('vertexModels', () => {
  it('sends the type of the picture, and its quality where it is a jpeg', () => {
    const wished = { output_format: 'jpeg', output_compression: 60, seed: 3 } as const;
    expect(plan(wished)).toMatchObject({ request: { parameters: wished }, warnings: [] });
  });

  it.each([
    [{ output_format: 'webp', output_compression: 60 }, ['output_format', 'output_compression']],
    [{ output_format: 'png', output_compression: 60 }, ['output_compression']],
    [{ output_compression: 60 }, ['output_compression']],
  ] as const)('leaves out what would be refused of %j, and says so', (parameters, left) => {
    const { request, warnings } = plan(parameters);
    for (const param of left) expect(request.parameters).not.toHaveProperty(param);
    expect(warnings.map(({ param }) => param)).toEqual(expect.arrayContaining([...left]));
  });

  it.each([
    'gemini-3-pro-image-preview',
    'gemini-2.5-flash-image',
    'imagen-4.0-ultra-generate-001',
    'imagen-3.0-generate-001',
    'imagen-3.0-capability-001',
  ])('refuses %s, and names a successor that is here', (model) => {
    const successor = vertexModels.retired.find((each) => each.model === model)?.successor ?? 'none';
    expect(() => catalog.resolve(`vertex/${model}`)).toThrow(`use vertex/${successor} instead`);
    expect(catalog.resolve(`vertex/${successor}`)).toBeDefined();
  });
});
