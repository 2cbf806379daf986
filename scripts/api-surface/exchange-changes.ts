import { type ApiChange, listOf, type Part, paired, partOf, resolved, unjudged } from './api-change.ts';
import type { SchemaComparison } from './schema-changes.ts';

/** Two documents, and their shared schemas in both directions. */
export interface Comparison {
  readonly before: Part;
  readonly after: Part;
  readonly sent: SchemaComparison;
  readonly received: SchemaComparison;
}

export function parameterChanges(
  comparison: Comparison,
  where: string,
  before: Part,
  after: Part,
): readonly ApiChange[] {
  const byName = (document: Part, operation: Part): Readonly<Record<string, Part>> => {
    const parameters = listOf(operation.parameters).map((each) => resolved(document, each));
    // Header names are case-insensitive.
    const nameOf = (each: Part) => (each.in === 'header' ? String(each.name).toLowerCase() : String(each.name));
    return Object.fromEntries(parameters.map((each) => [`${String(each.in)} parameter ${nameOf(each)}`, each]));
  };
  const now = byName(comparison.after, after);
  const { gone, added, inBoth } = paired(byName(comparison.before, before), now);
  return [
    ...gone.map((name) => ({ where, what: `${name} removed`, breaking: true })),
    ...added.map((name) => {
      const required = now[name]?.required === true;
      return { where, what: `${required ? 'required ' : ''}${name} added`, breaking: required };
    }),
    ...inBoth.flatMap(([name, old, each]) => [
      ...requirement(where, name, old.required === true, each.required === true, 'request'),
      ...unjudged(`${where} ${name}`, ['style', 'explode', 'allowReserved', 'content'], old, each),
      ...comparison.sent.changes(`${where} ${name}`, { before: old.schema, after: each.schema }),
    ]),
  ];
}

function requirement(
  where: string,
  name: string,
  before: boolean,
  after: boolean,
  direction: 'request' | 'response',
): readonly ApiChange[] {
  if (before === after) return [];
  const sent = direction === 'request';
  const what = `${name} now ${after ? 'required' : 'optional'}`;
  return [{ where, what, breaking: after === sent }];
}

export function bodyChanges(
  comparison: Comparison,
  where: string,
  before: unknown,
  after: unknown,
): readonly ApiChange[] {
  const old = resolved(comparison.before, before);
  const now = resolved(comparison.after, after);
  if (after === undefined) return before === undefined ? [] : [{ where, what: 'request body removed', breaking: true }];
  if (before === undefined) return [{ where, what: 'request body added', breaking: now.required === true }];
  return [
    ...requirement(where, 'request body', old.required === true, now.required === true, 'request'),
    ...contentChanges(comparison.sent, `${where} request`, old.content, now.content),
  ];
}

function contentChanges(
  schemas: SchemaComparison,
  where: string,
  before: unknown,
  after: unknown,
): readonly ApiChange[] {
  const { gone, added, inBoth } = paired(partOf(before), partOf(after));
  return [
    ...gone.map((type) => ({ where, what: `content type ${type} removed`, breaking: true })),
    ...added.map((type) => ({ where, what: `content type ${type} added`, breaking: false })),
    ...inBoth.flatMap(([type, old, now]) => [
      ...unjudged(`${where} ${type}`, ['encoding'], partOf(old), partOf(now)),
      ...schemas.changes(`${where} ${type}`, { before: partOf(old).schema, after: partOf(now).schema }),
    ]),
  ];
}

export function responseChanges(
  comparison: Comparison,
  where: string,
  before: Part,
  after: Part,
): readonly ApiChange[] {
  const { gone, added, inBoth } = paired(before, after);
  return [
    ...gone.map((status) => ({ where, what: `status ${status} removed`, breaking: true })),
    ...added.map((status) => ({ where, what: `status ${status} added`, breaking: false })),
    ...inBoth.flatMap(([status, value, valueNow]) => {
      const old = resolved(comparison.before, value);
      const now = resolved(comparison.after, valueNow);
      const response = `${where} response ${status}`;
      return [
        ...headerChanges(comparison, response, partOf(old.headers), partOf(now.headers)),
        ...contentChanges(comparison.received, response, old.content, now.content),
      ];
    }),
  ];
}

function headerChanges(comparison: Comparison, where: string, before: Part, after: Part): readonly ApiChange[] {
  const lowerCased = (headers: Part): Part =>
    Object.fromEntries(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header]));
  const { gone, added, inBoth } = paired(lowerCased(before), lowerCased(after));
  return [
    ...gone.map((name) => ({ where, what: `header ${name} removed`, breaking: true })),
    ...added.map((name) => ({ where, what: `header ${name} added`, breaking: false })),
    ...inBoth.flatMap(([name, value, valueNow]) => {
      const old = resolved(comparison.before, value);
      const now = resolved(comparison.after, valueNow);
      return [
        ...requirement(where, `header ${name}`, old.required === true, now.required === true, 'response'),
        ...comparison.received.changes(`${where} header ${name}`, { before: old.schema, after: now.schema }),
      ];
    }),
  ];
}
