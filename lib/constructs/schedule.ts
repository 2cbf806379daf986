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
 * Neither EventBridge nor Lambda repeats a call that failed: the next one by the schedule does, and two at once would do
 * the same work twice. 60 seconds is the least that both allow a call to wait.
 */
const once = { retryAttempts: 0, maxEventAge: Duration.seconds(60) } as const;

/** Calls a function at a steady rate. The only one that may call it is this schedule. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { everyMinutes, target }: ScheduleProps) {
    super(scope, id);
    target.function.configureAsyncInvoke(once);
    new events.Rule(this, 'Rule', {
      description: `Darkroom: ${target.name}`,
      schedule: events.Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [new targets.LambdaFunction(target.function, once)],
    });
  }
}
