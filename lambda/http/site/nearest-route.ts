import type { Route } from '../../contract/route.ts';
import { editDistance, slipsBetween } from '../request/edit-distance.ts';

type Named = Pick<Route, 'method' | 'path'>;

/** A longer path is no slip of the pen, and not worth the time. */
const maxCharacters = 200;

/** The most that a path may differ: by one segment that is missing or too many, or by some slips within segments. */
const maxDistance = 1.1;

/**
 * Fuzzy match: the route that a request for an unknown path may have meant, preferably with the request's own method.
 * Undefined where none is near. The time is bounded by the length of the compared paths.
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
  const slips = slipsBetween(asked, pattern);
  const share = slips / Math.max(asked.length, pattern.length, 1);
  return share <= 0.5 ? share : 2;
}
