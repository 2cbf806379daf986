import { git } from '../git.ts';
import type { Part } from './api-change.ts';

/** The tag of the last release before a repository's HEAD, undefined before the first. */
export function lastRelease(root: string): string | undefined {
  const tags = git(root, 'tag', '--merged', 'HEAD', '--sort=-version:refname', '--list', 'v[0-9]*');
  return tags.split('\n').find((tag) => /^v\d+\.\d+\.\d+$/.test(tag));
}

/** The OpenAPI document at a commit, branch or tag. Throws git's error message if there is none. */
export const documentAt = (root: string, ref: string): Part =>
  JSON.parse(git(root, 'show', '--end-of-options', `${ref}:docs/openapi.json`));
