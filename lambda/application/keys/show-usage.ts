import { GatewayError } from '../../domain/error-code.ts';
import { type Caller, isAdminOwner } from '../../domain/keys/caller.ts';
import type { KeyStore } from '../../domain/keys/key-store.ts';
import type { KeyUsage } from '../../domain/keys/key-usage.ts';
import { ownerAsked } from '../../domain/keys/owner-asked.ts';
import { type FindKeyUsageDependencies, findKeyUsage } from './find-key-usage.ts';

export interface ShowUsageDependencies extends FindKeyUsageDependencies {
  readonly virtualKeys: Pick<KeyStore, 'find'>;
}

/** An owner's usage, and whose it is. */
export interface OwnerUsage {
  readonly owner: string;
  readonly usage: KeyUsage;
}

/**
 * What a caller has under way and has used, beside the limits that hold; or what another owner has, for an admin who names one.
 * Throws GatewayError `admin_required` for other callers who name one, and `not_found` where there is no such virtual key, and none that
 * was deleted is remembered.
 */
export async function showUsage(
  dependencies: ShowUsageDependencies,
  caller: Pick<Caller, 'owner' | 'isAdmin' | 'limits'>,
  named?: string,
): Promise<OwnerUsage> {
  const owner = ownerAsked(caller, 'usage', named);
  const limits = owner === caller.owner ? caller.limits : await limitsOf(dependencies, owner);
  return { owner, usage: await findKeyUsage(dependencies, { id: owner, limits }) };
}

/** Admins have the stage's limits, and so has a key that was deleted: what it has spent is kept. */
async function limitsOf({ virtualKeys, usage }: ShowUsageDependencies, owner: string): Promise<Caller['limits']> {
  if (isAdminOwner(owner)) return {};
  const key = await virtualKeys.find(owner);
  if (!key && (await usage.find(owner))) return {};
  if (!key) throw new GatewayError('not_found', 'There is no such virtual key.', { param: 'owner' });
  return key.limits;
}
