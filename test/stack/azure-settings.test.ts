import { describe, expect, it } from 'vitest';
import type { AzureDeployments } from '../../lambda/contract/provider-endpoints.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import { plainStage, synthesizeStage } from './synthesized-stage.ts';

const azure = {
  baseUrl: 'https://resource.openai.azure.com/openai',
  deployments: { 'images-east': 'gpt-image-2' } as AzureDeployments,
};
const resolved = (settings: object) =>
  resolveStage({ ...plainStage, providers: { azure: { ...azure, ...settings } } }).providers;

describe('resolveStage', () => {
  it("gives functions Azure's deployments, and no other provider's settings any", () => {
    const stage = synthesizeStage({ providers: { openai: {}, azure } });
    const { PROVIDERS } = stage.one('AWS::Lambda::Function', 'ProcessJobFunction').Environment.Variables;
    expect(JSON.parse(PROVIDERS)).toEqual({ openai: { baseUrl: 'https://api.openai.com/v1' }, azure });
  });

  it.each([
    [{ baseUrl: undefined }, /providers\.azure\.baseUrl \(.*\) must be an https URL/],
    [{ deployments: undefined }, /providers\.azure\.deployments is empty/],
    [{ deployments: {} }, /providers\.azure\.deployments is empty/],
    [{ deployments: { 'a/b': 'gpt-image-2' } }, /a\/b is not a valid deployment name/],
    [
      { deployments: { east: 'dall-e-3' } },
      /deployments\.east must be one of gpt-image-2, .*gpt-image-1\.5, not dall-e-3/,
    ],
  ])('refuses %j', (settings, message) => {
    expect(() => resolved(settings)).toThrow(message);
  });

  it("refuses deployments of another provider's", () => {
    const providers = { openai: { deployments: azure.deployments } as object };
    expect(() => resolveStage({ ...plainStage, providers })).toThrow(
      'providers.openai.deployments is a setting of azure only.',
    );
  });
});
