import { type ApiChange, isSame, listOf, type Part, paired, partOf, resolved, unjudged } from './api-change.ts';
import { bodyChanges, type Comparison, parameterChanges, responseChanges } from './exchange-changes.ts';
import { SchemaComparison } from './schema-changes.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The changes between two OpenAPI documents. Prose and examples don't count. */
export function apiChanges(before: Part, after: Part): readonly ApiChange[] {
  const comparison: Comparison = {
    before,
    after,
    sent: new SchemaComparison(before, after, 'request'),
    received: new SchemaComparison(before, after, 'response'),
  };
  const { gone, added, inBoth } = paired(operationsOf(before), operationsOf(after));
  const changes = [
    ...gone.map((where) => ({ where, what: 'removed', breaking: true })),
    ...added.map((where) => ({ where, what: 'added', breaking: false })),
    ...inBoth.flatMap(([where, old, now]) => operationChanges(comparison, where, old, now)),
    ...credentialChanges(before, after),
    ...unjudged('document', ['servers', 'webhooks'], before, after),
  ];
  const told = new Map(changes.map((each) => [JSON.stringify(each), each]));
  return [...told.values()];
}

/** Operations by method and path, each with the parameters of its path and the document's default security. */
function operationsOf(document: Part): Readonly<Record<string, Part>> {
  const found = Object.entries(partOf(document.paths)).flatMap(([path, item]) =>
    Object.entries(resolved(document, item))
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => {
        const { parameters, security = document.security, ...rest } = partOf(operation);
        const all = [...listOf(resolved(document, item).parameters), ...listOf(parameters)];
        return [`${method.toUpperCase()} ${path}`, { ...rest, security, parameters: all }] as const;
      }),
  );
  return Object.fromEntries(found);
}

function operationChanges(comparison: Comparison, where: string, before: Part, after: Part): readonly ApiChange[] {
  return [
    ...unjudged(where, ['callbacks', 'servers'], before, after),
    ...accessChanges(where, before.security, after.security),
    ...parameterChanges(comparison, where, before, after),
    ...bodyChanges(comparison, where, before.requestBody, after.requestBody),
    ...responseChanges(comparison, where, partOf(before.responses), partOf(after.responses)),
  ];
}

/**
 * Compares alternatives, each a set of schemes that are required together. An empty list allows anonymous requests, as
 * `{}` does.
 */
function accessChanges(where: string, before: unknown, after: unknown): readonly ApiChange[] {
  const waysIn = (security: unknown) => {
    const ways = listOf(security).map((way) => Object.keys(partOf(way)).toSorted().join(' and '));
    return ways.length === 0 ? [''] : ways;
  };
  const [old, now] = [waysIn(before), waysIn(after)];
  const gone = old.filter((way) => !now.includes(way));
  return [
    ...gone.map((way) => ({
      where,
      what: way === '' ? 'authentication now required' : `security scheme ${way} removed`,
      breaking: !now.includes(''),
    })),
    ...now
      .filter((way) => !old.includes(way))
      .map((way) => ({
        where,
        what: way === '' ? 'authentication now optional' : `security scheme ${way} added`,
        breaking: false,
      })),
  ];
}

/** Compares how each scheme works; added and removed schemes show in the operations that use them. */
function credentialChanges(before: Part, after: Part): readonly ApiChange[] {
  const schemes = (document: Part) => partOf(partOf(document.components).securitySchemes);
  return paired(schemes(before), schemes(after)).inBoth.flatMap(([name, old, now]) => {
    const [{ description: _, ...form }, { description: __, ...formNow }] = [partOf(old), partOf(now)];
    return isSame(form, formNow) ? [] : [{ where: `security scheme ${name}`, what: 'changed', breaking: true }];
  });
}
