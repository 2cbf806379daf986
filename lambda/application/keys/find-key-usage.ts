import { effectiveLimits, type KeyLimits } from '../../domain/key-limits.ts';
import { type KeyUsage, keyUsageOf } from '../../domain/key-usage.ts';
import type { Clock } from '../../domain/ports.ts';
import type { UsageStore } from '../../domain/usage-store.ts';
import type { VirtualKey } from '../../domain/virtual-key.ts';

export interface FindKeyUsageDependencies {
  readonly usage: Pick<UsageStore, 'find'>;
  readonly clock: Clock;
  /** The stage's limits, for what a key doesn't limit itself. */
  readonly settings: { readonly defaultLimits: KeyLimits };
}

/** What a key has under way and has used, beside the limits that hold for it. */
export async function findKeyUsage(
  { usage, clock, settings }: FindKeyUsageDependencies,
  { id, limits }: Pick<VirtualKey, 'id' | 'limits'>,
): Promise<KeyUsage> {
  return keyUsageOf(await usage.find(id), effectiveLimits(limits, settings.defaultLimits), clock.now());
}
