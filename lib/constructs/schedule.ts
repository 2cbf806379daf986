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
 * A call that could not be made, was throttled or failed is tried again for five minutes, by EventBridge and by Lambda: who is
 * called must bear two at once. Older calls are made up for by later ones.
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
