import { describe, expect, it } from 'vitest';
import { providerNames } from '../../lambda/contract/provider-names.ts';
import { passThroughText } from '../../lib/pass-through.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import type { StageSettings } from '../../lib/stage-settings.ts';
import { plainStage } from './synthesized-stage.ts';

const deployments = { images: 'gpt-image-2' } as const;
const providers: StageSettings['providers'] = {
  ...{ openai: {}, xai: {}, gemini: {}, bfl: {}, fal: {}, together: {}, stability: {}, recraft: {}, replicate: {} },
  ...{ ideogram: {}, azure: { baseUrl: 'https://a.openai.azure.com/openai', deployments } },
  ...{ vertex: { project: 'a-project' }, bedrock: { region: 'us-west-2' } },
};
const compatibleServers = { studio: { baseUrl: 'https://studio.example/v1', models: [{ model: 'sdxl' }] } };
const resolved = (settings: Partial<StageSettings>) =>
  resolveStage({ ...plainStage, providers, compatibleServers, ...settings });

describe('passThroughText', () => {
  it('names all providers that take an API key, and no server of the stage', () => {
    const { providers: named } = JSON.parse(passThroughText(resolved({ passThrough: 'all' })));
    expect(named.toSorted()).toEqual(
      providerNames.filter((name) => name !== 'vertex' && name !== 'bedrock').toSorted(),
    );
  });

  it('names those that the settings name, and under whose key requests run that bring no other', () => {
    const text = passThroughText(resolved({ passThrough: ['openai'], passThroughOwner: 'guests' }));
    expect(JSON.parse(text)).toEqual({ providers: ['openai'], owner: 'guests' });
  });

  it('is none by default', () => {
    expect(passThroughText(resolved({}))).toBe('none');
  });
});

describe('brokenPassThrough', () => {
  it.each<[string, Partial<StageSettings>]>([
    ['passThrough must be', { passThrough: [] }],
    ['passThrough must be', { passThrough: 'all', providers: { vertex: { project: 'a-project' } } }],
    ['names xai, which is no provider of the stage', { passThrough: ['xai'], providers: { openai: {} } }],
    ['names vertex, which takes no API key', { passThrough: ['vertex'] }],
    ['names bedrock, which takes no API key', { passThrough: ['openai', 'bedrock'] }],
    ['names studio, a server of your own', { passThrough: ['studio' as 'openai'] }],
    ['passThrough needs synchronous routes', { passThrough: 'all', synchronousSeconds: 0 }],
    ['passThroughOwner needs passThrough', { passThroughOwner: 'guests' }],
    ['passThroughOwner must be the id or name', { passThrough: 'all', passThroughOwner: '' }],
    ['passThroughOwner must be the id or name', { passThrough: 'all', passThroughOwner: 'sk-bf-secret' }],
  ])('says that %s', (why, settings) => {
    expect(() => resolved(settings)).toThrow(why);
  });
});
