import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoKeyRegistry } from '../lambda/adapters/dynamo/keys/dynamo-key-registry.ts';
import { newCredential, newKeyId } from '../lambda/adapters/secrets/new-virtual-key.ts';
import { sha256 } from '../lambda/adapters/secrets/sha256.ts';
import { virtualKeyPrefix } from '../lambda/contract/headers.ts';
import type { Rights } from '../lambda/domain/keys/virtual-key.ts';

/** A virtual key to be put into the table of a local stack. */
export interface KeyToSeed {
  /** The stack's output `KeysTableName`. */
  readonly tableName: string;
  readonly name: string;
  /** @default all models of all providers */
  readonly providers?: Rights;
  /** The key's text, where it has to be a certain one. @default a random one */
  readonly text?: string;
}

/** A key's name or text is in use already. */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/** Creates a virtual key as `npm run keys` does, but with a given secret; returns it. Throws KeyTaken. */
export async function seedKey(client: DynamoDBClient, wanted: KeyToSeed): Promise<string> {
  const { tableName, name, providers = { '*': ['*'] }, text = newCredential(virtualKeyPrefix).text } = wanted;
  const registry = createDynamoKeyRegistry(client, { tableName, onFault: () => {} });
  const key = { id: newKeyId(), name, active: true, providers, limits: {}, createdAt: Date.now() };
  const outcome = await registry.create(key, sha256(text));
  if (outcome !== 'created') throw new KeyTaken(`A virtual key with this name or credential already exists: ${name}.`);
  return text;
}
