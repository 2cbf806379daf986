import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoKeyStore } from '../adapters/dynamo-key-store.ts';
import type { AuthenticateDependencies } from '../application/authenticate.ts';
import type { VariableValues } from '../contract/environment.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { Clock } from '../domain/ports.ts';

/** What every function behind the API needs to tell who calls. */
export const createAuthentication = (
  config: Pick<VariableValues, 'KEYS_TABLE'>,
  { dynamo, clock }: { readonly dynamo: DynamoDBClient; readonly clock: Clock },
): AuthenticateDependencies => ({
  keys: createDynamoKeyStore(dynamo, { tableName: config.KEYS_TABLE, clock }),
  tokens: {
    verify: async () => {
      throw new GatewayError('invalid_token', 'This stage takes no tokens: send a virtual key.');
    },
  },
  clock,
});
