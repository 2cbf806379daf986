import { type ApiChange, isSame, listOf, type Part, paired, partOf, resolved, unjudged } from './api-change.ts';
import { answerChanges, bodyChanges, type Comparison, parameterChanges } from './exchange-changes.ts';
import { SchemaComparison } from './schema-changes.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** What changed between two OpenAPI documents, as their clients meet it; prose and examples don't count. */
export function apiChanges(before: Part, after: Part): readonly ApiChange[] {
  const comparison: Comparison = {
    before,
    after,
    sent: new SchemaComparison(before, after, 'request'),
    received: new SchemaComparison(before, after, 'answer'),
  };
  const { gone, added, inBoth } = paired(operationsOf(before), operationsOf(after));
  const changes = [
    ...gone.map((where) => ({ where, what: 'is gone', breaking: true })),
    ...added.map((where) => ({ where, what: 'is new', breaking: false })),
    ...inBoth.flatMap(([where, old, now]) => operationChanges(comparison, where, old, now)),
    ...credentialChanges(before, after),
    ...unjudged('The document', ['servers', 'webhooks'], before, after),
  ];
  const told = new Map(changes.map((each) => [JSON.stringify(each), each]));
  return [...told.values()];
}

/** By method and path. What stands for all methods of a path, or for the whole document, is put into each operation. */
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
    ...answerChanges(comparison, where, partOf(before.responses), partOf(after.responses)),
  ];
}

/** Each way in, as the names of the credentials that it takes together. None at all is open to everybody, as `{}` is. */
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
      what: way === '' ? 'needs a credential' : `no longer takes ${way}`,
      breaking: !now.includes(''),
    })),
    ...now
      .filter((way) => !old.includes(way))
      .map((way) => ({ where, what: `takes ${way === '' ? 'no credential' : way}`, breaking: false })),
  ];
}

/** How a credential is sent. One that is new is told of where it is taken. */
function credentialChanges(before: Part, after: Part): readonly ApiChange[] {
  const schemes = (document: Part) => partOf(partOf(document.components).securitySchemes);
  return paired(schemes(before), schemes(after)).inBoth.flatMap(([name, old, now]) => {
    const [{ description: _, ...form }, { description: __, ...formNow }] = [partOf(old), partOf(now)];
    return isSame(form, formNow) ? [] : [{ where: `credential ${name}`, what: 'is sent otherwise', breaking: true }];
  });
}
