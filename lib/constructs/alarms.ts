import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

/** One alarm: its metric, its threshold, and the impact and first steps for the person on call. */
export interface AlarmPlan {
  /** Part of its name. */
  readonly id: string;
  readonly metric: cloudwatch.IMetric;
  /** It rings from this value up; or below that one, and then no data at all counts as too little. */
  readonly rings: { readonly from: number } | { readonly below: number };
  /** Periods of the metric that must reach the value, of the last five. */
  readonly periods: number;
  /** The impact: who is affected, and how. */
  readonly impact: string;
  /** What to check, and how to respond. */
  readonly firstSteps: string;
}

/** What the alarms are made from. */
export interface AlarmsProps {
  readonly plans: readonly AlarmPlan[];
  /** ARN of the topic to notify; undefined leaves the alarms in the console alone. */
  readonly topicArn: string | undefined;
}

const consideredPeriods = 5;

/** The alarms that are worth paging for. Each states its impact and first steps in its description. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { plans, topicArn }: AlarmsProps) {
    super(scope, id);
    for (const plan of plans) this.addAlarm(plan, topicArn);
  }

  private addAlarm(plan: AlarmPlan, topicArn: string | undefined): void {
    const alarm = new cloudwatch.Alarm(this, plan.id, {
      metric: plan.metric,
      ...conditionOf(plan),
      evaluationPeriods: consideredPeriods,
      datapointsToAlarm: plan.periods,
      alarmDescription: `Impact: ${plan.impact}\nFirst steps: ${plan.firstSteps}`,
    });
    if (topicArn === undefined) return;
    const action: cloudwatch.IAlarmAction = { bind: () => ({ alarmActionArn: topicArn }) };
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

type RingCondition = Pick<cloudwatch.AlarmProps, 'threshold' | 'comparisonOperator' | 'treatMissingData'>;

function conditionOf({ rings }: AlarmPlan): RingCondition {
  if ('below' in rings) {
    return {
      threshold: rings.below,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    };
  }
  return {
    threshold: rings.from,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // No traffic gives no data, and that is no fault.
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  };
}
