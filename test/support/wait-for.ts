import { vi } from 'vitest';

/** `vi.waitFor` with the patience that a busy machine takes: a minute. `interval` is in milliseconds. Throws what it threw last. */
export const waitFor = <Value>(holds: () => Value | Promise<Value>, interval = 50): Promise<Value> =>
  vi.waitFor(holds, { timeout: 60_000, interval });
