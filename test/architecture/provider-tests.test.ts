import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { providerNames } from '../../lambda/contract/provider-names.ts';

describe('the suite of every adapter', () => {
  it.each(providerNames)('is run for %s', (name) => {
    const test = readFileSync(`test/contract/providers/${name}.test.ts`, 'utf8');
    expect(test).toMatch(/^describeProvider\(\{/m);
    expect(test).toMatch(new RegExp(`\\bname: '${name}'`));
  });
});
