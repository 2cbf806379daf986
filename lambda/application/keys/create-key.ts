import type { KeyRegistry, KeyWithCredentials, NewCredential } from '../../domain/keys/key-registry.ts';
import { changed, type NewKey } from '../../domain/keys/key-settings.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import type { ModelsOfStage } from '../serve/list-models.ts';
import { checkRights } from './check-rights.ts';
import { checkExpiry, nameTaken } from './setting-refusals.ts';

export interface CreateKeyDependencies {
  readonly registry: Pick<KeyRegistry, 'create'>;
  readonly catalog: ModelsOfStage;
  /** An id that no key has had: `vk_` and a random UUID. */
  readonly newKeyId: () => string;
  readonly newCredential: () => NewCredential;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** A key, and the text of its new credential, which can't be recovered later. */
export interface KeyWithNewCredential extends KeyWithCredentials {
  readonly credential: string;
}

/**
 * Makes a virtual key. `by` is who wants it, for the log. Throws GatewayError, naming the field, for an expiry that is over, for
 * rights to what the stage doesn't have, and for a name that is taken; nothing is kept then.
 */
export async function createKey(
  dependencies: CreateKeyDependencies,
  by: string,
  wanted: NewKey,
): Promise<KeyWithNewCredential> {
  const { registry, catalog, newKeyId, newCredential, clock, telemetry } = dependencies;
  const now = clock.now();
  checkExpiry(wanted.expiresAt, now);
  checkRights(catalog, wanted.providers ?? {});
  const bare = { id: newKeyId(), name: wanted.name, active: true, providers: {}, limits: {}, createdAt: now };
  const key = changed(bare, wanted);
  const { text, hash } = newCredential();
  const outcome = await registry.create(key, hash);
  if (outcome === 'name_taken') throw nameTaken();
  if (outcome === 'credential_taken') throw new Error('A newly generated credential already exists.');
  telemetry.record('key_created', { keyId: key.id, by });
  return { key, credentials: [{ hash }], credential: text };
}
