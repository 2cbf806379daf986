import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { GatewayFunction } from './gateway-function.ts';

/** What is called, and how often. */
export interface ScheduleProps {
  /** Whole minutes from one call to the next, from 1. */
  readonly everyMinutes: number;
  readonly target: GatewayFunction;
}

/**
 * An invocation that failed or was throttled is retried for five minutes, by EventBridge and by Lambda: the function
 * must tolerate two at once. Later invocations make up for older ones.
 */
const triedAgain = { retryAttempts: 2, maxEventAge: Duration.minutes(5) } as const;

/** Calls a function at a steady rate. The only one that may call it is this schedule. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { everyMinutes, target }: ScheduleProps) {
    super(scope, id);
    target.function.configureAsyncInvoke(triedAgain);
    new events.Rule(this, 'Rule', {
      description: `Darkroom: ${target.name}`,
      schedule: events.Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [new targets.LambdaFunction(target.function, triedAgain)],
    });
  }
}
