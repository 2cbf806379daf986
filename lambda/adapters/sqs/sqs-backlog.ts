import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Lane } from '../../domain/jobs/lane.ts';
import type { Backlog } from '../../domain/ports.ts';

const waitingAttribute = 'ApproximateNumberOfMessages';

/**
 * What SQS queues say of the messages that they could hand out at once: neither delayed nor hidden ones, a minute late
 * at most.
 */
export function createSqsBacklog(
  client: SQSClient,
  settings: { readonly queueUrls: Readonly<Record<Lane, string>> },
): Backlog {
  return {
    async waiting(lane) {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: settings.queueUrls[lane], AttributeNames: [waitingAttribute] }),
      );
      const waiting = Number(Attributes?.[waitingAttribute] ?? Number.NaN);
      if (!Number.isFinite(waiting)) throw new Error('SQS returned no message count for the queue.');
      return waiting;
    },
  };
}
