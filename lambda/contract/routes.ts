import type { Operation } from '../domain/generation.ts';
import { callerErrors, frontErrors, type Route } from './route.ts';
import { fileRoutes } from './routes/file-routes.ts';
import { keyRoutes, usageRoute } from './routes/key-routes.ts';
import { jobListRoute } from './routes/list-routes.ts';
import { modelRoutes, siteRoutes } from './routes/site-routes.ts';
import { submitRoute, synchronousRoute } from './routes/submission-routes.ts';

import { operationSegments } from './submission-paths.ts';

function getRoute(operation: Operation): Route {
  return {
    id: `get-${operation}`,
    method: 'GET',
    path: `/v1/async/images/${operationSegments[operation]}/{job_id}`,
    function: 'get-job',
    summary: `Fetch an image ${operation} job`,
    credential: true,
    streamed: true,
    operation,
    answers: {
      200: { body: 'ended_job', description: 'The job has ended: completed, failed or cancelled.' },
      202: { body: 'open_job', description: 'The job is still open.' },
    },
    errors: [...callerErrors, 'not_found'],
  };
}

function cancelRoute(operation: Operation): Route {
  return {
    id: `cancel-${operation}`,
    method: 'POST',
    path: `/v1/async/images/${operationSegments[operation]}/{job_id}/cancel`,
    function: 'cancel-job',
    summary: `Cancel an image ${operation} job`,
    credential: true,
    streamed: true,
    operation,
    answers: { 200: { body: 'ended_job', description: 'The job: cancelled, or as it had already ended.' } },
    errors: [...callerErrors, 'not_found'],
  };
}

function deleteRoute(operation: Operation): Route {
  return {
    id: `delete-${operation}`,
    method: 'DELETE',
    path: `/v1/async/images/${operationSegments[operation]}/{job_id}`,
    function: 'delete-job',
    summary: `Delete an image ${operation} job`,
    credential: true,
    streamed: false,
    operation,
    answers: {
      204: { body: 'none', description: 'The job, its inputs and its images are deleted; an open one was cancelled.' },
    },
    errors: [...callerErrors, 'not_found'],
  };
}

/**
 * Every route of the API. The stack, the OpenAPI document, the 405 answers and the links are all made from this table.
 */
export const routes = [
  submitRoute('generation'),
  submitRoute('edit'),
  submitRoute('variation'),
  synchronousRoute('generation'),
  synchronousRoute('edit'),
  synchronousRoute('variation'),
  getRoute('generation'),
  getRoute('edit'),
  getRoute('variation'),
  cancelRoute('generation'),
  cancelRoute('edit'),
  cancelRoute('variation'),
  deleteRoute('generation'),
  deleteRoute('edit'),
  deleteRoute('variation'),
  jobListRoute,
  {
    id: 'delete-answer',
    method: 'DELETE',
    path: '/v1/images/cache/{cache_id}',
    function: 'delete-answer',
    summary: 'Delete a known answer from the cache',
    credential: true,
    streamed: false,
    answers: {
      204: {
        body: 'none',
        description: 'The answer and its images are deleted. Jobs that it has answered keep theirs.',
      },
    },
    errors: [...callerErrors, 'not_found'],
  },
  {
    id: 'get-image',
    method: 'GET',
    path: '/v1/images/content/{job_id}/{index}',
    function: 'get-image',
    summary: 'Fetch one image of a result by its signed link',
    credential: false,
    streamed: false,
    answers: { 302: { body: 'none', description: 'Redirects to a fresh, short-lived storage address.' } },
    errors: [...frontErrors, 'not_found'],
  },
  ...fileRoutes,
  ...modelRoutes,
  usageRoute,
  ...keyRoutes,
  ...siteRoutes,
] as const satisfies readonly Route[];

/** The routes that a stage has: without time for synchronous answers it lacks those that would give them. */
export const servedRoutes = ({ synchronousSeconds }: { readonly synchronousSeconds: number }): readonly Route[] =>
  routes.filter((route: Route) => synchronousSeconds > 0 || route.function !== 'run-synchronously');

/** The path of a job, relative to the API's root. */
export const jobPath = (operation: Operation, jobId: string): string =>
  `/v1/async/images/${operationSegments[operation]}/${jobId}`;

/** The path of one image of a result, relative to the API's root. */
export const imagePath = (jobId: string, index: number): string => `/v1/images/content/${jobId}/${index}`;

/** The operation that a route, given by its method and path pattern, is about. Throws for a route that has none. */
export function operationOf(method: string, path: string): Operation {
  const route: Route | undefined = routes.find((each) => each.method === method && each.path === path);
  if (!route?.operation) throw new Error(`The route ${method} ${path} has no operation.`);
  return route.operation;
}

/** The methods of a path pattern, as API Gateway names what it has matched; empty where no route has that pattern. */
export const methodsOf = (pattern: string): readonly Route['method'][] =>
  routes.filter(({ path }) => path === pattern).map(({ method }) => method);

/** The methods by which a route's function is reached: HEAD is a GET whose body stays away. */
export const reachedBy = ({ method }: Pick<Route, 'method'>): readonly (Route['method'] | 'HEAD')[] =>
  method === 'GET' ? ['GET', 'HEAD'] : [method];

/** All that a path pattern takes, as `Allow` lists it; empty where no route has that pattern. */
export function allowedMethods(pattern: string): readonly string[] {
  const own = routes.filter(({ path }) => path === pattern).flatMap(reachedBy);
  return own.length === 0 ? [] : [...own, 'OPTIONS'];
}
