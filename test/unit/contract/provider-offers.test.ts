import { describe, expect, it } from 'vitest';
import { offersOf } from '../../../lambda/contract/provider-offers.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { endpointsOf } from '../../../lib/provider-settings.ts';

const models = [{ model: 'sdxl' }];
const endpoints = {
  ...endpointsOf({
    openai: { requestsPerMinute: 5 },
    azure: { baseUrl: 'https://azure.example', deployments: { east: 'gpt-image-2' } },
    bedrock: { region: 'us-west-2' },
    vertex: { project: 'some-project' },
  }),
  studio: { baseUrl: 'https://studio.example/v1', models, resultHosts: ['127.0.0.1:9'] },
};

describe('offersOf', () => {
  it('tells what providers offer, and nothing of where they are', () => {
    expect(offersOf(endpoints)).toEqual({
      openai: {},
      azure: { deployments: { east: 'gpt-image-2' } },
      bedrock: { region: 'us-west-2' },
      vertex: {},
      studio: { models },
    });
  });

  it('says as much of the models as their endpoints do', () => {
    const [whole, offered] = [createCatalog(endpoints), createCatalog(offersOf(endpoints))];
    expect(offered.models).toEqual(whole.models);
    expect(offered.retired).toEqual(whole.retired);
    expect(offered.models.map(offered.specOf)).toEqual(whole.models.map(whole.specOf));
  });
});
