/** One difference between two OpenAPI documents, as a client of the API sees it. */
export interface ApiChange {
  /** The operation, or the shared schema and the direction in which it is used. */
  readonly where: string;
  readonly what: string;
  /** Whether a client that conforms to the earlier document may fail. */
  readonly breaking: boolean;
}

/** Narrower requests and wider responses break clients. */
export type Direction = 'request' | 'response';

/** A part of an OpenAPI document. */
export type Part = Readonly<Record<string, unknown>>;

/** A member of a part, empty where it is none: documents are linted elsewhere. */
export const partOf = (value: unknown): Part => (typeof value === 'object' && value !== null ? (value as Part) : {});

/** A list in a part, empty where there is none. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Whether two values are the same JSON, whatever the order of their members. */
export const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ) ?? '';

/** The members of both sides by name: gone, new, and in both. */
export function paired<T>(before: Readonly<Record<string, T>>, after: Readonly<Record<string, T>>) {
  const inBoth = Object.entries(before).flatMap(([name, old]) => {
    const now = after[name];
    return now === undefined ? [] : [[name, old, now] as const];
  });
  return {
    gone: Object.keys(before).filter((name) => !Object.hasOwn(after, name)),
    added: Object.keys(after).filter((name) => !Object.hasOwn(before, name)),
    inBoth,
  };
}

/** Resolves a reference of a document; other values are returned as they are. Throws where it leads nowhere. */
export function resolved(document: Part, value: unknown): Part {
  const part = partOf(value);
  if (typeof part.$ref !== 'string') return part;
  const target = part.$ref
    .replace(/^#\//, '')
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, name) => partOf(at)[name], document);
  if (target === undefined) throw new Error(`The reference ${part.$ref} leads nowhere.`);
  return resolved(document, target);
}

/** Differences that no rule covers; they count as breaking, so that they are reviewed. */
export const unjudged = (where: string, names: readonly string[], before: Part, after: Part): readonly ApiChange[] =>
  names
    .filter((name) => !isSame(before[name], after[name]))
    .map((name) => ({ where, what: `${name} changed; there is no rule for it, so review it`, breaking: true }));
