import type { Route } from '../contract/route.ts';

type Named = Pick<Route, 'method' | 'path'>;

/** A longer path is no slip of the pen, and not worth the time. */
const maxCharacters = 200;

/** The most that a path may differ: by one segment that is missing or too many, or by some slips within segments. */
const maxDistance = 1.1;

/**
 * The route that a request at an unknown path may have meant, best with the request's own method. Undefined where none is near.
 * The time is bounded by the length of the paths that are looked at.
 */
export function nearestRoute(method: string, path: string, routes: readonly Named[]): Named | undefined {
  if (path.length > maxCharacters) return undefined;
  const asked = segmentsOf(path);
  let nearest: { readonly route: Named; readonly distance: number } | undefined;
  for (const route of routes) {
    const distance = pathDistance(asked, segmentsOf(route.path)) + (route.method === method ? 0 : 0.01);
    if (distance < (nearest?.distance ?? maxDistance)) nearest = { route, distance };
  }
  return nearest?.route;
}

const segmentsOf = (path: string): readonly string[] =>
  path
    .toLowerCase()
    .replace(/^\/|\/$/g, '')
    .split('/');

const pathDistance = (asked: readonly string[], pattern: readonly string[]): number =>
  editDistance(asked, pattern, segmentDistance);

/** From 0 for the same to 2, as much as leaving one out and putting the other in. */
function segmentDistance(asked: string, pattern: string): number {
  // What has a digit may be an id; a word in its place is rather another path.
  if (pattern.startsWith('{')) return /\d/.test(asked) ? 0.02 : 0.3;
  const slips = editDistance([...asked], [...pattern], (one, other) => (one === other ? 0 : 1));
  const share = slips / Math.max(asked.length, pattern.length, 1);
  return share <= 0.5 ? share : 2;
}

/** Levenshtein's distance, where replacing one item by another costs what is given. */
function editDistance<T>(from: readonly T[], to: readonly T[], replacing: (one: T, other: T) => number): number {
  let before = to.map((_, at) => at + 1);
  from.forEach((one, row) => {
    let left = row + 1;
    before = to.map((other, at) => {
      const diagonal = at === 0 ? row : (before[at - 1] ?? 0);
      left = Math.min(left + 1, (before[at] ?? 0) + 1, diagonal + replacing(one, other));
      return left;
    });
  });
  return before.at(-1) ?? from.length;
}
