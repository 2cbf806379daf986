import type { KeyRegistry, KeyWithCredentials } from '../../domain/keys/key-registry.ts';
import { changed, type KeyChange } from '../../domain/keys/key-settings.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import type { ModelsOfStage } from '../serve/list-models.ts';
import { changeKeptKey } from './change-kept-key.ts';
import { checkRights } from './check-rights.ts';
import { checkExpiry } from './setting-refusals.ts';

export interface UpdateKeyDependencies {
  readonly registry: Pick<KeyRegistry, 'find' | 'replace'>;
  readonly catalog: ModelsOfStage;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * Changes what a key may do, or blocks it: readers see that within five seconds. Throws GatewayError `not_found`, and what
 * `createKey` throws; nothing has changed then.
 */
export async function updateKey(
  { registry, catalog, clock, telemetry }: UpdateKeyDependencies,
  by: string,
  id: string,
  change: KeyChange,
): Promise<KeyWithCredentials> {
  checkExpiry(change.expiresAt, clock.now());
  checkRights(catalog, change.providers ?? {});
  const next = await changeKeptKey(registry, id, (kept) => ({ ...kept, key: changed(kept.key, change) }));
  telemetry.record('key_updated', { keyId: id, by, active: next.key.active, fields: Object.keys(change).join(' ') });
  return next;
}
