import {
  type ApiChange,
  type Direction,
  isSame,
  listOf,
  type Part,
  paired,
  partOf,
  resolved,
  unjudged,
} from './api-change.ts';
import { ownKeywords, ownShifts, requiredOf, type Shift } from './schema-rules.ts';

/** A schema in each of two documents. */
export interface SchemaPair {
  readonly before: unknown;
  readonly after: unknown;
}

/** Compares schemas in one direction: what callers send, or what they receive. */
export class SchemaComparison {
  readonly #documents: readonly [Part, Part];
  readonly #direction: Direction;
  /** Shared schemas compared so far: each is reported once, and recursion ends. */
  readonly #seen = new Set<string>();

  constructor(before: Part, after: Part, direction: Direction) {
    this.#documents = [before, after];
    this.#direction = direction;
  }

  changes(where: string, pair: SchemaPair): readonly ApiChange[] {
    const [old, now] = [partOf(pair.before).$ref, partOf(pair.after).$ref];
    if (typeof now !== 'string' || typeof old !== 'string') return this.#compare(where, pair);
    const key = `${old} ${now}`;
    if (this.#seen.has(key)) return [];
    this.#seen.add(key);
    return this.#compare(old === now ? `${now.split('/').at(-1)} in ${this.#direction}s` : where, pair);
  }

  #compare(where: string, pair: SchemaPair): readonly ApiChange[] {
    const before = resolved(this.#documents[0], pair.before);
    const after = resolved(this.#documents[1], pair.after);
    // A plain schema beside a union is compared as a union of one.
    if (isUnion(before) !== isUnion(after)) return this.#alternatives(where, kindsOf(before), kindsOf(after));
    return [
      ...ownShifts(before, after).map((shift) => this.#told(where, shift)),
      ...this.#members(where, before, after),
      ...this.#required(where, before, after),
      ...this.#items(where, before, after),
      ...this.#otherMembers(where, before, after),
      ...this.#alternatives(where, alternativesOf(before), alternativesOf(after)),
      ...unknownKeywords(where, before, after),
    ];
  }

  #told(where: string, { what, to, requestOnly = false }: Shift): ApiChange {
    return {
      where,
      what,
      breaking: this.#direction === 'request' ? to === 'narrower' : to === 'wider' && !requestOnly,
    };
  }

  /** A removed property breaks both directions: what callers send in it no longer has any effect. */
  #members(where: string, before: Part, after: Part): readonly ApiChange[] {
    const { gone, added, inBoth } = paired(partOf(before.properties), partOf(after.properties));
    return [
      ...gone.map((name) => ({ where, what: `property ${name} removed`, breaking: true })),
      ...added.map((name) => ({ where, what: `property ${name} added`, breaking: false })),
      ...inBoth.flatMap(([name, old, now]) => this.changes(`${where}.${name}`, { before: old, after: now })),
    ];
  }

  #required(where: string, before: Part, after: Part): readonly ApiChange[] {
    const [old, now] = [requiredOf(before), requiredOf(after)];
    const isThere = (name: string) => Object.hasOwn(partOf(after.properties), name);
    const sent = this.#direction === 'request';
    return [
      ...now
        .filter((name) => !old.includes(name))
        .map((name) => ({ where, what: `property ${name} now required`, breaking: sent })),
      ...old
        .filter((name) => !now.includes(name) && isThere(name))
        .map((name) => ({ where, what: `property ${name} now optional`, breaking: !sent })),
    ];
  }

  #items(where: string, before: Part, after: Part): readonly ApiChange[] {
    if ('items' in before && 'items' in after) {
      return this.changes(`${where}[]`, { before: before.items, after: after.items });
    }
    if ('items' in after) return [this.#told(where, { what: 'items restricted', to: 'narrower' })];
    return 'items' in before ? [this.#told(where, { what: 'items no longer restricted', to: 'wider' })] : [];
  }

  /**
   * Clients ignore unknown properties of responses; a request with unknown properties is refused once they are
   * forbidden.
   */
  #otherMembers(where: string, before: Part, after: Part): readonly ApiChange[] {
    const [old, now] = [before.additionalProperties ?? true, after.additionalProperties ?? true];
    if (isSame(old, now) && typeof now === 'boolean') return [];
    if (typeof old !== 'boolean' && typeof now !== 'boolean') {
      return this.changes(`${where}.*`, { before: old, after: now });
    }
    const narrower = now === false || old === true;
    const what = narrower ? 'additional properties restricted' : 'additional properties allowed';
    return [this.#told(where, { what, to: narrower ? 'narrower' : 'wider', requestOnly: true })];
  }

  /** Unequal alternatives of the same kind are taken for the old and new form of one. */
  #alternatives(where: string, all: readonly unknown[], allNow: readonly unknown[]): readonly ApiChange[] {
    if (all.length === 0 && allNow.length === 0) return [];
    if (all.length === 0)
      return [this.#told(where, { what: `restricted to ${allNow.map(shown).join(' or ')}`, to: 'narrower' })];
    if (allNow.length === 0)
      return [this.#told(where, { what: `no longer restricted to ${all.map(shown).join(' or ')}`, to: 'wider' })];
    const same = all.filter((each) => allNow.some((other) => isSame(each, other)));
    const old = all.filter((each) => !same.includes(each));
    const now = allNow.filter((each) => !same.some((other) => isSame(each, other)));
    // An equal reference may still lead to something else.
    const changes = same.flatMap((each) => this.changes(where, { before: each, after: each }));
    for (const each of now) {
      const at = old.findIndex((other) => isSame(kindOf(other), kindOf(each)));
      if (at < 0) changes.push(this.#told(where, { what: `alternative ${shown(each)} added`, to: 'wider' }));
      else changes.push(...this.changes(where, { before: old.splice(at, 1)[0], after: each }));
    }
    const removed = old.map((each) =>
      this.#told(where, { what: `alternative ${shown(each)} removed`, to: 'narrower' }),
    );
    return [...changes, ...removed];
  }
}

const alternativesOf = (schema: Part): readonly unknown[] => [...listOf(schema.anyOf), ...listOf(schema.oneOf)];

/** Whether a schema is a union and nothing else. */
const isUnion = (schema: Part): boolean => alternativesOf(schema).length > 0 && schema.type === undefined;

/** The alternatives of a schema; none where it allows anything. */
function kindsOf(schema: Part): readonly unknown[] {
  if (isUnion(schema)) return alternativesOf(schema);
  return Object.keys(schema).every((name) => annotations.includes(name)) ? [] : [schema];
}

const kindOf = (schema: unknown): unknown => partOf(schema).$ref ?? partOf(schema).type ?? partOf(schema).required;

const shownCharacters = 80;
const shown = (schema: unknown): string =>
  String(partOf(schema).$ref ?? JSON.stringify(schema)).slice(0, shownCharacters);

const annotations = ['description', 'title', 'example', 'examples', 'deprecated', '$ref', 'readOnly', 'writeOnly'];
const known = [
  ...ownKeywords,
  ...annotations,
  'properties',
  'required',
  'items',
  'additionalProperties',
  'anyOf',
  'oneOf',
];

const unknownKeywords = (where: string, before: Part, after: Part): readonly ApiChange[] => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return unjudged(
    where,
    [...names].filter((name) => !known.includes(name)),
    before,
    after,
  );
};
