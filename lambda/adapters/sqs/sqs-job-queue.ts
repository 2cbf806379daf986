import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isJobId } from '../../domain/jobs/job.ts';
import type { Lane } from '../../domain/jobs/lane.ts';
import type { JobQueue, WakeUp } from '../../domain/ports.ts';
import { sqsLimits } from '../../domain/service-limits.ts';
import { sha256 } from '../secrets/sha256.ts';

/**
 * Wake-ups in a standard SQS queue for each lane. The message group makes SQS share a queue fairly among owners; it
 * doesn't order their messages. Throws RangeError for a delay beyond 900 seconds; parts of a second are rounded up.
 */
export function createSqsJobQueue(
  client: SQSClient,
  settings: { readonly queueUrls: Readonly<Record<Lane, string>> },
): JobQueue {
  return {
    async send(wakeUp, { owner, lane }, delaySeconds) {
      const DelaySeconds = Math.max(0, Math.ceil(delaySeconds));
      if (!(DelaySeconds <= sqsLimits.delaySeconds))
        throw new RangeError(`A wake-up can't be delayed by ${delaySeconds} s.`);
      const { jobId, hop } = wakeUp;
      await client.send(
        new SendMessageCommand({
          QueueUrl: settings.queueUrls[lane],
          MessageBody: JSON.stringify({ jobId, hop }),
          MessageGroupId: groupOf(owner),
          DelaySeconds,
        }),
      );
    },
  };
}

/** SQS takes up to 128 visible ASCII characters; the subject of an admin's token may hold others. */
const groupOf = (owner: string): string => (/^[!-~]{1,128}$/.test(owner) ? owner : sha256(owner));

/** No job comes near: that would be five hops in each second of the longest deadline. */
const maxHop = 1_000_000;

/**
 * Parses the wake-up in a message's body. Undefined where it holds none: such a message has no job and may be deleted.
 */
export function wakeUpFrom(body: string): WakeUp | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('jobId' in value) || !('hop' in value)) return undefined;
  const { jobId, hop } = value;
  // A longer text would be refused by the table as a key, each time that its message comes.
  if (typeof jobId !== 'string' || !isJobId(jobId)) return undefined;
  return typeof hop === 'number' && Number.isInteger(hop) && hop >= 0 && hop <= maxHop ? { jobId, hop } : undefined;
}
