import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type GateState, openGate } from '../domain/gate-state.ts';
import type { Clock, GateName, GateStore } from '../domain/ports.ts';

/** A gate that nobody has passed for so long knows nothing worth keeping beyond its own times. */
const rememberedSeconds = 7200;

/**
 * Gates in a DynamoDB table with the partition key `gate`, one item for each key of a provider, and one for each
 * model that is asked with it. A write is made on condition that the item has still the version that was read. Where the answer to one gets lost and the SDK sends it again,
 * it counts as not made: a start slot is lost, and never given twice.
 */
export function createDynamoGateStore(
  client: DynamoDBClient,
  settings: { readonly tableName: string; readonly clock: Clock },
): GateStore {
  const { tableName: TableName, clock } = settings;
  return {
    async read(name) {
      const gate = { S: keyOf(name) };
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: { gate }, ConsistentRead: true }));
      if (!Item) return { state: openGate, version: 0 };
      // What a later version of the state adds is as in an open gate.
      const state = { ...openGate, ...(JSON.parse(Item.state?.S ?? '{}') as Partial<GateState>) };
      return { state, version: Number(Item.version?.N) };
    },
    async write(name, seen, next) {
      const lastUse = Math.max(clock.now(), next.closedUntil, next.cooldownUntil);
      const put = new PutItemCommand({
        TableName,
        Item: {
          gate: { S: keyOf(name) },
          version: { N: String(seen.version + 1) },
          state: { S: JSON.stringify(next) },
          ttl: { N: String(Math.ceil(lastUse / 1000) + rememberedSeconds) },
        },
        ...(seen.version === 0
          ? { ConditionExpression: 'attribute_not_exists(#gate)', ExpressionAttributeNames: { '#gate': 'gate' } }
          : {
              ConditionExpression: '#version = :seen',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':seen': { N: String(seen.version) } },
            }),
      });
      try {
        await client.send(put);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

const keyOf = ({ provider, keyDigest, model }: GateName): string =>
  model === undefined ? `${provider}#${keyDigest}` : `${provider}#${keyDigest}#${model}`;
