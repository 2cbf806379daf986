import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type Lane, lanes } from '../domain/lane.ts';
import type { OpenJobEntry } from '../domain/open-job-entry.ts';
import type { OpenJobs } from '../domain/ports.ts';
import { clockSkewSeconds } from '../domain/transitions.ts';
import { openShards } from './job-record.ts';

/** The index's name, and what it projects besides its keys; the stack makes it from the same names. */
const indexName = 'openByDeadline';

interface EntryFilter {
  readonly key: string;
  readonly filter?: string;
  readonly values: Readonly<Record<string, number>>;
}

/** The sparse index of open jobs, one partition a shard, by deadline. Reads page by page, so that a backlog is never held whole. */
export function createDynamoOpenJobs(client: DynamoDBClient, settings: { readonly tableName: string }): OpenJobs {
  async function* matching({ key, filter, values }: EntryFilter): AsyncGenerator<OpenJobEntry> {
    for (const shard of openShards) {
      let from: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: settings.tableName,
            IndexName: indexName,
            KeyConditionExpression: `openShard = :shard AND ${key}`,
            ...(filter === undefined ? {} : { FilterExpression: filter }),
            ExpressionAttributeValues: { ':shard': { S: shard }, ...numbers(values) },
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        );
        for (const item of page.Items ?? []) yield entryOf(item);
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
    }
  }

  return {
    overdue: (now) => matching({ key: 'deadlineAt <= :now', values: { ':now': now } }),
    asleep: (now, dueBefore) =>
      matching({
        key: 'deadlineAt > :now',
        filter: 'dueAt <= :dueBefore AND leaseUntil <= :free AND wakeAt <= :now',
        values: { ':now': now, ':dueBefore': dueBefore, ':free': now - clockSkewSeconds * 1000 },
      }),
  };
}

const numbers = (values: Readonly<Record<string, number>>): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { N: String(value) }]));

/** Throws where the index doesn't show what it should: a fault of the stack, not an entry to pass over. */
function entryOf(item: Record<string, AttributeValue>): OpenJobEntry {
  const text = (name: string): string => {
    const value = item[name]?.S;
    if (value === undefined) throw new Error(`The index ${indexName} does not show ${name}.`);
    return value;
  };
  const number = (name: string): number => {
    const value = item[name]?.N;
    if (value === undefined) throw new Error(`The index ${indexName} does not show ${name}.`);
    return Number(value);
  };
  return {
    id: text('id'),
    owner: text('owner'),
    lane: laneNamed(text('lane')),
    deadlineAt: number('deadlineAt'),
    hop: number('hop'),
    dueAt: number('dueAt'),
    leaseUntil: number('leaseUntil'),
    wakeAt: number('wakeAt'),
    wakeups: number('wakeups'),
  };
}

function laneNamed(name: string): Lane {
  const found = lanes.find((lane) => lane === name);
  if (found === undefined) throw new Error(`The index ${indexName} shows the lane ${name}, which nobody knows.`);
  return found;
}
