import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { handleWakeUp } from '../../application/process/handle-wake-up.ts';
import type { Disposition } from '../../application/process/message-disposition.ts';
import type { ReceivedMessage, WakeUp } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';

export interface BatchDependencies {
  /** The message of a record, in a batch of so many. Throws where it came from another function's queue. */
  readonly messageOf: (record: SQSRecord, batchSize: number) => ReceivedMessage;
  /** The wake-up in a message's body; undefined where it holds none. */
  readonly wakeUpFrom: (body: string) => WakeUp | undefined;
  readonly telemetry: Telemetry;
}

/** The work on one wake-up, in a function that has so many seconds left. */
type Work = (wakeUp: WakeUp, message: ReceivedMessage, secondsLeft: () => number) => Promise<Disposition>;

/**
 * The whole way of a batch of SQS messages. Each record runs on a promise of its own; those to be retried are reported, so that
 * Lambda leaves them on the queue. Throws what `messageOf` throws, for then the whole batch is no work of this function.
 */
export const handleBatch =
  ({ messageOf, wakeUpFrom, telemetry }: BatchDependencies, work: Work) =>
  async ({ Records: records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const secondsLeft = () => context.getRemainingTimeInMillis() / 1000;
    const kept = await Promise.all(
      records.map(async (record) => {
        const message = messageOf(record, records.length);
        const action = await handleWakeUp(telemetry, message, wakeUpFrom(record.body), (wakeUp) =>
          work(wakeUp, message, secondsLeft),
        );
        return action === 'retry' ? [{ itemIdentifier: record.messageId }] : [];
      }),
    );
    return { batchItemFailures: kept.flat() };
  };
