import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** The settings of the first section of an .editorconfig that has this heading. */
function section(text: string, heading: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  const rest = lines.slice(lines.indexOf(heading) + 1);
  const next = rest.findIndex((line) => line.startsWith('['));
  return new Map(
    rest
      .slice(0, next < 0 ? rest.length : next)
      .filter((line) => line.includes('=') && !line.startsWith('#'))
      .map((line) => line.split('=').map((part) => part.trim()) as [string, string]),
  );
}

const forAll = section(readFileSync('.editorconfig', 'utf8'), '[*]');

/** Biome's defaults: https://biomejs.dev/reference/configuration/#formatter */
const biomeDefaults = { indentStyle: 'tab', indentWidth: 2, lineWidth: 80, lineEnding: 'lf' };

describe('.editorconfig', () => {
  it('lays files out as Biome does', () => {
    const { formatter } = JSON.parse(readFileSync('biome.json', 'utf8')) as {
      formatter: Partial<typeof biomeDefaults>;
    };
    const biome = { ...biomeDefaults, ...formatter };
    expect(forAll.get('indent_style')).toBe(biome.indentStyle);
    expect(forAll.get('indent_size')).toBe(String(biome.indentWidth));
    expect(forAll.get('max_line_length')).toBe(String(biome.lineWidth));
    expect(forAll.get('end_of_line')).toBe(biome.lineEnding);
  });
});

describe('.gitattributes', () => {
  const listed = execFileSync('git', ['ls-files', '--eol'], { encoding: 'utf8', maxBuffer: 2 ** 24 });
  const files = listed.split('\n').flatMap((line) => {
    const [, stored = '', attributes = '', name = ''] = /^i\/(\S*)\s+w\/\S*\s+attr\/(.*?)\s*\t(.+)$/.exec(line) ?? [];
    return name === '' ? [] : [{ name, stored, attributes }];
  });

  it('has every text file end its lines with a line feed, on every system', () => {
    const texts = files.filter(({ stored }) => stored !== '-text');
    expect(texts.length).toBeGreaterThan(1000);
    expect(texts.filter(({ stored }) => !['lf', 'none'].includes(stored))).toEqual([]);
    expect(texts.filter(({ attributes }) => !attributes.includes('eol=lf'))).toEqual([]);
  });

  it('names every kind of file that is not text', () => {
    const binaries = files.filter(({ stored }) => stored === '-text');
    expect(binaries.filter(({ attributes }) => attributes !== '-text').map(({ name }) => name)).toEqual([]);
  });
});
