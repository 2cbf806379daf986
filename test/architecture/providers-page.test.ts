import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { needsKey, providerNames } from '../../lambda/contract/provider-names.ts';

describe('docs/providers.md', () => {
  const page = readFileSync('docs/providers.md', 'utf8');

  it('has a section for every provider, with its key and the fault of every parameter', () => {
    const sections = page.split('\n## ').slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual([...providerNames]);
    for (const [index, name] of providerNames.entries()) {
      expect(sections[index]).toContain(needsKey(name) ? `<ProviderKeysPath>/${name}` : 'There is no key');
      expect(sections[index]).toMatch(/^\| `negative_prompt` \|/m);
    }
  });

  it('names what to ask for instead of a model that is gone', () => {
    expect(page).toContain('- `dall-e-3`: use `gpt-image-2`');
  });
});
