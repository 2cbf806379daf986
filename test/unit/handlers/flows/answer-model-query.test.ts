import { describe, expect, it } from 'vitest';
import type { Rights } from '../../../../lambda/domain/keys/virtual-key.ts';
import { answerModelQuery } from '../../../../lambda/handlers/flows/answer-model-query.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';
import { ask, createFlowFixture } from '../../../support/flow-fixture.ts';
import { knownCallers } from '../../../support/known-callers.ts';

const baseUrl = 'https://provider.example';
const catalog = createCatalog({ openai: { baseUrl }, studio: { baseUrl, models: [{ model: 'acme/sdxl' }] } });
const resource = '/v1/models/{model+}';

/** A caller whose key allows these. */
function createAsking(providers: Rights) {
  const { clock, sha256 } = createFlowFixture();
  const answer = answerModelQuery({ authentication: knownCallers(clock, { providers }), sha256, catalog });
  return {
    list: () => ask(answer, { resource: '/v1/models' }),
    show: (model: string) => ask(answer, { resource, pathParameters: { model } }),
  };
}

describe('answerModelQuery', () => {
  it('lists the models that the key may use', async () => {
    const { status, body } = await createAsking({ studio: ['*'] }).list();
    expect([status, body.object]).toEqual([200, 'list']);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(['studio/acme/sdxl']);
  });

  it('shows the one that the path names, with its slashes as they are or encoded', async () => {
    const { list, show } = createAsking({ '*': ['*'] });
    const listed = (await list()).body.data.find(({ id }: { id: string }) => id === 'studio/acme/sdxl');
    for (const model of ['studio/acme/sdxl', 'studio%2Facme%2Fsdxl']) {
      const { status, body } = await show(model);
      expect([status, body]).toEqual([200, listed]);
    }
  });

  it('knows no model that the key may not use', async () => {
    expect((await createAsking({ studio: ['*'] }).show('openai/gpt-image-2')).body.error.code).toBe('not_found');
  });
});
