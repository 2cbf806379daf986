import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cyclesIn } from '../support/import-cycles.ts';

const sources = globSync('{lambda,lib,local,bin,bench,scripts,test,examples}/**/*.{ts,mjs}', {
  exclude: (path) => path.includes('node_modules'),
}).toSorted();

/** What a file imports of our own, types included, and what it loads later. */
function importsOf(file: string): readonly string[] {
  const found = readFileSync(file, 'utf8').matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)'(\.[^']+)'/gm);
  return [...found].map(([, target = '']) => normalize(join(dirname(file), target)));
}

const filesOf = (folder: string): readonly string[] => sources.filter((file) => file.startsWith(`${folder}/`));
const linesOf = (files: readonly string[]): number =>
  files.reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length - 1, 0);

describe('the import map of the whole repository', () => {
  it('has no cycle, type-only imports included', () => {
    expect(sources.length).toBeGreaterThan(1000);
    const graph = new Map(sources.map((file) => [file, importsOf(file)] as const));
    expect([...graph.values()].flat().length).toBeGreaterThan(3000);
    expect(cyclesIn(graph)).toEqual([]);
  });
});

describe('the rooms of the functions', () => {
  const rooms = [...new Set(filesOf('lambda').map((file) => file.split('/')[1] ?? ''))];

  it.each(rooms.filter((room) => room !== 'providers'))('%s is at most a fifth of lambda, by lines', (room) => {
    expect(linesOf(filesOf(`lambda/${room}`)) / linesOf(filesOf('lambda'))).toBeLessThan(0.2);
  });

  it('have at most 25 files in a folder', () => {
    const counts = new Map<string, number>();
    for (const file of filesOf('lambda')) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 25)).toEqual([]);
    expect(counts.size).toBeGreaterThan(30);
  });
});
