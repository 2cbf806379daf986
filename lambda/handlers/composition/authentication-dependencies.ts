import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoKeyStore } from '../../adapters/dynamo/keys/dynamo-key-store.ts';
import type { AuthenticateDependencies } from '../../application/serve/authenticate.ts';
import type { VariableValues } from '../../contract/variable-values.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { createLazyTokenVerifier } from './lazy-token-verifier.ts';

/** What every function behind the API needs to tell who calls. */
export const createAuthenticationDependencies = (
  config: Pick<VariableValues, 'KEYS_TABLE' | 'TOKENS'>,
  parts: { readonly dynamo: DynamoDBClient; readonly clock: Clock; readonly telemetry: Telemetry },
): AuthenticateDependencies => ({
  keys: createDynamoKeyStore(parts.dynamo, { tableName: config.KEYS_TABLE, clock: parts.clock }),
  tokens: createLazyTokenVerifier(config.TOKENS, parts),
  clock: parts.clock,
});
