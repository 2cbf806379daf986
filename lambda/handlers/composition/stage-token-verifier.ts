import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { promptClientSettings } from '../../adapters/client-settings.ts';
import { fetchJwks } from '../../adapters/tokens/jwks.ts';
import { createPublishedKeys, createSharedKey, type TokenKeys } from '../../adapters/tokens/token-keys.ts';
import { createTokenVerifier } from '../../adapters/tokens/token-verifier.ts';
import type { TokenSettings } from '../../contract/token-settings.ts';
import type { TokenVerifier } from '../../domain/keys/token-verifier.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';

/** What proves the tokens of a stage. A file of its own, which functions load with the first token: `lazy-token-verifier.ts`. */
export function createStageTokenVerifier(
  settings: TokenSettings,
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
): TokenVerifier {
  const onFailure = (error: unknown, staleUsed: boolean) =>
    telemetry.record('token_keys_unavailable', { staleUsed }, error);
  return createTokenVerifier(settings, keysOf(settings, { clock, onFailure }), clock);
}

function keysOf({ keys }: TokenSettings, settings: Parameters<typeof createPublishedKeys>[2]): TokenKeys {
  if ('secretArn' in keys)
    return createSharedKey(new SecretsManagerClient(promptClientSettings), keys.secretArn, settings);
  return createPublishedKeys(keys.algorithms, () => fetchJwks(keys.jwksUrl), settings);
}
