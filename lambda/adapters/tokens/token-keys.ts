import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../domain/ports.ts';
import { createRenewedValue, type RenewedValue } from './renewed-value.ts';

/**
 * The keys that verify tokens, and the signature algorithms that are allowed with them: a token's own header changes
 * neither.
 */
export interface TokenKeys {
  readonly algorithms: readonly string[];
  readonly keys: RenewedValue<JWTVerifyGetKey>;
}

export interface TokenKeysSettings {
  readonly clock: Clock;
  /** Called when the keys could not be read, with whether stale ones stay in use. */
  readonly onFailure: (error: unknown, isStaleUsed: boolean) => void;
}

const staleSeconds = 3600;
const unavailable =
  'Tokens can not be verified at the moment because the keys of their issuer are unavailable. Try again, or send a virtual key.';

/** The keys that an issuer publishes, remembered for ten minutes. */
export const createPublishedKeys = (
  algorithms: readonly string[],
  fetchKeys: () => Promise<JWTVerifyGetKey>,
  settings: TokenKeysSettings,
): TokenKeys => ({
  algorithms,
  keys: createRenewedValue({ ...settings, read: fetchKeys, freshSeconds: 600, staleSeconds, unavailable }),
});

/** Less is no key for HS256. RFC 7518, section 3.2. */
const minSecretBytes = 32;

/** The secret that issuer and stage share, remembered for five minutes. */
export const createSharedKey = (
  client: SecretsManagerClient,
  secretId: string,
  settings: TokenKeysSettings,
): TokenKeys => ({
  algorithms: ['HS256'],
  keys: createRenewedValue({
    ...settings,
    read: () => readSecret(client, secretId),
    freshSeconds: 300,
    staleSeconds,
    unavailable,
  }),
});

async function readSecret(client: SecretsManagerClient, secretId: string): Promise<JWTVerifyGetKey> {
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  const key = new TextEncoder().encode(SecretString);
  if (key.byteLength < minSecretBytes) {
    throw new Error(`The token secret must be text of at least ${minSecretBytes} bytes.`);
  }
  return () => key;
}
