import type { ErrorCode } from '../domain/error-code.ts';
import type { JsonObject, Operation } from '../domain/generation.ts';
import type { FunctionName } from './environment.ts';
import { limits } from './limits.ts';

/** One method and path of the API, and the function that answers it. */
export interface Route {
  /** Unique; the OpenAPI document's operationId. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `{name}` for each parameter; `{name+}` at the end takes all that is left of the path. */
  readonly path: string;
  readonly function: FunctionName;
  readonly summary: string;
  /** True where a virtual key or a token must be presented. */
  readonly credential: boolean;
  /**
   * True where only an admin is let in, by a token.
   * @default false
   */
  readonly forAdmins?: true;
  /** True where a body may pass Lambda's 6 MB answer limit and is therefore streamed. */
  readonly streamed: boolean;
  /** The operation whose submissions or jobs the route is about. */
  readonly operation?: Operation;
  /**
   * The schema of its JSON body, where it is no submission.
   * @default - it has no body, or an operation's
   */
  readonly request?: 'VirtualKeyCreation' | 'VirtualKeyChange' | 'VirtualKeyRotation' | 'FileUpload';
  /** The query's parameters, where it has any. */
  readonly query?: readonly QueryParameter[];
  /** The bodies of its answers by status; errors share one body. */
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** The error codes a caller of this route may meet. */
  readonly errors: readonly ErrorCode[];
}

/** Which of some routes a request has come by, given its method and path pattern. Throws where it is none of them. */
export function routeIdOf<Id extends string>(
  routes: readonly (Pick<Route, 'method' | 'path'> & { readonly id: Id })[],
  method: string,
  pattern: string,
): Id {
  const route = routes.find((each) => each.method === method && each.path === pattern);
  if (!route) throw new Error(`The route ${method} ${pattern} is none of ${routes.map(({ id }) => id).join(', ')}.`);
  return route.id;
}

export interface RouteAnswer {
  readonly body:
    | 'open_job'
    | 'ended_job'
    | 'image_result'
    | 'jobs'
    | 'models'
    | 'model'
    | 'virtual_key'
    | 'made_key'
    | 'virtual_keys'
    | 'deleted_key'
    | 'usage'
    | 'file'
    | 'made_file'
    | 'files'
    | 'deleted_file'
    | 'health'
    | 'openapi'
    | 'none';
  readonly description: string;
  /**
   * True where the answer may be a stream of server-sent events instead, if the submission asks for it.
   * @default false
   */
  readonly events?: true;
  /**
   * True where the answer may be a quote instead, if the query asks for one.
   * @default false
   */
  readonly quote?: true;
}

/** A parameter of a route's query, as the OpenAPI document describes it. */
export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonObject;
}

/** The parameter by which an admin names another owner. */
export const ownerParameter = (whose: string): QueryParameter => ({
  name: 'owner',
  description: `For admins: ${whose}, by a virtual key's id or \`admin:\` and a token's subject. Absent: the caller's.`,
  schema: { type: 'string', minLength: 1, maxLength: limits.ownerCharacters },
});

/**
 * Errors that are possible on every route: `method_not_allowed` where its path doesn't take the method, `rate_limited`
 * where API Gateway throttles the stage, and the others where API Gateway, the function or a store fails.
 */
export const frontErrors = ['method_not_allowed', 'rate_limited', 'internal', 'unavailable'] as const;

/** Errors for a caller whom a route doesn't let in. */
export const callerErrors = [
  ...frontErrors,
  'virtual_key_required',
  'virtual_key_not_found',
  'invalid_token',
  'virtual_key_blocked',
] as const;

/** Whether a submission is sent there, to be answered with a job or with the result. */
export const isSubmission = (route: Route): route is Route & { readonly operation: Operation } =>
  route.function === 'submit-job' || isSynchronous(route);

/** Whether the answer is the result itself, or the failure with its own status. */
export const isSynchronous = (route: Route): boolean => route.function === 'run-synchronously';

/** Whether a route honours `Prefer: wait`. A synchronous one waits without it. */
export const takesPreference = (route: Route): boolean =>
  route.function === 'submit-job' || route.function === 'get-job';
