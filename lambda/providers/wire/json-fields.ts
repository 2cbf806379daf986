import type { JsonValue } from '../../domain/generation.ts';

/**
 * Reading a provider's answer leniently: only the fields we use, null as absent, other types as absent, so that a
 * provider who adds or changes something else can't break a job that has its images.
 */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** A text with something in it: servers that know nothing to say leave a field empty as often as out. */
export function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' && /\S/.test(field) ? field : undefined;
}

/** A count, which some servers write as a text. */
export function countOf(value: unknown, name: string): number | undefined {
  const field = fieldOf(value, name);
  const count = typeof field === 'string' && /^\d+$/.test(field) ? Number(field) : field;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  const field = fieldOf(value, name);
  return Array.isArray(field) ? field : [];
}

/**
 * Deeper than any provider's parameters or answers, and shallow enough that nothing which walks through a value can
 * overflow: Node parses JSON of any depth, but can't write it again.
 */
export const maxNesting = 64;

/** Some servers begin what they write with it, which JSON itself has no place for (RFC 8259, section 8.1). */
const byteOrderMark = /^\uFEFF/;

/** Parsed JSON, or undefined for any other text, and for JSON that is nested more than 64 levels deep. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text.replace(byteOrderMark, '')) as JsonValue;
    return isShallow(value, maxNesting) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isShallow(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}

/** The object without its undefined members, so that optional fields are left out rather than set to nothing. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
