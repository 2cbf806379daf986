import type { JsonObject } from '../../domain/generation.ts';
import { limits } from '../limits.ts';
import type { Route } from '../route.ts';
import { routes } from '../routes.ts';
import { answerExamples } from './openapi-answer-examples.ts';
import { answerHeaders } from './openapi-answer-headers.ts';
import { errorExamples } from './openapi-errors.ts';
import { openApiPath, operationObject } from './openapi-operations.ts';
import { requestExamples } from './openapi-request-examples.ts';
import { componentSchemas } from './openapi-schemas.ts';
import { securitySchemes } from './openapi-security.ts';

/**
 * The OpenAPI 3.1 document, made from the route table and the schemas that the gateway checks requests with: of all
 * routes, or of those that a stage has.
 */
export function openApiDocument(version: string, served: readonly Route[] = routes): JsonObject {
  return {
    openapi: '3.1.0',
    info: { title: 'Darkroom', version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    // Relative to the document's own address, which bears the stage.
    servers: [{ url: '.' }],
    tags: [
      { name: 'Images', description: 'Jobs that make, edit and vary images, and their results.' },
      { name: 'Files', description: 'Uploads of callers, to be named by their ids as inputs of jobs.' },
      { name: 'Models', description: 'Models and their capabilities.' },
      { name: 'Usage', description: "A caller's own usage: limits, budgets and spending." },
      { name: 'Virtual keys', description: 'Credentials of callers: for admins only, with a token as the bearer.' },
      { name: 'Site', description: 'Health and the API description.' },
    ],
    paths: paths(served),
    components: { schemas: componentSchemas(), headers: answerHeaders, examples: examples(), securitySchemes },
  };
}

const description = [
  'An image-generation gateway. Submit a job and poll it until it has ended; or use a synchronous route, whose response is the result.',
  `A body may have ${limits.bodyBytes} bytes (${limits.bodyBytes / 1024 ** 2} MiB), its parameters ${limits.parameterBytes / 1024} KiB as JSON, and a text part ${limits.textPartBytes / 1024} KiB unless it contains an image.`,
  'Every error has the body `ErrorBody`, with one exception: API Gateway itself answers bodies of more than about 4.4 MiB with its own 413. Upload larger images by `POST /v1/files`; the storage answers the form for that with its own XML.',
  'Unknown fields of a submission are kept as extra parameters and offered to the provider.',
].join('\n\n');

/** All examples under their names: of bodies that are sent, of answers, and of each error. */
function examples(): JsonObject {
  const values = Object.entries({ ...answerExamples, ...errorExamples });
  const answered = Object.fromEntries(values.map(([name, value]) => [name, { value }]));
  return JSON.parse(JSON.stringify(Object.assign({}, ...Object.values(requestExamples), answered))) as JsonObject;
}

function paths(served: readonly Route[]): JsonObject {
  const byPath = Map.groupBy(served, openApiPath);
  return Object.fromEntries(
    [...byPath].map(([path, at]) => [
      path,
      Object.fromEntries(at.map((route) => [route.method.toLowerCase(), operationObject(route)])),
    ]),
  );
}
