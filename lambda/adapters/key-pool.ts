import { z } from 'zod/mini';
import type { ProviderKey } from '../domain/provider-key.ts';
import { digestOfKey } from './key-hash.ts';

/** Keys that one parameter may hold: each costs a read of its gate. */
export const mostPoolKeys = 20;

const pool = z
  .array(
    z.strictObject({
      key: z.string().check(z.trim(), z.minLength(1)),
      weight: z._default(z.int().check(z.minimum(1), z.maximum(100)), 1),
    }),
  )
  .check(z.minLength(1), z.maxLength(mostPoolKeys));

/**
 * The keys in a parameter's text: one bare key, or a JSON array of `{"key", "weight"?}`. A credential that is itself a JSON
 * object is one bare key. Undefined for an array that is no pool; a key that stands in it twice is counted once.
 */
export function keysIn(text: string): readonly ProviderKey[] | undefined {
  if (!text.startsWith('[')) return [providerKey(text)];
  const parsed = pool.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const byKey = new Map(parsed.data.map(({ key, weight }) => [key, providerKey(key, weight)]));
  return [...byKey.values()];
}

/** A credential under its digest, which is all that may name it. */
export const providerKey = (apiKey: string, weight = 1): ProviderKey => ({
  apiKey,
  digest: digestOfKey(apiKey),
  weight,
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
