import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type Lane, lanes } from '../../../domain/jobs/lane.ts';
import type { OpenJobEntry } from '../../../domain/jobs/open-job-entry.ts';
import { clockSkewSeconds } from '../../../domain/jobs/transitions.ts';
import type { OpenJobs } from '../../../domain/ports.ts';
import { openShards } from './job-record.ts';

/** The index's name, and what it projects besides its keys; the stack makes it from the same names. */
const indexName = 'openByDeadline';

/** Entries that one request reads, some 60 KB: what a sweep has no time for is not read, nor held. */
const maxPageEntries = 250;

export interface OpenJobsSettings {
  readonly tableName: string;
  /**
   * Called once for a page that contains unreadable entries, with their number and the first fault. The other entries
   * are returned.
   */
  readonly onUnreadable: (count: number, first: unknown) => void;
}

interface EntryFilter {
  readonly key: string;
  readonly filter?: string;
  readonly values: Readonly<Record<string, number>>;
  readonly latestFirst: boolean;
}

/**
 * The sparse index of open jobs, one partition a shard, by deadline. Reads page by page, so that a backlog is never
 * held whole.
 */
export function createDynamoOpenJobs(client: DynamoDBClient, settings: OpenJobsSettings): OpenJobs {
  async function* pages(shard: string, { key, filter, values, latestFirst }: EntryFilter) {
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: settings.tableName,
          IndexName: indexName,
          KeyConditionExpression: `openShard = :shard AND ${key}`,
          ...(filter === undefined ? {} : { FilterExpression: filter }),
          ExpressionAttributeValues: { ':shard': { S: shard }, ...numbers(values) },
          ScanIndexForward: !latestFirst,
          Limit: maxPageEntries,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      yield readable(page.Items ?? [], settings.onUnreadable);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  return {
    shards: openShards,
    overdue: (shard, now) => pages(shard, { key: 'deadlineAt <= :now', values: { ':now': now }, latestFirst: true }),
    asleep: (shard, now, dueBefore) =>
      pages(shard, {
        key: 'deadlineAt > :now',
        filter: 'dueAt <= :dueBefore AND leaseUntil <= :free AND wakeAt <= :now',
        values: { ':now': now, ':dueBefore': dueBefore, ':free': now - clockSkewSeconds * 1000 },
        latestFirst: false,
      }),
  };
}

const numbers = (values: Readonly<Record<string, number>>): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { N: String(value) }]));

/** One broken entry must not keep the sweep from the others, minute after minute. */
function readable(
  items: readonly Record<string, AttributeValue>[],
  onUnreadable: OpenJobsSettings['onUnreadable'],
): readonly OpenJobEntry[] {
  const faults: unknown[] = [];
  const entries = items.flatMap((item) => {
    try {
      return [entryOf(item)];
    } catch (error) {
      faults.push(error);
      return [];
    }
  });
  if (faults.length > 0) onUnreadable(faults.length, faults[0]);
  return entries;
}

/** Throws where the index doesn't show what it should. */
function entryOf(item: Record<string, AttributeValue>): OpenJobEntry {
  const broken = (name: string) => new Error(`The index ${indexName} lacks ${name} of ${item.id?.S}.`);
  const text = (name: string): string => {
    const value = item[name]?.S;
    if (value === undefined) throw broken(name);
    return value;
  };
  const number = (name: string): number => {
    const value = Number(item[name]?.N ?? Number.NaN);
    if (!Number.isFinite(value)) throw broken(name);
    return value;
  };
  return {
    id: text('id'),
    owner: text('owner'),
    lane: laneNamed(text('lane')),
    deadlineAt: number('deadlineAt'),
    hop: number('hop'),
    dueAt: number('dueAt'),
    claim: number('claim'),
    leaseUntil: number('leaseUntil'),
    wakeAt: number('wakeAt'),
    wakeups: number('wakeups'),
  };
}

function laneNamed(name: string): Lane {
  const found = lanes.find((lane) => lane === name);
  if (found === undefined) throw new Error(`The index ${indexName} has the unknown lane ${name}.`);
  return found;
}
