import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endToEndSample, longElsewhere, type TestRun, testRuns } from '../runs.ts';

const testFiles = globSync('test/**/*.test.ts').toSorted();

/** Vitest's globs and Node's agree on what is used here. */
const filesOf = ({ include, exclude }: TestRun): readonly string[] => globSync([...include], { exclude: [...exclude] });

const allRuns: readonly TestRun[] = Object.values(testRuns);

describe('testRuns', () => {
  it('has each test file in one run, and in no second one', () => {
    expect(allRuns.flatMap(filesOf).toSorted()).toEqual(testFiles);
  });

  it('names no file that is gone', () => {
    const patterns = allRuns.flatMap(({ include, exclude }) => [...include, ...exclude]);
    expect(patterns.filter((pattern) => globSync(pattern).length === 0)).toEqual([]);
  });

  it('is what CONTRIBUTING.md tells of the runs', () => {
    const page = readFileSync('CONTRIBUTING.md', 'utf8');
    const named = (glob: string): string => glob.replace(/^test\//, '').replace(/(\/\*\*)?(\/\*)?\.test\.ts$/, '');
    const told = [...endToEndSample, ...longElsewhere].filter((glob) => !page.includes(`\`${named(glob)}\``));
    expect(told.map(named)).toEqual([]);
  });
});

describe('the commands', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

  it('run each part of the tests once', () => {
    expect(scripts.test).toBe('tsc && biome check . && vitest run --project fast');
    expect(scripts['test:long']).toBe('vitest run --project long --project chaos');
    expect(scripts['test:all']).toBe('npm test && npm run test:long');
  });
});
