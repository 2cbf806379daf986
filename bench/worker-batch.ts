import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ClientSettings } from '../local/emulators/stock.ts';
import type { FunctionHost } from '../local/function-host.ts';
import type { QueueSourcePlan } from '../local/plan/triggers.ts';
import type { StackPlan } from '../local/plan.ts';
import { createQueueEvent } from '../local/queue-pump/queue-event.ts';

/**
 * What feeds the worker: of the functions with a queue, it is the one that may read providers' keys. Throws for a stack
 * without one.
 */
export function workerOf({ queueSources, functions }: StackPlan): QueueSourcePlan {
  const workers = new Set(functions.filter((each) => 'PROVIDER_KEYS_PATH' in each.environment).map(({ name }) => name));
  const source = queueSources.find(({ functionName }) => workers.has(functionName));
  if (source === undefined) throw new Error('No queue of the stack feeds a worker.');
  return source;
}

/** Gives the worker as many wake-ups as wait, if any, ten at the most, in one batch. Throws where it fails or keeps one of them. */
export async function handOverWakeUps(
  { functionName, queueUrl: QueueUrl, queueArn }: QueueSourcePlan,
  storage: ClientSettings,
  host: FunctionHost,
): Promise<void> {
  const client = new SQSClient(storage);
  try {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
    );
    if (Messages.length === 0) return;
    const event = JSON.stringify(createQueueEvent(Messages, queueArn, storage.region));
    const outcome = await host.invoke(functionName, event);
    if (outcome.kind === 'failed') throw new Error(`The worker failed: ${outcome.error.errorMessage}`);
    const expected = JSON.stringify({ batchItemFailures: [] });
    if (outcome.kind !== 'answered' || outcome.payload !== expected) throw new Error('The worker kept a wake-up.');
  } finally {
    client.destroy();
  }
}
