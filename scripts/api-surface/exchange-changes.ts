import { type ApiChange, listOf, type Part, paired, partOf, resolved, unjudged } from './api-change.ts';
import type { SchemaComparison } from './schema-changes.ts';

/** Two documents, and what is told of once in all their operations. */
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
    // The names of headers know no case.
    const nameOf = (each: Part) => (each.in === 'header' ? String(each.name).toLowerCase() : String(each.name));
    return Object.fromEntries(parameters.map((each) => [`${String(each.in)} parameter ${nameOf(each)}`, each]));
  };
  const now = byName(comparison.after, after);
  const { gone, added, inBoth } = paired(byName(comparison.before, before), now);
  return [
    ...gone.map((name) => ({ where, what: `has no ${name} any more`, breaking: true })),
    ...added.map((name) => {
      const required = now[name]?.required === true;
      return { where, what: `has a new ${required ? 'required ' : ''}${name}`, breaking: required };
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
  direction: 'request' | 'answer',
): readonly ApiChange[] {
  if (before === after) return [];
  const sent = direction === 'request';
  const what = after ? `${sent ? 'requires' : 'always has'} ${name}` : `may lack ${name}`;
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
  if (after === undefined)
    return before === undefined ? [] : [{ where, what: 'takes no body any more', breaking: true }];
  if (before === undefined) return [{ where, what: 'takes a body', breaking: now.required === true }];
  return [
    ...requirement(where, 'a body', old.required === true, now.required === true, 'request'),
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
    ...gone.map((type) => ({ where, what: `is never ${type} any more`, breaking: true })),
    ...added.map((type) => ({ where, what: `may be ${type}, too`, breaking: false })),
    ...inBoth.flatMap(([type, old, now]) => [
      ...unjudged(`${where} ${type}`, ['encoding'], partOf(old), partOf(now)),
      ...schemas.changes(`${where} ${type}`, { before: partOf(old).schema, after: partOf(now).schema }),
    ]),
  ];
}

export function answerChanges(comparison: Comparison, where: string, before: Part, after: Part): readonly ApiChange[] {
  const { gone, added, inBoth } = paired(before, after);
  return [
    ...gone.map((status) => ({ where, what: `never answers ${status} any more`, breaking: true })),
    ...added.map((status) => ({ where, what: `may answer ${status}`, breaking: false })),
    ...inBoth.flatMap(([status, value, valueNow]) => {
      const old = resolved(comparison.before, value);
      const now = resolved(comparison.after, valueNow);
      const answer = `${where} answer ${status}`;
      return [
        ...headerChanges(comparison, answer, partOf(old.headers), partOf(now.headers)),
        ...contentChanges(comparison.received, answer, old.content, now.content),
      ];
    }),
  ];
}

function headerChanges(comparison: Comparison, where: string, before: Part, after: Part): readonly ApiChange[] {
  const lowerCased = (headers: Part): Part =>
    Object.fromEntries(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header]));
  const { gone, added, inBoth } = paired(lowerCased(before), lowerCased(after));
  return [
    ...gone.map((name) => ({ where, what: `has no header ${name} any more`, breaking: true })),
    ...added.map((name) => ({ where, what: `has a new header ${name}`, breaking: false })),
    ...inBoth.flatMap(([name, value, valueNow]) => {
      const old = resolved(comparison.before, value);
      const now = resolved(comparison.after, valueNow);
      return [
        ...requirement(where, `the header ${name}`, old.required === true, now.required === true, 'answer'),
        ...comparison.received.changes(`${where} header ${name}`, { before: old.schema, after: now.schema }),
      ];
    }),
  ];
}
