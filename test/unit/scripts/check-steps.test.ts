import { describe, expect, it } from 'vitest';
import { checkSteps } from '../../../scripts/check-steps.ts';

const titles = (changed: readonly string[], { present = changed, tests = true } = {}) =>
  checkSteps(changed, present, tests).map(({ title }) => title);

describe(checkSteps, () => {
  it('looks at sources in every way', () => {
    const steps = checkSteps(['lib/app.ts', 'README.md'], ['lib/app.ts', 'README.md'], true);
    expect(steps.map(({ title }) => title)).toEqual(['Lint and format', 'Types', 'Unit tests']);
    expect(steps.map(({ args }) => args.includes('lib/app.ts'))).toEqual([true, false, true]);
    expect(steps.map(({ args }) => args.includes('README.md'))).toEqual([true, false, false]);
  });

  it('needs no compiler and no test for prose, and nothing where nothing changed', () => {
    expect(titles(['README.md'])).toEqual(['Lint and format']);
    expect(titles([])).toEqual([]);
  });

  it('asks the compiler about a deleted source, and of settings', () => {
    expect(titles(['lib/app.ts'], { present: [] })).toEqual(['Types']);
    expect(titles(['tsconfig.json'])).toEqual(['Lint and format', 'Types']);
  });

  it('runs no tests for a commit', () => {
    expect(titles(['lib/app.ts'], { tests: false })).toEqual(['Lint and format', 'Types']);
  });
});
