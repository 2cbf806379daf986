import { type DynamoDBClient, PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { holds } from '../../../domain/jobs/conditions.ts';
import type { JobOrder, OpenJob } from '../../../domain/jobs/job.ts';
import { undoable } from '../../../domain/jobs/transitions.ts';
import { WriteRefused } from '../../../domain/jobs/write-refused.ts';
import type { JobStore } from '../../../domain/ports.ts';
import { conditionHeld } from '../condition-held.ts';
import { attributeOf, type Item, itemOf, recordOf } from './job-item.ts';
import { acceptedRecord, jobOf } from './job-record.ts';
import { isRefusedForSure } from './refused-write.ts';
import { isJobItem, markAttribute, undoneMark, undoneNonces } from './undone-mark.ts';
import { conditionFor } from './update-expression.ts';

type PutCondition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/**
 * Max tries of a rollback (tombstone). It races with the late writes of its own submission and of its twins, a handful
 * at most.
 */
const maxTries = 5;

/**
 * Creates a job by a conditional put, and rolls a creation back by putting a tombstone in its place. `findItem` returns
 * whatever item exists under an id, tombstones included.
 */
export function createPlaces(
  client: DynamoDBClient,
  TableName: string,
  findItem: (id: string) => Promise<Item | undefined>,
): Pick<JobStore, 'create' | 'undo'> {
  /** False where the condition didn't hold. */
  async function put(item: Item, condition: PutCondition): Promise<boolean> {
    try {
      const sent = client.send(new PutItemCommand({ TableName, Item: item, ...condition }));
      return (await conditionHeld(sent)) !== undefined;
    } catch (error) {
      throw isRefusedForSure(error) ? new WriteRefused('DynamoDB refused the item.', { cause: error }) : error;
    }
  }

  return {
    async create(job) {
      const item = itemOf(acceptedRecord(job));
      if (await put(item, isFree(job))) return 'created';
      // The one that was there may be gone by now: it was in the way all the same, and the caller will find no job.
      const standing = await findItem(job.id);
      if (isJobItem(standing)) return isOwn(standing, job) ? 'created' : 'taken';
      if (!standing || undoneNonces(standing).includes(job.submissionNonce)) return 'taken';
      const marked = { ...item, [markAttribute]: standing[markAttribute] ?? { S: '[]' } };
      if (await put(marked, hasMarkOf(standing))) return 'created';
      const latest = await findItem(job.id);
      return isJobItem(latest) && isOwn(latest, job) ? 'created' : 'taken';
    },
    async undo(job) {
      for (let tries = 1; tries <= maxTries; tries += 1) {
        const standing = await findItem(job.id);
        if (isJobItem(standing) && !mayBeReplaced(standing, job)) {
          return { undone: false, job: jobOf(recordOf(standing)) };
        }
        if (!isJobItem(standing) && undoneNonces(standing).includes(job.submissionNonce)) return { undone: true };
        if (await put(undoneMark(job, standing), asItWas(standing, job))) return { undone: true };
      }
      throw new Error(`The submission of job ${job.id} could not be rolled back.`);
    },
  };
}

const isOwn = (item: Item, order: JobOrder): boolean => item.submissionNonce?.S === order.submissionNonce;

const isPast = (item: Item, order: JobOrder): boolean => Number(item.ttl?.N) <= Math.floor(order.createdAt / 1000);

function mayBeReplaced(item: Item, job: OpenJob): boolean {
  return isPast(item, job) || undoable(job).every((condition) => holds(condition, recordOf(item)));
}

/** No item exists under the id, or only one that the table's TTL might have removed by the time of the order. */
const isFree = (order: JobOrder): PutCondition => ({
  ConditionExpression: 'attribute_not_exists(#id) OR #ttl <= :now',
  ExpressionAttributeNames: { '#id': 'id', '#ttl': 'ttl' },
  ExpressionAttributeValues: { ':now': attributeOf(Math.floor(order.createdAt / 1000)) },
});

/** The item is still the tombstone that was read, with no nonce added since. */
const hasMarkOf = (mark: Item): PutCondition => ({
  ConditionExpression: '#mark = :mark AND attribute_not_exists(#status)',
  ExpressionAttributeNames: { '#mark': markAttribute, '#status': 'status' },
  ExpressionAttributeValues: { ':mark': mark[markAttribute] ?? { S: '[]' } },
});

/** The item is unchanged since it was read, in everything that matters to a rollback (optimistic locking). */
function asItWas(standing: Item | undefined, job: OpenJob): PutCondition {
  if (!standing || isPast(standing, job)) return isFree(job);
  return isJobItem(standing) ? conditionFor(undoable(job)) : hasMarkOf(standing);
}
