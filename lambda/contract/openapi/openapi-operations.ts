import type { JsonObject, Operation } from '../../domain/generation.ts';
import type { FunctionName } from '../environment.ts';
import { isSubmission, type Route, takesPreference } from '../route.ts';
import { goodAnswers } from './openapi-answers.ts';
import { describeRoute } from './openapi-descriptions.ts';
import { errorAnswers } from './openapi-errors.ts';
import { exampleIds } from './openapi-example-ids.ts';
import { type RequestSchema, requestExampleReferences } from './openapi-examples.ts';
import { preferParameter, requestIdParameter, submissionParameters } from './openapi-headers.ts';
import { schemaReference, submissionSchemas } from './openapi-schemas.ts';
import { securityRequirements } from './openapi-security.ts';

/** A route's path as OpenAPI writes it, which knows no greedy parameters. */
export const openApiPath = ({ path }: Pick<Route, 'path'>): string => path.replace('+}', '}');

/** One route as an OpenAPI operation. */
export function operationObject(route: Route): JsonObject {
  return {
    operationId: route.id,
    summary: route.summary,
    description: describeRoute(route),
    tags: [tags[route.function] ?? 'Images'],
    security: securityRequirements(route),
    parameters: parameters(route),
    ...(isSubmission(route) ? { requestBody: requestBody(route.operation) } : {}),
    ...(route.request ? { requestBody: jsonBody(route.request) } : {}),
    responses: { ...goodAnswers(route), ...errorAnswers(route) },
  };
}

/** The groups of routes that are about something else than images. */
const tags: Readonly<Partial<Record<FunctionName, string>>> = {
  'serve-site': 'Site',
  'list-models': 'Models',
  'show-usage': 'Usage',
  'manage-files': 'Files',
  'manage-keys': 'Virtual keys',
};

const pathParameters: Readonly<Record<string, JsonObject>> = {
  cache_id: {
    description: 'The id of the known answer, from `cache_debug`.',
    schema: { type: 'string', format: 'uuid' },
    example: exampleIds.answer,
  },
  job_id: { description: "The job's id.", schema: { type: 'string', format: 'uuid' }, example: exampleIds.job },
  model: {
    description: 'The id of the model, as `provider/model`; its slashes may be encoded or not.',
    schema: { type: 'string' },
    example: exampleIds.model,
  },
  file_id: { description: "The file's id.", schema: { type: 'string' }, example: exampleIds.file },
  key_id: { description: "The virtual key's id.", schema: { type: 'string' }, example: exampleIds.key },
  index: {
    description: 'The index of the image in the result, from 0.',
    schema: { type: 'integer', minimum: 0 },
    example: 0,
  },
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
  const schemas: { readonly json: RequestSchema; readonly form?: RequestSchema } = submissionSchemas[operation];
  const images = { contentType: 'image/png, image/jpeg, image/webp' };
  const encoding = {
    image: images,
    'image[]': images,
    ...(operation === 'edit' ? { mask: images, 'mask[]': images } : {}),
  };
  const form = schemas.form && { 'multipart/form-data': { ...bodyOf(schemas.form), encoding } };
  return { required: true, content: { ...form, 'application/json': bodyOf(schemas.json) } };
}

/** Only a rotation may come without a body. */
const jsonBody = (name: NonNullable<Route['request']>): JsonObject => ({
  required: name !== 'VirtualKeyRotation',
  content: { ...(name === 'FileUpload' && { 'multipart/form-data': fileForm }), 'application/json': bodyOf(name) },
});

/** The object among its parts is sent as `expires_after[anchor]` and `expires_after[seconds]`. */
const fileForm: JsonObject = {
  ...{ schema: schemaReference('FileForm'), examples: requestExampleReferences('FileForm') },
  encoding: {
    file: { contentType: 'image/png, image/jpeg, image/webp' },
    expires_after: { style: 'deepObject', explode: true },
  },
};

const bodyOf = (name: RequestSchema): JsonObject => ({
  schema: schemaReference(name),
  examples: requestExampleReferences(name),
});
