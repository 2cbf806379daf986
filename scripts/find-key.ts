import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { outputOf } from '../bin/local-clients.ts';
import { createDynamoKeyStore } from '../lambda/adapters/dynamo/keys/dynamo-key-store.ts';
import { systemClock } from '../lambda/adapters/system-clock.ts';
import type { VirtualKey } from '../lambda/domain/keys/virtual-key.ts';
import type { FoundStage } from './find-stage.ts';

/** The virtual key of a stage with a name or id. Throws a sentence for people where there is none. */
export async function findKey(stage: FoundStage, idOrName: string): Promise<VirtualKey> {
  const client = new DynamoDBClient(stage.clientSettings('DYNAMODB'));
  try {
    const tableName = outputOf(stage, 'KeysTableName');
    const key = await createDynamoKeyStore(client, { tableName, clock: systemClock }).findNamed(idOrName);
    if (!key) throw new Error(`No virtual key has the name or id ${JSON.stringify(idOrName)} on ${stage.title}.`);
    return key;
  } finally {
    client.destroy();
  }
}
