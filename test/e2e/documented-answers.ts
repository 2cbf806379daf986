import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { eventsIn } from './read-events.ts';

/** An answer of the gateway, or of whoever answered in its place. */
export interface GivenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
}
interface DocumentedAnswer {
  readonly headers: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
type DocumentedPath = Readonly<Record<string, { readonly responses: Readonly<Record<string, DocumentedAnswer>> }>>;
interface DocumentedHeader {
  readonly required?: true;
  readonly schema: Schema;
}

const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, DocumentedPath>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly headers: Readonly<Record<string, DocumentedHeader>>;
  };
};

/** The paths, with a stage in front or not. What takes the rest of a path, slashes and all, is a model's id. */
const patterns = Object.entries(document.paths).map(([path, operations]) => ({
  operations,
  pattern: new RegExp(
    `^(?:/[\\w-]+)?${path
      .replaceAll('.', '\\.')
      .replace('{model}', '.+')
      .replaceAll(/\{\w+\}/g, '[^/]+')}/?$`,
  ),
}));

const refusal: DocumentedAnswer = {
  headers: { 'x-request-id': { $ref: '#/components/headers/x-request-id.always' } },
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } },
};

/** What OPTIONS is answered at any path, of which an OpenAPI document tells for none. */
const preflight: DocumentedAnswer = {
  headers: { ...refusal.headers, Allow: { $ref: '#/components/headers/Allow.always' } },
};

/**
 * Holds an answer against the OpenAPI document: that its status is there for this method and path, that required headers are
 * there and others documented, and that its body is of the schema, with no member that the schema doesn't have. Throws a
 * sentence for each that isn't so. An answer that isn't the gateway's, which bears no `x-request-id`, is let pass at paths that
 * the document doesn't have.
 */
export function holdAgainstDocument(method: string, address: string, answer: GivenAnswer): void {
  const { pathname } = new URL(address);
  const known = patterns.find(({ pattern }) => pattern.test(pathname));
  if (!known && !answer.headers.has('x-request-id')) return;
  const faults = faultsOf(documentedAnswer(known?.operations, method.toUpperCase(), answer.status), method, answer);
  if (faults.length === 0) return;
  const what = `${method} ${pathname} ${answer.status}`;
  throw new Error(`${what} is not as documented: ${faults.join('; ')}\n${answer.bytes.toString().slice(0, 2000)}`);
}

/** What the document says; at paths and for methods that it doesn't have, there are a 404 and a 405 alone. */
function documentedAnswer(
  operations: DocumentedPath | undefined,
  method: string,
  status: number,
): DocumentedAnswer | undefined {
  const asked = method === 'HEAD' ? 'GET' : method;
  const operation = operations?.[asked.toLowerCase()];
  if (operation) return operation.responses[status];
  if (method === 'OPTIONS' && status === 204) return preflight;
  // A stage may lack a path that the document has.
  if (status === 404) return refusal;
  // Any operation tells of the answer to the methods that its path doesn't take.
  return status === 405 ? Object.values(operations ?? {})[0]?.responses[405] : undefined;
}

function faultsOf(documented: DocumentedAnswer | undefined, method: string, answer: GivenAnswer): readonly string[] {
  if (!documented) return ['the document has no such answer'];
  return [...headerFaults(documented, answer.headers), ...bodyFaults(documented, method, answer)];
}

const contractHeaders = [
  ...new Set(Object.keys(document.components.headers).map((name) => name.replace('.always', ''))),
];

function headerFaults({ headers }: DocumentedAnswer, given: Headers): readonly string[] {
  return contractHeaders.flatMap((name) => {
    const value = given.get(name);
    const reference = headers[name]?.$ref;
    const header = reference && document.components.headers[reference.replace('#/components/headers/', '')];
    if (!header) return value === null ? [] : [`the header ${name} is not documented`];
    if (value === null) return header.required ? [`the header ${name} is missing`] : [];
    const isNumber = header.schema.type === 'integer' || header.schema.type === 'number';
    return faultsBy(header.schema, isNumber ? Number(value) : value);
  });
}

function bodyFaults({ content }: DocumentedAnswer, method: string, { headers, bytes }: GivenAnswer): readonly string[] {
  if (!content || method.toUpperCase() === 'HEAD') return bytes.length === 0 ? [] : ['there is a body'];
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const schema = content[type]?.schema;
  if (!schema) return [`the type ${type} is not documented`];
  const values =
    type === 'text/event-stream' ? eventsIn(bytes.toString()).map(({ data }) => data) : [JSON.parse(bytes.toString())];
  return values.flatMap((value) => faultsBy(schema, value));
}

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'document', components: { schemas: closed(document.components.schemas) } });

const validators = new Map<Schema, ValidateFunction>();

function validatorOf(schema: Schema): ValidateFunction {
  const known = validators.get(schema);
  if (known) return known;
  const made = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')));
  validators.set(schema, made);
  return made;
}

function faultsBy(schema: Schema, value: unknown): readonly string[] {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`;
  });
}

/** Schemas whose objects have no members but those named: clients are told to bear with more, but the document is to name all. */
function closed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(closed) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]));
  return ('properties' in value ? { additionalProperties: false, ...members } : members) as Value;
}
