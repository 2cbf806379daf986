import { type Operation, operations } from '../domain/generation.ts';

/** The path segment of each operation. */
export const operationSegments = {
  generation: 'generations',
  edit: 'edits',
  variation: 'variations',
} as const satisfies Record<Operation, string>;

const doorPaths = { asynchronous: '/v1/async/images', synchronous: '/v1/images' } as const;

/** How a route that takes submissions answers: with a job, or with its result. */
export type RouteDoor = keyof typeof doorPaths;

/** Where an operation is submitted, relative to the API's root. */
export const submissionPath = (operation: Operation, door: RouteDoor): string =>
  `${doorPaths[door]}/${operationSegments[operation]}`;

const operationsByPath: ReadonlyMap<string, Operation> = new Map(
  operations.flatMap((operation) =>
    (['asynchronous', 'synchronous'] as const).map((door) => [submissionPath(operation, door), operation] as const),
  ),
);

/** The operation that is submitted at a route, given by its method and path pattern; undefined where none is. */
export const submittedAt = (method: string, path: string): Operation | undefined =>
  method === 'POST' ? operationsByPath.get(path) : undefined;
