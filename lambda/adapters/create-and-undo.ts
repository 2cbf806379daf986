import { type DynamoDBClient, PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { holds } from '../domain/conditions.ts';
import type { JobOrder } from '../domain/job.ts';
import type { Undone } from '../domain/ports.ts';
import { undoable } from '../domain/transitions.ts';
import { WriteRefused } from '../domain/write-refused.ts';
import { conditionHeld } from './condition-held.ts';
import { attributeOf, type Item, itemOf, recordOf } from './job-item.ts';
import { acceptedRecord, jobOf } from './job-record.ts';
import { isRefusedForSure } from './refused-write.ts';
import { isJobItem, markAttribute, undoneMark, undoneNonces } from './undone-mark.ts';
import { conditionFor } from './update-expression.ts';

type PutCondition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** Who undoes a submission races with its own late writes and those of its twins, a handful at most. */
const maxTries = 5;

/** How a place in the table is taken and given back. `findItem` gives whatever stands under an id, a mark too. */
export function createPlaces(
  client: DynamoDBClient,
  TableName: string,
  findItem: (id: string) => Promise<Item | undefined>,
): { create(order: JobOrder): Promise<'created' | 'taken'>; undo(order: JobOrder): Promise<Undone> } {
  /** False where the condition didn't hold. */
  async function put(item: Item, condition: PutCondition): Promise<boolean> {
    try {
      const sent = client.send(new PutItemCommand({ TableName, Item: item, ...condition }));
      return (await conditionHeld(sent)) !== undefined;
    } catch (error) {
      throw isRefusedForSure(error) ? new WriteRefused('The table refused the item.', { cause: error }) : error;
    }
  }

  return {
    async create(order) {
      const item = itemOf(acceptedRecord(order));
      if (await put(item, isFree(order))) return 'created';
      // The one that was there may be gone by now: it was in the way all the same, and the caller will find no job.
      const standing = await findItem(order.id);
      if (isJobItem(standing)) return isOwn(standing, order) ? 'created' : 'taken';
      if (!standing || undoneNonces(standing).includes(order.submissionNonce)) return 'taken';
      const marked = { ...item, [markAttribute]: standing[markAttribute] ?? { S: '[]' } };
      if (await put(marked, hasMarkOf(standing))) return 'created';
      const latest = await findItem(order.id);
      return isJobItem(latest) && isOwn(latest, order) ? 'created' : 'taken';
    },
    async undo(order) {
      for (let tries = 1; tries <= maxTries; tries += 1) {
        const standing = await findItem(order.id);
        if (isJobItem(standing) && !mayBeReplaced(standing, order)) {
          return { undone: false, job: jobOf(recordOf(standing)) };
        }
        if (!isJobItem(standing) && undoneNonces(standing).includes(order.submissionNonce)) return { undone: true };
        if (await put(undoneMark(order, standing), asItWas(standing, order))) return { undone: true };
      }
      throw new Error(`The submission of job ${order.id} could not be undone.`);
    },
  };
}

const isOwn = (item: Item, order: JobOrder): boolean => item.submissionNonce?.S === order.submissionNonce;

const isPast = (item: Item, order: JobOrder): boolean => Number(item.ttl?.N) <= Math.floor(order.createdAt / 1000);

function mayBeReplaced(item: Item, order: JobOrder): boolean {
  return isPast(item, order) || undoable(order).every((condition) => holds(condition, recordOf(item)));
}

/** Nothing stands there, or what the table might have dropped when the order was made. */
const isFree = (order: JobOrder): PutCondition => ({
  ConditionExpression: 'attribute_not_exists(#id) OR #ttl <= :now',
  ExpressionAttributeNames: { '#id': 'id', '#ttl': 'ttl' },
  ExpressionAttributeValues: { ':now': attributeOf(Math.floor(order.createdAt / 1000)) },
});

/** A mark stands there, and nobody has added to it. */
const hasMarkOf = (mark: Item): PutCondition => ({
  ConditionExpression: '#mark = :mark AND attribute_not_exists(#status)',
  ExpressionAttributeNames: { '#mark': markAttribute, '#status': 'status' },
  ExpressionAttributeValues: { ':mark': mark[markAttribute] ?? { S: '[]' } },
});

/** What was read still stands there, as far as it matters to who undoes a submission. */
function asItWas(standing: Item | undefined, order: JobOrder): PutCondition {
  if (!standing || isPast(standing, order)) return isFree(order);
  return isJobItem(standing) ? conditionFor(undoable(order)) : hasMarkOf(standing);
}
