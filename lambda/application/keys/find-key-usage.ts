import { type DefaultLimits, effectiveLimits } from '../../domain/keys/key-limits.ts';
import { type KeyUsage, keyUsageOf } from '../../domain/keys/key-usage.ts';
import type { VirtualKey } from '../../domain/keys/virtual-key.ts';
import type { Clock } from '../../domain/ports.ts';
import type { UsageStore } from '../../domain/usage/usage-store.ts';

export interface FindKeyUsageDependencies {
  readonly usage: Pick<UsageStore, 'find'>;
  readonly clock: Clock;
  /** The stage's limits, for what a key doesn't limit itself. */
  readonly settings: { readonly defaultLimits: DefaultLimits };
}

/** What a key has under way and has used, beside the limits that hold for it. */
export async function findKeyUsage(
  { usage, clock, settings }: FindKeyUsageDependencies,
  { id, limits }: Pick<VirtualKey, 'id' | 'limits'>,
): Promise<KeyUsage> {
  return keyUsageOf(await usage.find(id), effectiveLimits(limits, settings.defaultLimits), clock.now());
}
