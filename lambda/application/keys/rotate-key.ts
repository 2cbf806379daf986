import type { KeptCredential, KeyRegistry, NewCredential } from '../../domain/key-registry.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { changeKeptKey } from './change-kept-key.ts';
import type { KeyWithCredential } from './create-key.ts';

export interface RotateKeyDependencies {
  readonly registry: Pick<KeyRegistry, 'find' | 'replace'>;
  readonly newCredential: () => NewCredential;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** Credentials that a key has at a time. */
export const maxCredentials = 5;

/**
 * Gives a key a new credential. Those it had are good for `overlapSeconds` more at most, so that whoever uses them has time to
 * change; with 0 they end at once. What the key owns stays its own. Throws GatewayError `not_found`.
 */
export async function rotateKey(
  { registry, newCredential, clock, telemetry }: RotateKeyDependencies,
  by: string,
  id: string,
  overlapSeconds: number,
): Promise<KeyWithCredential> {
  const { text, hash } = newCredential();
  const now = clock.now();
  const key = await changeKeptKey(registry, id, ({ key: same, credentials }) => ({
    key: same,
    credentials: [{ hash }, ...leaving(credentials, now, overlapSeconds)],
  }));
  telemetry.record('key_rotated', { keyId: id, by, overlapSeconds });
  return { key, credential: text };
}

/** What is left of earlier credentials. Where they are too many, those go that would have ended first. */
function leaving(credentials: readonly KeptCredential[], now: number, overlapSeconds: number): KeptCredential[] {
  const end = now + overlapSeconds * 1000;
  return credentials
    .map(({ hash, until = end }) => ({ hash, until: Math.min(until, end) }))
    .filter(({ until }) => until > now)
    .toSorted((a, b) => b.until - a.until)
    .slice(0, maxCredentials - 1);
}
