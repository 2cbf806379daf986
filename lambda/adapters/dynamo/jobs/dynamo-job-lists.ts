import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { JobListQuery, JobLists, JobPage, JobPosition, ListedJob } from '../../../domain/jobs/lists/job-lists.ts';
import { fieldsOf, type Item } from './job-item.ts';
import { endOf, needed } from './job-record.ts';

/** The index's name, and what an entry of it has; the stack makes it from the same names. */
const indexName = 'byOwner';
const indexedFields = [
  ...(['id', 'owner', 'createdAt', 'operation', 'status', 'requestId'] as const),
  ...(['completedAt', 'expiresAt', 'failure'] as const),
] as const;

/** Entries that one page examines: expired and deleted jobs, and those that a filter leaves out, count. Some 400 KB. */
const maxExaminedEntries = 1000;

/** Entries that one request reads where more are examined than shown. */
const maxReadEntries = 250;

/**
 * Pages of the sparse index of jobs by owner. Its order is by time and then the table's own, in which every entry has one
 * place whether or not it is still there; a page therefore continues behind any job.
 */
export const createDynamoJobLists = (
  client: DynamoDBClient,
  { tableName }: { readonly tableName: string },
): JobLists => ({
  async page(owner, query) {
    const jobs: ListedJob[] = [];
    let examined = 0;
    let from = query.after && startKey(owner, query.after);
    do {
      const left = maxExaminedEntries - examined;
      // One more than the page takes shows whether there is a next one.
      const wanted = examined === 0 && !isFiltered(query) ? query.limit + 1 : maxReadEntries;
      const read = await client.send(
        new QueryCommand({
          ...queryOf(tableName, owner, query),
          Limit: Math.min(left, wanted),
          ExclusiveStartKey: from,
        }),
      );
      jobs.push(...(read.Items ?? []).map(listedJobOf));
      examined += read.ScannedCount ?? 0;
      from = read.LastEvaluatedKey;
    } while (from !== undefined && jobs.length <= query.limit && examined < maxExaminedEntries);
    return pageOf(jobs, query.limit, from);
  },
});

const isFiltered = ({ status, operation }: JobListQuery): boolean => status !== undefined || operation !== undefined;

/** What all reads of a page have in common. A deleted job has lost its request id; an open one has no `expiresAt`. */
function queryOf(TableName: string, owner: string, { status, operation, now }: JobListQuery): QueryCommandInput {
  const filters = { status, operation };
  const named = Object.entries(filters).filter(([, value]) => value !== undefined);
  const conditions = [
    'requestId <> :none AND (attribute_not_exists(expiresAt) OR expiresAt > :now)',
    ...named.map(([name]) => `#${name} = :${name}`),
  ];
  return {
    TableName,
    IndexName: indexName,
    KeyConditionExpression: '#owner = :owner',
    FilterExpression: conditions.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries([['#owner', 'owner'], ...named.map(([name]) => [`#${name}`, name])]),
    ExpressionAttributeValues: {
      ':owner': { S: owner },
      ':none': { S: '' },
      ':now': { N: String(now) },
      ...Object.fromEntries(named.map(([name, value = '']) => [`:${name}`, { S: value }])),
    },
    ScanIndexForward: false,
  };
}

/** The first of the jobs that were found, and where the list continues: behind the last of them, or of those examined. */
function pageOf(found: readonly ListedJob[], limit: number, from: Item | undefined): JobPage {
  const jobs = found.slice(0, limit);
  const last = found.length > limit ? jobs.at(-1) : from && fieldsOf(from, ['createdAt', 'id']);
  return { jobs, ...(last === undefined ? {} : { next: { createdAt: last.createdAt, id: last.id } }) };
}

const startKey = (owner: string, { createdAt, id }: JobPosition): Record<string, AttributeValue> => ({
  owner: { S: owner },
  createdAt: { N: String(createdAt) },
  id: { S: id },
});

/** Throws where the index doesn't show what it should: that is a fault of the table. */
function listedJobOf(item: Item): ListedJob {
  const row = fieldsOf(item, indexedFields);
  const { status, completedAt, expiresAt, failure, ...rest } = row;
  switch (status) {
    case 'pending':
    case 'processing':
      return { ...rest, status };
    case 'completed':
      return { ...rest, ...endOf(row), status };
    case 'failed':
    case 'cancelled':
      return { ...rest, ...endOf(row), status, failure: needed(row, 'failure') };
    default:
      throw new Error(`The job ${item.id?.S} has the unknown status ${JSON.stringify(status satisfies never)}.`);
  }
}
