import type { ErrorCode } from '../domain/error-code.ts';
import { failurePolicies } from '../domain/failure.ts';
import type { JsonObject, Operation } from '../domain/generation.ts';
import type { FunctionName } from './environment.ts';
import { errorTable, statusOf } from './errors.ts';
import { type answerHeaders, preferParameter, requestIdParameter, submissionParameters } from './openapi-headers.ts';
import { type SchemaName, schemaReference, submissionSchemas } from './openapi-schemas.ts';
import { securityRequirements } from './openapi-security.ts';
import type { Route, RouteAnswer } from './route.ts';

/** A route's path as OpenAPI writes it, which knows no greedy parameters. */
export const openApiPath = ({ path }: Pick<Route, 'path'>): string => path.replace('+}', '}');

/** One route as an OpenAPI operation. */
export function operationObject(route: Route): JsonObject {
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [tags[route.function] ?? 'Images'],
    security: securityRequirements(route),
    parameters: parameters(route),
    ...(isSubmission(route) ? { requestBody: requestBody(route.operation) } : {}),
    ...(route.request ? { requestBody: jsonBody(route.request) } : {}),
    responses: { ...answers(route), ...errors(route) },
  };
}

/** The groups of routes that are about something else than images. */
const tags: Readonly<Partial<Record<FunctionName, string>>> = {
  'serve-site': 'Site',
  'list-models': 'Models',
  'manage-keys': 'Virtual keys',
};

const isSubmission = (route: Route): route is Route & { operation: Operation } =>
  route.method === 'POST' && route.operation !== undefined;

/** Whether the answer is the result itself, or the failure with its own status. */
const isSynchronous = (route: Route): boolean => route.function === 'run-synchronously';

/** A synchronous answer waits for the end of its job without being asked to. */
const takesPreference = (route: Route): boolean => route.operation !== undefined && !isSynchronous(route);

const pathParameters: Readonly<Record<string, JsonObject>> = {
  job_id: { description: "The job's id.", schema: { type: 'string', format: 'uuid' } },
  model: {
    description: 'The id of the model, as `provider/model`; its slashes may be encoded or not.',
    schema: { type: 'string' },
  },
  key_id: { description: "The virtual key's id.", schema: { type: 'string' } },
  index: { description: "The image's place in the result, from 0.", schema: { type: 'integer', minimum: 0 } },
};

const linkParameters: readonly JsonObject[] = [
  { name: 'expires', in: 'query', required: true, description: 'Unix seconds.', schema: { type: 'integer' } },
  { name: 'signature', in: 'query', required: true, description: 'As in the link.', schema: { type: 'string' } },
];

function parameters(route: Route): JsonObject[] {
  const inPath = [...openApiPath(route).matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...pathParameters[name],
  }));
  return [
    ...inPath,
    ...(route.function === 'get-image' ? linkParameters : []),
    ...(route.query ?? []).map((parameter) => ({ ...parameter, in: 'query' })),
    requestIdParameter,
    ...(takesPreference(route) ? [preferParameter] : []),
    ...(isSubmission(route) ? submissionParameters : []),
  ];
}

function requestBody(operation: Operation): JsonObject {
  const schemas: { readonly json: SchemaName; readonly form?: SchemaName } = submissionSchemas[operation];
  const images = { contentType: 'image/png, image/jpeg, image/webp' };
  const encoding = {
    image: images,
    'image[]': images,
    ...(operation === 'edit' ? { mask: images, 'mask[]': images } : {}),
  };
  const form = schemas.form && { 'multipart/form-data': { schema: schemaReference(schemas.form), encoding } };
  return { required: true, content: { ...form, 'application/json': { schema: schemaReference(schemas.json) } } };
}

/** Only a rotation may come without a body. */
const jsonBody = (name: NonNullable<Route['request']>): JsonObject => ({
  required: name !== 'VirtualKeyRotation',
  content: { 'application/json': { schema: schemaReference(name) } },
});

const answerSchemas: Readonly<Record<RouteAnswer['body'], JsonObject | undefined>> = {
  job: schemaReference('ImageJob'),
  image_result: schemaReference('ImageResult'),
  models: schemaReference('ModelList'),
  model: schemaReference('Model'),
  virtual_key: schemaReference('VirtualKey'),
  virtual_keys: schemaReference('VirtualKeyList'),
  deleted_key: schemaReference('DeletedVirtualKey'),
  health: schemaReference('Health'),
  openapi: { type: 'object' },
  none: undefined,
};

function answers(route: Route): JsonObject {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, answer]) => {
      const schema = answerSchemas[answer.body];
      return [
        status,
        {
          description: answer.description,
          headers: headersOf(route, Number(status)),
          ...(schema && {
            content: { 'application/json': { schema }, ...(answer.events && { 'text/event-stream': eventStream }) },
          }),
        },
      ];
    }),
  );
}

/** What the data of each event is. */
const eventStream: JsonObject = {
  schema: {
    oneOf: (['PartialImageEvent', 'CompletedImageEvent', 'StreamErrorEvent'] as const).map(schemaReference),
  },
};

function headersOf(route: Route, status: number): JsonObject {
  const names: (keyof typeof answerHeaders)[] = ['x-request-id'];
  if (status === 202) names.push('Location', 'Retry-After');
  if (status === 302) names.push('Location');
  if (isSubmission(route)) names.push('idempotency-replayed', 'ratelimit-policy', 'ratelimit');
  if (isSynchronous(route)) names.push('x-darkroom-job-id');
  if (takesPreference(route)) names.push('preference-applied');
  return headerReferences(names);
}

const headerReferences = (names: readonly (keyof typeof answerHeaders)[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** One answer a status; the codes that share it are its examples. */
function errors(route: Route): JsonObject {
  const { errors: codes } = route;
  const statuses = [...new Set(codes.map(statusOf))];
  return Object.fromEntries(
    statuses.map((status) => {
      const sharing = codes.filter((code) => statusOf(code) === status);
      const isJobs = isSynchronous(route) && sharing.some((code) => jobCodes.has(code));
      const headers: (keyof typeof answerHeaders)[] = ['x-request-id'];
      if (status === 429 || status === 503) headers.push('Retry-After');
      // Elsewhere a 429 is API Gateway's own, which knows nothing of the caller's limits.
      if (status === 429 && isSubmission(route)) headers.push('ratelimit-policy', 'ratelimit');
      if (isJobs) headers.push('x-darkroom-job-id', 'idempotency-replayed', 'x-should-retry');
      if (isJobs && status >= 500) headers.push('Location');
      return [
        String(status),
        {
          description: sharing.map((code) => `\`${code}\``).join(', '),
          headers: headerReferences(headers),
          content: {
            'application/json': {
              schema: schemaReference('ErrorBody'),
              examples: Object.fromEntries(sharing.map((code) => [code, { value: exampleOf(code) }])),
            },
          },
        },
      ];
    }),
  );
}

/** What a job may fail with, or its answer once it was accepted: the code of a synchronous answer. */
const jobCodes: ReadonlySet<ErrorCode> = new Set([
  ...Object.values(failurePolicies).map(({ code }) => code),
  'cancelled',
  'virtual_key_blocked',
  'deadline_exceeded',
]);

const exampleId = '7f0c2f64-5d0b-4d0e-9d0a-3f1c2b4a5e6f';

const exampleOf = (code: ErrorCode): JsonObject => ({
  event_id: exampleId,
  type: code,
  is_bifrost_error: true,
  status_code: statusOf(code),
  error: {
    type: errorTable[code].class,
    code,
    message: 'What was wrong, and what to do.',
    event_id: exampleId,
  },
  extra_fields: {},
});
