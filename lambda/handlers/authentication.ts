import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoKeyStore } from '../adapters/dynamo/keys/dynamo-key-store.ts';
import type { AuthenticateDependencies } from '../application/serve/authenticate.ts';
import type { VariableValues } from '../contract/environment.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { TokenVerifier } from '../domain/keys/token-verifier.ts';
import type { Clock } from '../domain/ports.ts';
import type { Telemetry } from '../domain/telemetry.ts';

export interface AuthenticationParts {
  readonly dynamo: DynamoDBClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** What every function behind the API needs to tell who calls. */
export const createAuthentication = (
  config: Pick<VariableValues, 'KEYS_TABLE' | 'TOKENS'>,
  { dynamo, clock, telemetry }: AuthenticationParts,
): AuthenticateDependencies => ({
  keys: createDynamoKeyStore(dynamo, { tableName: config.KEYS_TABLE, clock }),
  tokens: tokensOf(config.TOKENS, { clock, telemetry }),
  clock,
});

/** What proves tokens is loaded with the first of them, so that a start is none the slower for callers with virtual keys. */
function tokensOf(
  settings: VariableValues['TOKENS'],
  parts: Pick<AuthenticationParts, 'clock' | 'telemetry'>,
): TokenVerifier {
  if (settings === 'none') {
    return {
      verify: async () => {
        throw new GatewayError('invalid_token', 'This stage takes no tokens: send a virtual key.');
      },
    };
  }
  let verifier: Promise<TokenVerifier> | undefined;
  return {
    async verify(token) {
      verifier ??= import('./prove-tokens.ts').then(({ proveTokens }) => proveTokens(settings, parts));
      return (await verifier).verify(token);
    },
  };
}
