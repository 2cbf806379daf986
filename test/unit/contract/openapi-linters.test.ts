import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { beforeAll, describe, expect, it } from 'vitest';

const file = fileURLToPath(new URL('../../../docs/openapi.json', import.meta.url));
let text: string;

beforeAll(async () => {
  text = await readFile(file, 'utf8');
});

/** What Redocly's recommended rules find, warnings included, each with its place. */
async function redoclyFindings(source: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source, absoluteRef: file, config });
  return problems.map(({ ruleId, location }) => `${ruleId} ${location[0]?.pointer}`);
}

/** What Spectral's rules for OpenAPI find, likewise. */
async function spectralFindings(source: string): Promise<readonly string[]> {
  const linter = new spectral.Spectral();
  // Its own type lacks a member that the type of rulesets has.
  linter.setRuleset({ extends: [oas as spectral.RulesetDefinition] });
  const problems = await linter.run(source);
  return problems.map(({ code, path }) => `${code} ${path.join('/')}`);
}

describe('docs/openapi.json', () => {
  it('has nothing for Redocly to find but a route whose success is a redirect', async () => {
    expect(await redoclyFindings(text)).toEqual([
      'operation-2xx-response #/paths/~1v1~1images~1content~1{job_id}~1{index}/get/responses',
    ]);
  });

  it('has nothing for Spectral to find but a contact, whom only the owner of a stage could name', async () => {
    expect(await spectralFindings(text)).toEqual(['info-contact info']);
  });

  it('is seen to be at fault by both where an example is none of its schema', async () => {
    const document = JSON.parse(text);
    document.components.examples.generation = { value: { model: 7 } };
    const wrong = JSON.stringify(document);
    expect(await redoclyFindings(wrong)).toContainEqual(expect.stringContaining('no-invalid-media-type-examples'));
    expect(await spectralFindings(wrong)).toContainEqual(expect.stringContaining('oas3-valid-media-example'));
  });
});
