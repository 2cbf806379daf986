import { describe, expect, it } from 'vitest';
import { routes } from '../../../lambda/contract/routes.ts';
import { leaksIn } from '../log-leaks.ts';
import { eachOf } from './each-of.ts';
import { matrix } from './expected.ts';
import type { Principal } from './principals.ts';
import { kindOf } from './requests.ts';
import { cellsOf, expectedOutcomes, nameOf, outcomeOf, requestsAtATime, runCells } from './run-cells.ts';
import { toldBy } from './same-answer.ts';
import { siteRows } from './site.ts';
import type { World } from './world.ts';

/** Whether a refusal must be the same whatever there is: else it would tell. */
const isSilent = (outcome: string): boolean => /^404 |admin_required$/.test(outcome);

/** Holds the whole matrix for these principals in a world that runs by then. */
export function matrixOf(principals: readonly Principal[], world: () => World): void {
  const requests = principals.reduce((sum, principal) => sum + cellsOf(principal).length, 0);
  /** What each route tells of what there isn't, and to whom it doesn't tell what there is. */
  const told = new Map<string, string>();

  describe(`the matrix: ${principals.length} principals × ${routes.length} routes × their states: ${requests} requests`, () => {
    it('has a column for each route, and a route for each column', () => {
      expect(Object.keys(matrix).toSorted()).toEqual([...new Set(routes.map(kindOf))].toSorted());
    });

    it.each(principals)(
      'gives $name what is theirs, and nothing more',
      async (principal) => {
        const results = await runCells(world(), principal);
        const outcomes = Object.fromEntries(results.map(({ cell, outcome }) => [nameOf(cell), outcome]));
        expect(outcomes).toEqual(expectedOutcomes(principal));
        expect(results.filter(({ isUntouched }) => !isUntouched).map(({ cell }) => nameOf(cell))).toEqual([]);
        for (const { cell, headStatus, answer } of results) {
          expect(headStatus ?? answer.status, `HEAD, ${nameOf(cell)}`).toBe(answer.status);
        }
        for (const { cell, outcome, answer } of results) {
          if (!isSilent(outcome)) continue;
          const refusal = `${cell.route.id}: ${outcome}`;
          const first = told.get(refusal) ?? toldBy(answer);
          told.set(refusal, first);
          expect(toldBy(answer), nameOf(cell)).toBe(first);
        }
      },
      60_000,
    );

    it('leaves nothing secret in the logs', () => {
      expect(leaksIn(world().logLines)).toEqual([]);
    });
  });
}

/** Holds what nobody may have by a path or method that no route has, whoever asks. */
export function siteOf(principals: readonly Principal[], world: () => World): void {
  describe(`what no route takes: ${principals.length} principals × ${siteRows.length} requests`, () => {
    it.each(principals)('is the same for $name as for all', async ({ sends }) => {
      const outcomes = await eachOf(siteRows, requestsAtATime, async ({ method, path }) => {
        const answer = await world().ask(path, { method, headers: sends(world().keys) });
        return `${method} ${path}: ${outcomeOf(answer)}`;
      });
      expect(outcomes).toEqual(siteRows.map(({ method, path, outcome }) => `${method} ${path}: ${outcome}`));
    });
  });
}
