import { git } from './git.ts';

const names = (output: string): readonly string[] => output.split('\0').filter((name) => name !== '');

/** What the next commit changes, deleted files included; paths from the repository's root. */
export const stagedFiles = (root: string): readonly string[] =>
  names(git(root, 'diff', '--cached', '--name-only', '--no-renames', '-z'));

/**
 * What differs from where this branch left another: commits, staged and unstaged changes, and files that git doesn't know yet.
 * On the other branch itself, what isn't committed. Throws where there is no such branch.
 */
export function changedFiles(root: string, since: string): readonly string[] {
  const base = git(root, 'merge-base', since, 'HEAD').trim();
  const changed = names(git(root, 'diff', '--name-only', '--no-renames', '-z', base));
  const unknown = names(git(root, 'ls-files', '--others', '--exclude-standard', '-z'));
  return [...new Set([...changed, ...unknown])].toSorted();
}

/** Writes what the next commit will hold, and nothing that isn't staged, into an empty folder. */
export const checkOutIndex = (root: string, folder: string): void =>
  void git(root, 'checkout-index', '--all', `--prefix=${folder}/`);
