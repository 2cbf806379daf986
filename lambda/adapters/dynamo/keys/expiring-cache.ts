import type { Clock } from '../../../domain/ports.ts';

/** In-memory cache with expiry. */
export interface ExpiringCache<Value> {
  /** The cached value of that name, unless it has expired. */
  get(name: string): Value | undefined;
  keep(name: string, value: Value): void;
}

/** A cache whose entries expire after `seconds`; when it is full, the oldest entry is evicted (FIFO). */
export function createExpiringCache<Value>(
  clock: Clock,
  limits: { readonly seconds: number; readonly maxEntries: number },
): ExpiringCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  return {
    get(name) {
      const entry = entries.get(name);
      if (entry && clock.now() < entry.until) return entry.value;
      entries.delete(name);
      return undefined;
    },
    keep(name, value) {
      entries.delete(name);
      const [oldest] = entries.keys();
      if (entries.size >= limits.maxEntries && oldest !== undefined) entries.delete(oldest);
      entries.set(name, { value, until: clock.now() + limits.seconds * 1000 });
    },
  };
}
