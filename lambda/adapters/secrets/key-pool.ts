import type { ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import { sha256 } from './sha256.ts';

/** Keys that one parameter may hold: each costs a read of its gate. */
export const maxPoolKeys = 20;

/**
 * Parses a parameter's text into keys: one bare key, or a JSON array of `{"key", "weight"?}`. A credential that is
 * itself a JSON object is one bare key. Undefined for an array that is no valid pool; of a duplicate key the last
 * weight counts.
 */
export function keysIn(text: string): readonly ProviderKey[] | undefined {
  if (!text.startsWith('[')) return [providerKey(text)];
  const entries = jsonOf(text);
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > maxPoolKeys) return undefined;
  const keys = entries.map(keyInPool);
  if (!keys.every((key) => key !== undefined)) return undefined;
  return [...new Map(keys.map((key) => [key.digest, key])).values()];
}

/**
 * Identifies a provider's key wherever the key itself must not appear: enough to tell keys apart, useless to an
 * attacker.
 */
export const digestOfKey = (key: string): string => sha256(key).slice(0, 12);

/** A credential under its digest, which is all that may name it. */
export const providerKey = (apiKey: string, weight = 1): ProviderKey => ({
  apiKey,
  digest: digestOfKey(apiKey),
  weight,
});

/** An entry of a pool with these members alone, so that a misspelt weight is noticed. */
function keyInPool(entry: unknown): ProviderKey | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { key, weight = 1, ...unknown } = entry as Readonly<Record<string, unknown>>;
  if (typeof key !== 'string' || key.trim() === '' || Object.keys(unknown).length > 0) return undefined;
  const isWeight = typeof weight === 'number' && Number.isInteger(weight) && weight >= 1 && weight <= 100;
  return isWeight ? providerKey(key.trim(), weight) : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
