import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/** What a table's item holds, numbers as numbers and texts as texts, without the store's own write tokens. */
export async function keptFields(
  client: DynamoDBClient,
  TableName: string,
  id: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }));
  if (!Item) return undefined;
  const engineFields = Object.entries(Item).filter(([name]) => !name.startsWith('token_'));
  return Object.fromEntries(engineFields.map(([name, { N, S }]) => [name, N === undefined ? S : Number(N)]));
}
