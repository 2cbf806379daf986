import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { ClientSettings } from './emulators/stock.ts';
import type { FunctionHost } from './function-host.ts';
import type { QueueSourcePlan } from './plan/triggers.ts';
import { failedMessageIds, splitBySize } from './queue-pump/batch.ts';
import { createQueueEvent } from './queue-pump/queue-event.ts';

/** Something that runs beside the stack until it is stopped. */
export interface BackgroundTask {
  stop(): Promise<void>;
}

/** One receive waits this long for a message; it bounds how long a stop takes as well. */
const pollSeconds = 1;

/** SQS gives ten messages at a time at the most. */
const maximumReceived = 10;

/** Starts an event source mapping: messages of the queue go to the function in batches. */
export function startQueuePump(
  source: QueueSourcePlan,
  settings: ClientSettings,
  host: FunctionHost,
  log: (line: string) => void,
): BackgroundTask {
  const pump = new QueuePump(source, new SQSClient(settings), settings.region, host, log);
  const running = pump.run();
  return {
    async stop() {
      pump.stopping = true;
      await running;
    },
  };
}

class QueuePump {
  stopping = false;
  private readonly source: QueueSourcePlan;
  private readonly client: SQSClient;
  private readonly region: string;
  private readonly host: FunctionHost;
  private readonly log: (line: string) => void;
  private readonly batches = new Set<Promise<void>>();

  constructor(
    source: QueueSourcePlan,
    client: SQSClient,
    region: string,
    host: FunctionHost,
    log: (line: string) => void,
  ) {
    this.source = source;
    this.client = client;
    this.region = region;
    this.host = host;
    this.log = log;
  }

  /** Receives and invokes until it is stopped. Batches that are under way then end with their function's threads. */
  async run(): Promise<void> {
    const { maximumThreads } = this.host;
    const limit = Math.min(this.source.maximumConcurrency ?? maximumThreads, maximumThreads);
    while (!this.stopping) {
      try {
        if (this.batches.size >= limit) await Promise.race([...this.batches, delay(100)]);
        else await this.receiveBatch();
      } catch (error) {
        if (!this.stopping) this.log(`[queue] ${this.source.queueUrl}: ${String(error)}`);
        await delay(200);
      }
    }
    this.client.destroy();
  }

  private async receiveBatch(): Promise<void> {
    const { batchSize, batchingWindowSeconds } = this.source;
    const messages = await this.receive(batchSize, pollSeconds);
    if (messages.length === 0) return;
    const closesAt = Date.now() + batchingWindowSeconds * 1000;
    while (messages.length < batchSize && Date.now() < closesAt && !this.stopping) {
      const restSeconds = (closesAt - Date.now()) / 1000;
      // A receive waits for whole seconds; the rest of the window is waited out here, so that it isn't overrun.
      if (restSeconds < pollSeconds) await delay(Math.min(restSeconds * 1000, 100));
      messages.push(...(await this.receive(batchSize - messages.length, restSeconds < pollSeconds ? 0 : pollSeconds)));
    }
    if (this.stopping) return this.releaseLease(messages);
    for (const part of splitBySize(messages)) {
      const batch = this.process(part).finally(() => this.batches.delete(batch));
      this.batches.add(batch);
    }
  }

  private async receive(most: number, waitSeconds: number): Promise<Message[]> {
    const { Messages } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.source.queueUrl,
        MaxNumberOfMessages: Math.min(most, maximumReceived),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages ?? [];
  }

  /**
   * Messages that were received but not delivered are made visible again at once, so that a restart doesn't have to
   * wait for them.
   */
  private async releaseLease(messages: readonly Message[]): Promise<void> {
    const QueueUrl = this.source.queueUrl;
    for (const { ReceiptHandle } of messages) {
      await this.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    }
  }

  /** Runs one batch. What failed is left alone: it comes back when its visibility timeout is over. */
  private async process(messages: readonly Message[]): Promise<void> {
    const { functionName, queueArn, reportsItemFailures } = this.source;
    try {
      const event = JSON.stringify(createQueueEvent(messages, queueArn, this.region));
      const outcome = await this.host.invoke(functionName, event);
      if (outcome.kind !== 'answered') return;
      const ids = messages.map(({ MessageId }) => MessageId ?? '');
      const failed = reportsItemFailures ? failedMessageIds(outcome.payload, ids) : new Set<string>();
      await this.acknowledge(messages.filter(({ MessageId }) => !failed.has(MessageId ?? '')));
    } catch (error) {
      if (!this.stopping) this.log(`[queue] ${this.source.queueUrl}: ${String(error)}`);
    }
  }

  private async acknowledge(messages: readonly Message[]): Promise<void> {
    for (let start = 0; start < messages.length; start += maximumReceived) {
      const entries = messages.slice(start, start + maximumReceived);
      await this.client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.source.queueUrl,
          Entries: entries.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
    }
  }
}
