import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { sqsLimits } from '../../lambda/domain/service-limits.ts';
import { deadLetterConcurrency } from '../reserved-concurrency.ts';
import type { StageConfig } from '../stage-settings.ts';
import type { GatewayFunction } from './gateway-function.ts';

/** The SQS queues of wake-ups with their dead-letter queue (redrive policy): the timeouts of their consumers. */
export interface JobQueueProps {
  /**
   * Timeout in seconds of the function that consumes the queues of wake-ups; a message stays hidden for a little
   * longer.
   */
  readonly workerTimeoutSeconds: number;
  /** Timeout in seconds of the function that consumes the dead letters; the same holds for them. */
  readonly deadLetterHandlerTimeoutSeconds: number;
}

/**
 * How much longer than its consumer's timeout a queue hides a message; Lambda takes no less than the timeout. A worker
 * hides its message for a lease first thing, so this rules only where none got so far: a bundle that doesn't start, a
 * batch that was throttled. Six times the timeout, as AWS advises, would be longer than a job's life; and what that is
 * to allow for, throttled calls, the mapping's maximum concurrency prevents.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
const visibilityMarginSeconds = 30;

/** Receives count throttles and waits too, so the bound is generous; crashes are counted on the job itself. */
const maxReceives = 10;

/**
 * The two queues of wake-ups, one per lane (bulkheads), and their dead-letter queue, which receives a wake-up after
 * `maxReceives` failed deliveries; its handler decides about a redrive. A wake-up outlives every deadline: all queues
 * retain messages for longer than a job may take.
 */
export class JobQueues extends Construct {
  /** The queue whose jobs share an invocation. */
  readonly queue: sqs.Queue;
  /** The queue whose jobs have an invocation each. */
  readonly slow: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, props: JobQueueProps) {
    super(scope, id);
    const shared = {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The queues hold no state that the table doesn't have.
      removalPolicy: RemovalPolicy.DESTROY,
    } satisfies sqs.QueueProps;
    // Its redrive allow policy can't be restricted to the wake-up queues as sources: each queue would need the other's
    // ARN first.
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      ...shared,
      visibilityTimeout: Duration.seconds(props.deadLetterHandlerTimeoutSeconds + visibilityMarginSeconds),
      retentionPeriod: Duration.seconds(sqsLimits.retentionSeconds),
    });
    const waking = {
      ...shared,
      visibilityTimeout: Duration.seconds(props.workerTimeoutSeconds + visibilityMarginSeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    } satisfies sqs.QueueProps;
    this.queue = new sqs.Queue(this, 'Queue', waking);
    this.slow = new sqs.Queue(this, 'Slow', waking);
  }

  /**
   * Lets a function work on the wake-ups of both queues, several at a time or one by one, each of them reported on its
   * own. The function needs `grantConsume` too.
   */
  wakeUp(
    consumer: GatewayFunction,
    stage: Pick<StageConfig, 'jobsPerInvocation' | 'maximumConcurrency' | 'slowConcurrency'>,
  ): void {
    consumer.function.addEventSourceMapping('WakeUps', {
      eventSourceArn: this.queue.queueArn,
      batchSize: stage.jobsPerInvocation,
      maxBatchingWindow: Duration.seconds(0),
      reportBatchItemFailures: true,
      maxConcurrency: stage.maximumConcurrency,
    });
    consumer.function.addEventSourceMapping('SlowWakeUps', {
      eventSourceArn: this.slow.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency: stage.slowConcurrency,
    });
  }

  /** Makes a function the dead-letter handler. The function needs `grantConsumeDeadLetters` too. */
  deadLetter(consumer: GatewayFunction): void {
    consumer.function.addEventSourceMapping('DeadLetters', {
      eventSourceArn: this.deadLetters.queueArn,
      batchSize: 10,
      maxBatchingWindow: Duration.seconds(0),
      reportBatchItemFailures: true,
      maxConcurrency: deadLetterConcurrency,
    });
  }

  /** Allows exactly these SQS actions, such as `SendMessage`, on the queues of wake-ups. */
  grant(grantee: iam.IGrantable, ...actions: readonly string[]): void {
    grantQueues([this.queue, this.slow], grantee, actions);
  }

  /** Allows what Lambda's poller does in the function's name, and what a worker does with a message in hand. */
  grantConsume(grantee: iam.IGrantable): void {
    this.grant(grantee, ...consumption);
  }

  /** Allows the same on the dead-letter queue. */
  grantConsumeDeadLetters(grantee: iam.IGrantable): void {
    grantQueues([this.deadLetters], grantee, consumption);
  }
}

const consumption = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'] as const;

function grantQueues(queues: readonly sqs.IQueue[], grantee: iam.IGrantable, actions: readonly string[]): void {
  iam.Grant.addToPrincipal({
    grantee,
    actions: actions.map((action) => `sqs:${action}`),
    resourceArns: queues.map(({ queueArn }) => queueArn),
  });
}
