import type { KeyRegistry } from '../../domain/keys/key-registry.ts';
import type { UsageStore } from '../../domain/usage/usage-store.ts';
import { beingChanged } from './change-kept-key.ts';
import { findKeptKey } from './find-key.ts';
import { type PurgeOwnerDependencies, purgeOwner } from './purge-owner.ts';

export interface DeleteKeyDependencies extends PurgeOwnerDependencies {
  readonly registry: Pick<KeyRegistry, 'find' | 'remove'>;
  readonly usage: Pick<UsageStore, 'markForPurge' | 'unmark' | 'settle'>;
}

/** What becomes of the jobs of a key that is deleted: those that wait are stopped, and the others live to their end. */
export interface Deletion {
  /** Whether all that the key owns is deleted with it. */
  readonly purge: boolean;
  /** Whether there is time to go on with that; what is left is for the sweep. */
  readonly hasTime: () => boolean;
}

/**
 * Deletes a key, so that its credentials stop and its name is free.
 * 1. Mark its jobs to be deleted, where that is wanted; else take the mark away that a call before this may have left.
 * 2. Remove the key: from then on the sweep sees to what is marked, whatever becomes of this call.
 * 3. Delete its jobs, as far as there is time.
 * Throws GatewayError `not_found`, and `unavailable` where others keep changing the key.
 */
export async function deleteKey(
  dependencies: DeleteKeyDependencies,
  by: string,
  id: string,
  { purge, hasTime }: Deletion,
): Promise<'not_purged' | 'done' | 'continues'> {
  const { registry, usage, clock, telemetry } = dependencies;
  await findKeptKey(registry, id);
  await (purge ? usage.markForPurge(id, clock.now()) : usage.unmark(id));
  await remove(registry, id);
  telemetry.record('key_deleted', { keyId: id, by, purge });
  if (!purge) return 'not_purged';
  return (await purgeOwner(dependencies, id, hasTime)).isDone ? 'done' : 'continues';
}

/** Several admins at one key are few. */
const maxTries = 5;

async function remove(registry: DeleteKeyDependencies['registry'], id: string): Promise<void> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const outcome = await registry.remove(await findKeptKey(registry, id));
    if (outcome === 'removed') return;
  }
  throw beingChanged();
}
