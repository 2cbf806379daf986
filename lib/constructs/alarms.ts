import { Duration } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { GatewayFunction } from './gateway-function.ts';
import type { JobQueue } from './job-queue.ts';

/** What the alarms watch, and whom they tell. */
export interface AlarmsProps {
  readonly worker: GatewayFunction;
  readonly queue: JobQueue;
  readonly api: apigateway.RestApi;
  /** Seconds a job may take; a wake-up that waits for a third of that is late. */
  readonly deadlineSeconds: number;
  /** ARN of the topic to notify; undefined leaves the alarms to whoever looks. */
  readonly topicArn: string | undefined;
}

/** One alarm: what it counts, from when it rings, and what somebody woken by it should know and do first. */
interface AlarmPlan {
  readonly id: string;
  readonly metric: cloudwatch.IMetric;
  /** It rings at this value. */
  readonly from: number;
  /** Periods that must reach the value, of the last five. */
  readonly periods: number;
  readonly impact: string;
  readonly firstSteps: string;
}

const consideredPeriods = 5;

/** The alarms worth waking somebody for. Each says in its description what it means and what to do first. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    for (const plan of plansFor(props)) this.addAlarm(plan, props.topicArn);
  }

  private addAlarm(plan: AlarmPlan, topicArn: string | undefined): void {
    const alarm = new cloudwatch.Alarm(this, plan.id, {
      metric: plan.metric,
      threshold: plan.from,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: consideredPeriods,
      datapointsToAlarm: plan.periods,
      // No traffic gives no data, and that is no fault.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `Impact: ${plan.impact}\nFirst steps: ${plan.firstSteps}`,
    });
    if (topicArn === undefined) return;
    const action: cloudwatch.IAlarmAction = { bind: () => ({ alarmActionArn: topicArn }) };
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

const minute = Duration.minutes(1);

function plansFor({ worker, queue, api, deadlineSeconds }: AlarmsProps): readonly AlarmPlan[] {
  return [...workerPlans(worker), ...queuePlans(queue, deadlineSeconds), apiPlan(api)];
}

const workerPlans = ({ function: worker }: GatewayFunction): readonly AlarmPlan[] => [
  {
    id: 'WorkerErrors',
    metric: worker.metricErrors({ period: minute, statistic: 'Sum' }),
    from: 1,
    periods: 2,
    impact: 'Workers crash or run out of time. Their jobs wait for the lease to end, and fail after three crashes.',
    firstSteps:
      "Search the worker's log for errors and for the report lines that name memory or a timeout. If a deployment came just before, roll it back.",
  },
  {
    id: 'WorkerThrottles',
    metric: worker.metricThrottles({ period: minute, statistic: 'Sum' }),
    from: 1,
    periods: 3,
    impact: 'Lambda refuses to start workers, so jobs start late and may miss their deadline.',
    firstSteps:
      "Compare the account's concurrent executions with its quota. Ask for a higher quota, or lower maximumConcurrency.",
  },
];

const queuePlans = ({ queue, deadLetters }: JobQueue, deadlineSeconds: number): readonly AlarmPlan[] => [
  {
    id: 'OldWakeUps',
    metric: queue.metricApproximateAgeOfOldestMessage({ period: minute, statistic: 'Maximum' }),
    from: Math.ceil(deadlineSeconds / 3),
    periods: 3,
    impact: 'Jobs wait for a worker for a third of their time and more; the last of them will miss their deadline.',
    firstSteps:
      'See whether the worker is throttled or failing, and whether a provider is slow or limits the rate. If all is well, raise maximumConcurrency.',
  },
  {
    id: 'DeadLetters',
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: 'Maximum' }),
    from: 1,
    periods: 1,
    impact: 'A wake-up was received ten times and never done with. Its job may be stuck until its deadline.',
    firstSteps:
      "Read the message's jobId and search the worker's log for it. Once the cause is gone, start a redrive of the dead-letter queue.",
  },
];

const apiPlan = (api: apigateway.RestApi): AlarmPlan => ({
  id: 'ApiServerErrors',
  // The average of this metric is the share of requests that were answered with a 5xx.
  metric: api.metricServerError({ period: minute, statistic: 'Average' }),
  from: 0.05,
  periods: 3,
  impact: 'One request in twenty or more fails with a 5xx, so clients can not submit jobs or fetch results.',
  firstSteps:
    'Group the access log by route, status and gatewayAnswer, then follow a requestId into the log of that function.',
});
