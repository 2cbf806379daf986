import type { Message } from '@aws-sdk/client-sqs';
import { z } from 'zod';

/** A batch stays well below the 6 MB of an event, whatever its JSON adds to the bodies. */
const maximumBatchBytes = 4 * 1024 * 1024;

/** Cuts received messages into batches that fit into an event. */
export function splitBySize(messages: readonly Message[]): Message[][] {
  const batches: Message[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size = Buffer.byteLength(JSON.stringify(message.Body ?? ''));
    if (bytes + size > maximumBatchBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(message);
    bytes += size;
  }
  return batches;
}

const answerSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullable();

/**
 * Reads a partial batch answer: the ids of the messages that failed. As on AWS an answer without failures is a success
 * of the whole batch, and one that can't be understood, or names a message that isn't in the batch, is its failure.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedMessageIds(payload: string, ids: readonly string[]): ReadonlySet<string> {
  const answer = answerSchema.safeParse(JSON.parse(payload));
  if (!answer.success) return new Set(ids);
  const failed = (answer.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => ids.includes(id)) ? new Set(failed) : new Set(ids);
}
