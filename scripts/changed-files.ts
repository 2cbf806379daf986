import { git } from './git.ts';

const names = (output: string): readonly string[] => output.split('\0').filter((name) => name !== '');

/** The files of the staged changes, deleted ones included; paths are relative to the repository's root. */
export const stagedFiles = (root: string): readonly string[] =>
  names(git(root, 'diff', '--cached', '--name-only', '--no-renames', '-z'));

/**
 * The files that differ from the merge base with another branch: committed, staged, unstaged and untracked changes. On
 * that branch itself, the uncommitted ones. Throws if there is no such branch.
 */
export function changedFiles(root: string, since: string): readonly string[] {
  const base = git(root, 'merge-base', since, 'HEAD').trim();
  const changed = names(git(root, 'diff', '--name-only', '--no-renames', '-z', base));
  const untracked = names(git(root, 'ls-files', '--others', '--exclude-standard', '-z'));
  return [...new Set([...changed, ...untracked])].toSorted();
}

/** Writes the content of the index into an empty folder. */
export const checkOutIndex = (root: string, folder: string): void =>
  void git(root, 'checkout-index', '--all', `--prefix=${folder}/`);
