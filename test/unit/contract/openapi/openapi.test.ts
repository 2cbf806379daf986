import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { errorBodySchema, statusOf } from '../../../../lambda/contract/errors.ts';
import { credentialHeaders, headerNames } from '../../../../lambda/contract/headers.ts';
import { limits } from '../../../../lambda/contract/limits.ts';
import { openApiDocument } from '../../../../lambda/contract/openapi/openapi.ts';
import { openApiPath } from '../../../../lambda/contract/openapi/openapi-operations.ts';
import type { Route } from '../../../../lambda/contract/route.ts';
import { routes, servedRoutes } from '../../../../lambda/contract/routes.ts';
import { submissionFields } from '../../../../lambda/contract/submission.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: unknown;
}
interface Answer {
  readonly description: string;
  readonly headers: Record<string, unknown>;
  readonly content?: Record<string, { schema: unknown; examples?: Record<string, { $ref: string }> }>;
}
interface Operation {
  readonly operationId: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Record<string, { schema: { $ref: string }; examples?: Record<string, { $ref: string }> }>;
  };
  readonly responses: Record<string, Answer>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, Record<string, unknown>>;
    readonly headers: Record<string, { readonly required?: boolean }>;
    readonly examples: Record<string, { value: unknown }>;
    readonly securitySchemes: Record<string, { type: string; name?: string }>;
  };
}

const all: readonly Route[] = routes;
let document: Document;

beforeAll(() => {
  document = JSON.parse(JSON.stringify(openApiDocument('1.2.3')));
});

function operationOf(route: Route): Operation {
  const operation = document.paths[openApiPath(route)]?.[route.method.toLowerCase()];
  if (!operation) throw new Error(`The document lacks ${route.id}.`);
  return operation;
}

const takesSubmission = (route: Route): boolean => /^(submit|run)-/.test(route.id);

/** Every object in the document, with the way to it. */
function* objectsIn(value: unknown, path = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [name, member] of Object.entries(value)) {
    yield* objectsIn(member, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

describe('openApiDocument', () => {
  it('leaves out the routes that a stage does not have', () => {
    const { paths } = openApiDocument('1.2.3', servedRoutes({ synchronousSeconds: 0 })) as unknown as Document;
    const missing = Object.keys(document.paths).filter((path) => !(path in paths));
    expect(missing).toEqual(['/v1/images/generations', '/v1/images/edits', '/v1/images/variations']);
  });

  it('is OpenAPI 3.1 and nothing but JSON', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info.version).toBe('1.2.3');
    expect(openApiDocument('1.2.3')).toEqual(document);
  });

  it('has every route with just the answers and errors of the table', () => {
    const inDocument = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((each) => each.operationId),
    );
    expect(inDocument.sort()).toEqual(all.map((route) => route.id).sort());
    for (const route of all) {
      const statuses = [...Object.keys(route.answers).map(Number), ...route.errors.map(statusOf)];
      const shown = Object.keys(operationOf(route).responses).map(Number);
      expect(new Set(shown)).toEqual(new Set(statuses));
    }
  });

  it('shows each error code of a route as an example that is a valid error body', () => {
    for (const route of all) {
      const examples = Object.values(operationOf(route).responses).flatMap((answer) =>
        Object.entries(answer.content?.['application/json']?.examples ?? {}),
      );
      const codes = examples.map(([name]) => name).filter((name) => route.errors.some((code) => code === name));
      expect(codes.sort()).toEqual([...route.errors].sort());
    }
    for (const code of new Set(all.flatMap(({ errors }) => errors))) {
      const { value } = document.components.examples[code] ?? {};
      expect(errorBodySchema.parse(value)).toMatchObject({ type: code, error: { code } });
    }
  });

  it('refers only to what it holds', () => {
    const byPath = new Map(objectsIn(document));
    const references = [...byPath.values()].flatMap((each) => (typeof each.$ref === 'string' ? [each.$ref] : []));
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) expect(byPath.has(reference), reference).toBe(true);
  });

  it('holds schemas that compile, keep their types apart, and leave room for new fields where unknown ones are not refused', () => {
    const closed = ['VirtualKeyCreation', 'VirtualKeyChange', 'VirtualKeyRotation', 'FileUpload', 'FileForm'];
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      expect(schema).not.toHaveProperty('$id');
      expect(schema.type).toBe('object');
      const patterns = [...objectsIn(schema)].flatMap(([, each]) =>
        typeof each.pattern === 'string' ? [each.pattern] : [],
      );
      for (const pattern of patterns) expect(() => new RegExp(pattern, 'u')).not.toThrow();
      for (const [path, each] of objectsIn(schema)) {
        const isClosed = closed.includes(name) && each.properties !== undefined;
        expect(each.additionalProperties === false, `${name} ${path}`).toBe(isClosed);
        const required = Array.isArray(each.required) ? each.required : [];
        if (typeof each.properties !== 'object' || each.properties === null) continue;
        for (const field of required) expect(Object.keys(each.properties), `${name} ${path}`).toContain(field);
      }
    }
  });

  it('holds schemas that a reader of JSON Schema takes back, and that accept what the gateway accepts', () => {
    const { ImageGenerationSubmission: schema } = document.components.schemas;
    const readBack = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    const candidates: [object, boolean][] = [
      [{ model: 'a/b', prompt: 'x' }, true],
      [{ model: 'a/b', prompt: 'x', n: 10, unknown: { a: 1 }, fallbacks: ['a/b'] }, true],
      [{ model: 'a/b' }, false],
      [{ model: 'a', prompt: 'x' }, true],
      [{ model: 'a/', prompt: 'x' }, false],
      [{ model: 'a/b', prompt: ' \n' }, false],
      [{ model: 'a/b', prompt: 'x', n: 11 }, false],
      [{ model: 'a/b', prompt: 'x', quality: 'best' }, true],
      [{ model: 'a/b', prompt: 'x', quality: 'the best' }, false],
    ];
    for (const [candidate, accepted] of candidates) {
      expect(readBack.safeParse(candidate).success).toBe(accepted);
      expect(submissionFields.generation.safeParse(candidate).success).toBe(accepted);
    }
  });

  it('tells of the bodies and queries by which virtual keys are managed', () => {
    const described = all.flatMap((route) => {
      const { requestBody, parameters } = operationOf(route);
      const query = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
      const body = requestBody?.content['application/json']?.schema.$ref.replace(/^.*\//, '');
      return route.path.startsWith('/v1/admin') ? [[route.method, route.path.slice(9), body, ...query]] : [];
    });
    expect(described).toEqual([
      ['POST', '/virtual-keys', 'VirtualKeyCreation'],
      ['GET', '/virtual-keys', undefined, 'limit', 'cursor'],
      ['GET', '/virtual-keys/{key_id}', undefined],
      ['PATCH', '/virtual-keys/{key_id}', 'VirtualKeyChange'],
      ['POST', '/virtual-keys/{key_id}/rotate', 'VirtualKeyRotation'],
      ['DELETE', '/virtual-keys/{key_id}', undefined, 'purge'],
    ]);
  });

  it('names each path parameter, and the headers that a submission may bear', () => {
    for (const route of all) {
      const { parameters } = operationOf(route);
      const inPath = parameters.filter((each) => each.in === 'path');
      expect(inPath.every((each) => each.required)).toBe(true);
      expect(inPath.map((each) => `{${each.name}}`)).toEqual(openApiPath(route).match(/\{[^}]+\}/g) ?? []);
      for (const each of inPath) expect(each.schema, `${route.id}: ${each.name}`).toBeDefined();
      const headers = parameters.filter((each) => each.in === 'header').map((each) => each.name);
      expect(headers).toContain(headerNames.requestId);
      const own = [headerNames.resultTtl, headerNames.idempotencyKey, headerNames.rawRequest, headerNames.rawResponse];
      for (const name of own) expect(headers.includes(name)).toBe(takesSubmission(route));
      expect(new Set(parameters.map((each) => `${each.in} ${each.name}`)).size).toBe(parameters.length);
    }
  });

  it('has nothing to be sent with a cancellation, and lets none but submissions and looks at a job prefer to wait', () => {
    for (const route of all) {
      const { parameters, requestBody } = operationOf(route);
      const headers = parameters.filter((each) => each.in === 'header').map((each) => each.name);
      if (route.function === 'cancel-job') {
        expect(requestBody).toBeUndefined();
        expect(headers).toEqual([headerNames.requestId]);
        expect(Object.keys(operationOf(route).responses[200]?.headers ?? {})).toEqual([headerNames.requestId]);
      }
      expect(headers.includes(headerNames.prefer), route.id).toBe(/^(submit|get)-(gen|edit|var)/.test(route.id));
    }
  });

  it('tells of a budget with submissions alone, and of another method everywhere', () => {
    for (const route of all) {
      const { responses } = operationOf(route);
      expect('402' in responses, route.id).toBe(takesSubmission(route));
      expect(responses[405]?.headers).toMatchObject({ Allow: { $ref: '#/components/headers/Allow.always' } });
    }
  });

  it("tells of API Gateway's own 413 wherever a body is sent, without an id that it might lack", () => {
    for (const route of all) {
      const { responses, requestBody } = operationOf(route);
      expect('413' in responses, route.id).toBe(requestBody !== undefined);
      if (!requestBody) continue;
      const { content, headers } = responses[413] ?? {};
      expect(content?.['application/json']).toMatchObject({
        schema: {
          oneOf: [{ $ref: '#/components/schemas/ErrorBody' }, { $ref: '#/components/schemas/RequestTooLong' }],
        },
        examples: { 'request-too-long': { $ref: '#/components/examples/request-too-long' } },
      });
      expect(headers).toEqual({ 'x-request-id': { $ref: '#/components/headers/x-request-id' } });
    }
  });

  it('requires the headers that are always there', () => {
    const { headers } = document.components;
    for (const route of all) {
      for (const [status, answer] of Object.entries(operationOf(route).responses)) {
        const required = Object.entries(answer.headers as Record<string, { $ref: string }>)
          .filter(([, { $ref }]) => headers[$ref.replace('#/components/headers/', '')]?.required)
          .map(([name]) => name);
        const always = {
          202: ['x-request-id', 'Location', 'Retry-After'],
          302: ['x-request-id', 'Location'],
          405: ['x-request-id', 'Allow'],
          413: [],
          429: ['x-request-id', 'Retry-After'],
          503:
            takesSubmission(route) && route.id.startsWith('run') ? ['x-request-id'] : ['x-request-id', 'Retry-After'],
        }[status];
        expect(required, `${route.id} ${status}`).toEqual(always ?? ['x-request-id']);
      }
    }
  });

  it('has an example of each body, sent or answered', () => {
    for (const route of all) {
      const { requestBody, responses } = operationOf(route);
      for (const { content } of [...(requestBody ? [requestBody] : []), ...Object.values(responses)]) {
        for (const [type, { examples }] of Object.entries(content ?? {})) {
          expect(Object.keys(examples ?? {}).length, `${route.id} ${type}`).toBeGreaterThan(0);
        }
      }
    }
  });

  it('tells where to go on, and when, with every open job', () => {
    for (const route of all) {
      for (const [status, { headers }] of Object.entries(operationOf(route).responses)) {
        expect(Object.keys(headers)).toContain('x-request-id');
        const goesOn = route.function === 'run-synchronously' && ['404', '500', '502', '503', '504'].includes(status);
        expect('Location' in headers, `${route.id} ${status}`).toBe(status === '202' || status === '302' || goesOn);
        expect('Retry-After' in headers).toBe(['202', '402', '429', '503'].includes(status));
      }
    }
  });

  it('describes a synchronous answer as a result, or where it streams as events, with the job behind it', () => {
    const synchronous = all.filter((route) => route.function === 'run-synchronously');
    expect(synchronous.length).toBe(3);
    for (const route of synchronous) {
      const { responses, parameters } = operationOf(route);
      const { content = {}, headers = {} } = responses[200] ?? {};
      expect(content['application/json']?.schema).toEqual({
        oneOf: [{ $ref: '#/components/schemas/ImageResult' }, { $ref: '#/components/schemas/Quote' }],
      });
      const events = ['PartialImageEvent', 'CompletedImageEvent', 'StreamErrorEvent'];
      expect(content['text/event-stream']?.schema, route.id).toEqual(
        route.operation === 'variation'
          ? undefined
          : { oneOf: events.map((name) => ({ $ref: `#/components/schemas/${name}` })) },
      );
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(['x-darkroom-job-id', 'idempotency-replayed']));
      expect(parameters.map(({ name }) => name)).not.toContain(headerNames.prefer);
    }
  });

  it('tells clients that retry by themselves where they may pay twice, or would gain nothing', () => {
    for (const route of all.filter(takesSubmission)) {
      const isSynchronous = route.function === 'run-synchronously';
      const telling = Object.entries(operationOf(route).responses).filter(
        ([, { headers }]) => 'x-should-retry' in headers,
      );
      const ofJobs = ['400', '402', '403', '404', '422', '499', '500', '502', '503', '504'];
      expect(telling.map(([status]) => status)).toEqual(
        isSynchronous ? [...ofJobs, '409'].sort() : ['409', '422', '503'],
      );
      for (const [status, { headers }] of telling) {
        const isOfJob = isSynchronous && status !== '409';
        expect('x-darkroom-job-id' in headers).toBe(isOfJob);
        expect('ratelimit' in headers, status).toBe(isOfJob);
      }
    }
  });

  it('tells of the limit of a caller with the 429 of a submission, of files with that of an upload, and of that of the stage alone elsewhere', () => {
    const ofLimits = ['ratelimit-policy', 'ratelimit', 'x-budget-limit', 'x-budget-remaining', 'x-budget-reset'];
    for (const route of all) {
      const headers = Object.keys(operationOf(route).responses[429]?.headers ?? {});
      const ofUpload = route.id === 'create-file' ? ['x-should-retry'] : [];
      const ofCaller = takesSubmission(route) ? ofLimits : ofUpload;
      expect(headers, route.id).toEqual(['x-request-id', 'Retry-After', ...ofCaller]);
      if (takesSubmission(route)) {
        const ofBudget = Object.keys(operationOf(route).responses[402]?.headers ?? {});
        expect(ofBudget, route.id).toEqual(expect.arrayContaining(['Retry-After', ...ofLimits]));
      }
    }
  });

  it('asks for any one of the credential headers where a route does, and for the bearer where it is for admins', () => {
    const schemes = document.components.securitySchemes;
    const headers = Object.values(schemes).map((scheme) => (scheme.type === 'http' ? 'authorization' : scheme.name));
    expect(headers).toEqual([...credentialHeaders]);
    for (const route of all) {
      const isForAdmins = route.path.startsWith('/v1/admin/');
      const names = isForAdmins ? ['bearer'] : route.credential ? Object.keys(schemes) : [];
      expect(operationOf(route).security, route.id).toEqual(names.map((name) => ({ [name]: [] })));
    }
  });

  it('takes JSON for every submission, and a form with files for edits, variations and uploads', () => {
    for (const route of all) {
      const content = operationOf(route).requestBody?.content ?? {};
      const hasBody = takesSubmission(route) || route.request !== undefined;
      const hasForm = takesSubmission(route) ? route.operation !== 'generation' : route.id === 'create-file';
      const expected = [...(hasForm ? ['multipart/form-data'] : []), ...(hasBody ? ['application/json'] : [])];
      expect(Object.keys(content)).toEqual(expected);
    }
    const { ImageEditForm: edit, ImageVariationForm: variation } = document.components.schemas;
    const binary = { type: 'string', format: 'binary' };
    expect(edit?.properties).toMatchObject({
      image: { type: 'array', items: binary, maxItems: limits.images },
      'image[]': { type: 'array', items: binary, maxItems: limits.images },
      mask: binary,
      n: { type: 'integer', minimum: 1, maximum: 10 },
    });
    expect(variation?.properties).not.toHaveProperty('mask');
    expect(variation?.properties).not.toHaveProperty('prompt');
    expect(edit?.required).toEqual(['model']);
    expect(document.components.schemas.FileForm).toMatchObject({ properties: { file: binary }, required: ['file'] });
  });
});
