import { isDeepStrictEqual } from 'node:util';
import type { Route } from '../../../lambda/contract/route.ts';
import { routes } from '../../../lambda/contract/routes.ts';
import type { Answer } from '../client.ts';
import { eachOf } from './each-of.ts';
import { expectedOf, matrix, type Outcome } from './expected.ts';
import type { PlannedRequest } from './planned-request.ts';
import type { Principal } from './principals.ts';
import { kindOf, planRequest } from './requests.ts';
import type { Row } from './stored-rows.ts';
import type { World } from './world.ts';

/** A route and a state, with what a principal must have from it. */
export interface Cell {
  readonly route: Route;
  readonly state: string;
}

/** Every route of the API with every state that its kind has in the matrix. A route without a column has no cell. */
const cells: readonly Cell[] = routes.flatMap((route) =>
  Object.keys(matrix[kindOf(route)] ?? {}).map((state) => ({ route, state })),
);

/** The cells that a principal asks for: all of its routes, or of each route one. */
export function cellsOf({ name, isVariant, asks = () => true }: Principal): readonly Cell[] {
  const ofRoutes = cells.filter(({ route }) => asks(route));
  return isVariant ? oneOfEachRoute(ofRoutes, name) : ofRoutes;
}

/** Of each route one cell, a different one for each name, so that several principals together ask about all states. */
function oneOfEachRoute(some: readonly Cell[], name: string): readonly Cell[] {
  const byRoute = [...Map.groupBy(some, ({ route }) => route.id).values()];
  return byRoute.flatMap((ofRoute, at) => ofRoute[(at + name.length) % ofRoute.length] ?? []);
}

/** What came of a cell. */
export interface Result {
  readonly cell: Cell;
  readonly outcome: Outcome;
  /** Whether everything that a refused request was about is as it was; true as well where it wasn't refused. */
  readonly isUntouched: boolean;
  readonly answer: Answer;
  /** The status by HEAD, of one state of each route that is asked by GET: HEAD takes GET's way, and only who sends the answer knows of it. */
  readonly headStatus: number | undefined;
}

export const requestsAtATime = 12;

/** Asks a principal's cells, and gives the results in the order of the cells. */
export async function runCells(world: World, principal: Principal): Promise<readonly Result[]> {
  const owner = principal.owner(world.keys);
  const headed = new Set(oneOfEachRoute(cellsOf(principal), principal.name));
  const planned = await Promise.all(
    cellsOf(principal).map(async (cell) => ({
      cell,
      request: await planRequest(world.kit, cell.route, cell.state, owner),
    })),
  );
  await world.tables.put(planned.flatMap(({ request }) => request.rows));
  return eachOf(planned, requestsAtATime, ({ cell, request }) =>
    runCell(world, principal, cell, request, headed.has(cell)),
  );
}

async function runCell(
  world: World,
  principal: Principal,
  cell: Cell,
  request: PlannedRequest,
  byHeadToo: boolean,
): Promise<Result> {
  const { path, init, rows } = request;
  const asked = { ...init, headers: { ...init.headers, ...principal.sends(world.keys) } };
  const answer = await world.ask(path, asked);
  const head =
    byHeadToo && cell.route.method === 'GET' ? await world.ask(path, { ...asked, method: 'HEAD' }) : undefined;
  // The failure of an earlier job is no refusal: the job knows from then on that its caller asked again.
  const isRefused = answer.status >= 400 && answer.headers.get('idempotency-replayed') !== 'true';
  return {
    ...{ cell, answer, headStatus: head?.status, outcome: outcomeOf(answer) },
    isUntouched: !isRefused || (await areUntouched(world, rows)),
  };
}

async function areUntouched({ tables }: World, rows: readonly Row[]): Promise<boolean> {
  const found = await Promise.all(rows.map((row) => tables.find(row)));
  return rows.every(({ item }, at) => isDeepStrictEqual(found[at], item));
}

/** The status, and what tells answers of one status apart. */
export function outcomeOf({ status, headers, json }: Answer): Outcome {
  if (status >= 400) return `${status} ${(json() as { readonly type: string }).type}`;
  return headers.get('idempotency-replayed') === 'true' ? `${status} replayed` : String(status);
}

export const nameOf = ({ route, state }: Cell): string => `${route.id}: ${state}`;

/** What a principal must have from its cells, by the cell's name. */
export const expectedOutcomes = (principal: Principal): Readonly<Record<string, Outcome>> =>
  Object.fromEntries(
    cellsOf(principal).map((cell) => [
      nameOf(cell),
      expectedOf(principal, kindOf(cell.route), cell.route.credential, cell.state),
    ]),
  );
