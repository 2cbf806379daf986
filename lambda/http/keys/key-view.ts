import type { DeletedVirtualKey, VirtualKeyList, VirtualKeyView } from '../../contract/virtual-key.ts';
import { byPeriod } from '../../domain/keys/key-limits.ts';
import { type KeyWithCredentials, workingCredentials } from '../../domain/keys/key-registry.ts';
import type { KeyUsage } from '../../domain/keys/key-usage.ts';
import { usdOf } from '../../domain/money/micros.ts';
import { usageFieldsOf } from './usage-view.ts';

/** What an answer shows of a key besides the key. */
export interface KeyDetails {
  /** Its new credential, where one was just made. */
  readonly credential?: string;
  readonly usage?: KeyUsage;
}

const instant = (epochMilliseconds: number): string => new Date(epochMilliseconds).toISOString();

/** A key at that time (epoch ms), in the contract's fields. Its credentials are never shown, only their expiry. */
export function keyView(kept: KeyWithCredentials, now: number, { credential, usage }: KeyDetails): VirtualKeyView {
  const { key } = kept;
  const { id, name, active, providers, limits, resultTtlSeconds, createdAt, expiresAt } = key;
  return {
    ...{ id, object: 'virtual_key', name },
    ...(credential === undefined ? {} : { key: credential }),
    credentials: workingCredentials(kept, now).map(({ until }) =>
      until === undefined ? {} : { expires_at: instant(until) },
    ),
    active,
    providers: Object.fromEntries(Object.entries(providers).map(([provider, models]) => [provider, [...models]])),
    budgets: byPeriod(limits.budgets ?? []).map(({ micros, period }) => ({ usd: usdOf(micros), period })),
    ...(limits.rateLimits === undefined
      ? {}
      : { rate_limits: byPeriod(limits.rateLimits).map((limit) => ({ ...limit })) }),
    ...(limits.maxOpenJobs === undefined ? {} : { max_open_jobs: limits.maxOpenJobs }),
    ...(resultTtlSeconds === undefined ? {} : { result_ttl: resultTtlSeconds }),
    created_at: instant(createdAt),
    ...(expiresAt === undefined ? {} : { expires_at: instant(expiresAt) }),
    ...(usage?.lastUsedAt === undefined ? {} : { last_used_at: instant(usage.lastUsedAt) }),
    ...(usage === undefined ? {} : { usage: usageFieldsOf(usage) }),
  };
}

/** A page of keys; `next` is the id after which the next one begins. */
export const keyListView = (data: VirtualKeyView[], next: string | undefined): VirtualKeyList => ({
  object: 'list',
  data,
  has_more: next !== undefined,
  ...(next === undefined ? {} : { next_cursor: next }),
});

export const deletedKeyView = (id: string, purge: 'done' | 'continues' | 'not_purged'): DeletedVirtualKey => ({
  ...{ id, object: 'virtual_key', deleted: true },
  ...(purge === 'not_purged' ? {} : { purge }),
});
