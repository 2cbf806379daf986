import { GatewayError } from '../../domain/error-code.ts';
import type { KeptCredential, KeyRegistry, NewCredential } from '../../domain/keys/key-registry.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { changeKeptKey } from './change-kept-key.ts';
import type { KeyWithNewCredential } from './create-key.ts';

export interface RotateKeyDependencies {
  readonly registry: Pick<KeyRegistry, 'find' | 'replace'>;
  readonly newCredential: () => NewCredential;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** Credentials that a key has at a time. */
export const maxCredentials = 5;

/**
 * Gives a key a new credential. Those it had are good for `overlapSeconds` more at most, so that their users have time to
 * change; with 0 they end at once. What the key owns stays its own. Throws GatewayError `not_found`, and `invalid_value` where it
 * would have too many: none ends sooner than was announced.
 */
export async function rotateKey(
  { registry, newCredential, clock, telemetry }: RotateKeyDependencies,
  by: string,
  id: string,
  overlapSeconds: number,
): Promise<KeyWithNewCredential> {
  const { text, hash } = newCredential();
  const now = clock.now();
  const next = await changeKeptKey(registry, id, ({ key: same, credentials }) => ({
    key: same,
    credentials: [{ hash }, ...leaving(credentials, now, overlapSeconds)],
  }));
  telemetry.record('key_rotated', { keyId: id, by, overlapSeconds });
  return { ...next, credential: text };
}

/** What is left of earlier credentials. */
function leaving(credentials: readonly KeptCredential[], now: number, overlapSeconds: number): KeptCredential[] {
  const end = now + overlapSeconds * 1000;
  const left = credentials
    .map(({ hash, until = end }) => ({ hash, until: Math.min(until, end) }))
    .filter(({ until }) => until > now);
  if (left.length >= maxCredentials) throw tooMany(Math.min(...left.map(({ until }) => until)));
  return left;
}

const tooMany = (firstEnd: number): GatewayError =>
  new GatewayError(
    'invalid_value',
    `This virtual key already has ${maxCredentials} valid credentials, the maximum. Rotate it with an overlap of 0, which ends them, or after ${new Date(firstEnd).toISOString()}, when the first of them ends.`,
    { param: 'overlap_seconds' },
  );
