import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentAt, lastRelease } from './api-surface/earlier-document.ts';
import { apiVerdict } from './api-surface/verdict.ts';
import { git } from './git.ts';
import { releasedChangelog, withTarballOf, withVersion } from './release-texts.ts';
import { isAfter, versionFrom } from './version.ts';

/** What is to be released. */
export interface ReleaseOrder {
  readonly version: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  /** Print what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/**
 * Releases a repository's main branch: changelog, version, generated files, a commit and an annotated tag. Pushes
 * nothing. Throws a sentence, and changes nothing, if the repository isn't ready for this version.
 */
export function makeRelease(root: string, order: ReleaseOrder, print: (line: string) => void): void {
  const { version, dryRun } = order;
  refuseUnlessReady(root, version);
  const files = releasedFiles(root, order);
  print(apiReport(root, version));
  const tag = tagOf(version);
  if (dryRun) {
    print(`Would change ${files.map(([name]) => name).join(', ')}, commit, and tag ${tag}.`);
    return;
  }
  commitRelease(root, version, files);
  git(root, 'tag', '--annotate', '--message', `Darkroom ${version}`, tag);
  print(`Committed and tagged ${tag}. To publish it: git push --follow-tags`);
}

/** The tree was clean before, so a failure is rolled back to the last commit. */
function commitRelease(root: string, version: string, files: readonly (readonly [string, string])[]): void {
  try {
    for (const [name, text] of files) writeFileSync(join(root, name), text);
    // The OpenAPI document has the version of package.json in it.
    execFileSync('npm', ['run', '--silent', 'docs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    git(root, 'commit', '--quiet', '--all', '--message', `Release ${version}`);
  } catch (error) {
    git(root, 'restore', '--staged', '--worktree', '.');
    throw error;
  }
}

const tagOf = (version: string): string => `v${version}`;

const textOf = (root: string, name: string): string => readFileSync(join(root, name), 'utf8');

function refuseUnlessReady(root: string, version: string): void {
  const next = versionFrom(version);
  const { version: current } = JSON.parse(textOf(root, 'package.json')) as { readonly version: string };
  if (!isAfter(next, versionFrom(current))) throw new Error(`${version} is not greater than ${current}.`);
  const branch = git(root, 'branch', '--show-current').trim();
  if (branch !== 'main') throw new Error(`Releases are made on main, and this is ${branch || 'no branch'}.`);
  if (git(root, 'status', '--porcelain') !== '') throw new Error('There are uncommitted changes.');
  if (git(root, 'tag', '--list', tagOf(version)) !== '') throw new Error(`The tag ${tagOf(version)} is there already.`);
}

/** The files that carry the version, with their new text. */
function releasedFiles(root: string, { version, date }: ReleaseOrder): readonly (readonly [string, string])[] {
  const pages = globSync(['*.md', 'docs/*.md'], { cwd: root }).filter((name) => name !== 'CHANGELOG.md');
  const changed = pages
    .map((name) => [name, textOf(root, name), withTarballOf(textOf(root, name), version)] as const)
    .filter(([, old, now]) => old !== now);
  return [
    ['CHANGELOG.md', releasedChangelog(textOf(root, 'CHANGELOG.md'), version, date)],
    ['package.json', withVersion(textOf(root, 'package.json'), version)],
    ['package-lock.json', withVersion(textOf(root, 'package-lock.json'), version)],
    ...changed.map(([name, , now]) => [name, now] as const),
  ];
}

/** The changes of the API since the last release. Throws for breaking ones that the version doesn't announce. */
function apiReport(root: string, version: string): string {
  const earlier = lastRelease(root);
  if (earlier === undefined) return 'There is no earlier release to compare the API with.';
  const after = JSON.parse(textOf(root, 'docs/openapi.json'));
  const { report, refused } = apiVerdict(documentAt(root, earlier), after, version);
  if (refused) throw new Error(report.trimEnd());
  return `Since ${earlier}:\n${report.trimEnd()}`;
}
