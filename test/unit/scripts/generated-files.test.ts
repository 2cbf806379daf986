import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../lambda/contract/limits.ts';
import { routes } from '../../../lambda/contract/routes.ts';
import { generatedFiles } from '../../../scripts/generated-files.ts';
import { namesIn } from '../../support/markdown.ts';

const read = (file: string): string => readFileSync(file, 'utf8');

describe('generatedFiles', () => {
  it.each(Object.entries(generatedFiles))('has %s as it is committed', (file, text) => {
    expect(read(file), 'Run `npm run docs`.').toBe(text());
  });

  it('tells every route in docs/api.md', () => {
    expect(namesIn(read('docs/api.md'), '## Routes')).toEqual(routes.map(({ method, path }) => `${method} ${path}`));
  });

  it('tells every limit in docs/limits.md', () => {
    expect(namesIn(read('docs/limits.md'), '## Requests')).toEqual(Object.keys(limits));
  });
});
