/** A program that checks the changes, and exits with 0 if it finds nothing wrong. */
export interface CheckStep {
  /** For people. */
  readonly title: string;
  /** By its name in node_modules/.bin. */
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The steps for changed files, of which those in `present` aren't deleted; paths are relative to the repository's root.
 * Changes of prose alone need no compiler.
 */
export function checkSteps(
  changed: readonly string[],
  present: readonly string[],
  tests: boolean,
): readonly CheckStep[] {
  const steps: CheckStep[] = [];
  // Ignored files are not among the changed ones, so Biome needs no git, which a folder made from the index lacks.
  const lint = ['check', '--vcs-enabled=false', '--no-errors-on-unmatched', '--files-ignore-unknown=true'];
  if (present.length > 0) steps.push({ title: 'Lint and format', command: 'biome', args: [...lint, ...present] });
  if (changed.some((file) => /\.(?:c?ts|json)$/.test(file))) steps.push({ title: 'Types', command: 'tsc', args: [] });
  const sources = present.filter((file) => file.endsWith('.ts'));
  if (!tests || sources.length === 0) return steps;
  const args = ['related', '--run', '--passWithNoTests', '--config', 'test/unit/vitest.config.ts', ...sources];
  return [...steps, { title: 'Unit tests', command: 'vitest', args }];
}
