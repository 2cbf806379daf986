import { describe, expect, it } from 'vitest';
import { showModel } from '../../../../lambda/application/serve/show-model.ts';
import type { Rights } from '../../../../lambda/domain/keys/virtual-key.ts';
import { createCatalog } from '../../../../lambda/providers/catalog.ts';

const catalog = createCatalog({
  openai: { baseUrl: 'https://openai.example' },
  studio: { baseUrl: 'https://studio.example', models: [{ model: 'acme/sdxl/turbo' }] },
});

const all: Rights = { '*': ['*'] };
const idOf = (id: string, rights: Rights = all) => {
  const { candidate } = showModel(catalog, rights, id);
  return `${candidate.provider}/${candidate.model}`;
};

/** What a caller reads of a model that it gets no sight of. */
function refusalOf(id: string, rights: Rights = all): unknown {
  try {
    return idOf(id, rights);
  } catch (error) {
    return error;
  }
}

describe(showModel, () => {
  it('gives every model of the stage by its id, whatever slashes its name has', () => {
    for (const { provider, model } of catalog.models) expect(idOf(`${provider}/${model}`)).toBe(`${provider}/${model}`);
    expect(catalog.models).toContainEqual({ provider: 'studio', model: 'acme/sdxl/turbo' });
  });

  it('gives what the model can do', () => {
    const candidate = { provider: 'openai', model: 'gpt-image-2' };
    expect(showModel(catalog, all, 'openai/gpt-image-2')).toEqual({
      candidate,
      capabilities: catalog.specOf(candidate),
    });
  });

  it('gives a dated snapshot under its own name, with what its model can do', () => {
    const snapshot = showModel(catalog, { openai: ['gpt-image-2'] }, 'openai/gpt-image-2-2026-04-21');
    expect(snapshot).toEqual({
      candidate: { provider: 'openai', model: 'gpt-image-2-2026-04-21' },
      capabilities: showModel(catalog, all, 'openai/gpt-image-2').capabilities,
    });
  });

  it.each([
    'openai/none',
    'openai/',
    'openai',
    'openai//gpt-image-2',
    'openai/gpt-image-2/',
    'OpenAI/gpt-image-2',
    'openai%2Fgpt-image-2',
    'openai/gpt-image-2-2026',
    'nobody/gpt-image-2',
    'studio/acme',
    '__proto__/constructor',
    '/',
    '',
  ])('knows no model %j', (id) => {
    expect(refusalOf(id)).toMatchObject({ code: 'not_found' });
  });

  it.each<Rights>([
    {},
    { openai: [] },
    { openai: ['gpt-image-2.5-flare'] },
    { studio: ['*'] },
    { '*': ['*'], openai: [] },
  ])('says to a key with %j nothing else than of a model that there is not', (rights) => {
    expect(refusalOf('openai/gpt-image-2', rights)).toEqual(refusalOf('openai/none'));
    expect(refusalOf('openai/gpt-image-2-2026-04-21', rights)).toEqual(refusalOf('nobody/none'));
  });
});
