import { describe, expect, it } from 'vitest';
import { functionNames } from '../../lambda/contract/environment.ts';
import { Alarms } from '../../lib/constructs/alarms.ts';
import { functionAlarms } from '../../lib/function-alarms.ts';
import { jobAlarms } from '../../lib/job-alarms.ts';
import { constructName, readable, synthesizeStage } from './synthesized-stage.ts';

const topic = 'arn:aws:sns:eu-central-1:111122223333:on-call';
const stage = synthesizeStage();
const alarms = stage.ofType('AWS::CloudWatch::Alarm').map(([, alarm]) => alarm);
const named = (id: string, from = stage) => from.one('AWS::CloudWatch::Alarm', `Alarms${id}`);

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** Each metric that an alarm looks at: namespace, name and dimensions, in one line. */
function watchedBy(alarm: Record<string, unknown>): string[] {
  const parts = alarm.Metrics as readonly { readonly MetricStat?: { readonly Metric: Metric } }[] | undefined;
  const metrics =
    parts === undefined ? [alarm as unknown as Metric] : parts.flatMap((one) => one.MetricStat?.Metric ?? []);
  return metrics.map(({ Namespace, MetricName, Dimensions }) => {
    const dimensions = Dimensions.map(({ Name, Value }) => `${Name}=${readable(Value)}`);
    return [Namespace, MetricName, ...dimensions].join(' ');
  });
}

/** What an alarm reckons of its metrics. */
const expressionsOf = ({ Metrics }: Record<string, unknown>): string[] =>
  (Metrics as readonly { readonly Expression?: string }[]).flatMap(({ Expression }) => Expression ?? []);

const counted = (metric: string, functionName: string) =>
  `Darkroom ${metric} function=<${constructName(functionName)}Function> service=${functionName}`;

const working = ['process-job', 'run-synchronously'];
const countedAtWork = (metric: string) => working.map((name) => counted(metric, name));

describe(functionAlarms, () => {
  it('says nothing of a function that nobody calls', () => {
    const ids = synthesizeStage({ synchronousSeconds: 0 })
      .ofType('AWS::CloudWatch::Alarm')
      .map(([id]) => id);
    expect(ids.length).toBe(alarms.length - 2);
    expect(ids.filter((id) => id.includes('RunSynchronously'))).toEqual([]);
  });

  it.each(functionNames)('watches the errors and the throttles of %s', (name) => {
    for (const metric of ['Errors', 'Throttles']) {
      const alarm = named(`${constructName(name)}${metric}`);
      expect(watchedBy(alarm)).toEqual([`AWS/Lambda ${metric} FunctionName=<${constructName(name)}Function>`]);
      expect(alarm).toMatchObject({ Threshold: 1, Statistic: 'Sum', Period: 60 });
      expect(alarm.AlarmDescription).toContain(name);
    }
  });
});

describe(jobAlarms, () => {
  it.each([
    ['DeadLetteredMessages', [counted('DeadLetteredMessages', 'handle-dead-letter')]],
    ['AbandonedAttempts', [counted('AttemptsAbandoned', 'process-job')]],
    ['StoreFailures', ['ResultsNotStored', 'InputsNotRead'].flatMap((metric) => countedAtWork(metric))],
    ['RestedKeys', countedAtWork('KeysInCooldown')],
    [
      'OverdueJobs',
      ['sweep-jobs', 'get-job', 'handle-dead-letter', ...working].map((name) => counted('JobsOverdue', name)),
    ],
    ['DeadLetters', ['AWS/SQS ApproximateNumberOfMessagesVisible QueueName=<JobQueueDeadLetters.QueueName>']],
    [
      'OldWakeUps',
      ['JobQueue', 'JobQueueSlow'].map(
        (queue) => `AWS/SQS ApproximateAgeOfOldestMessage QueueName=<${queue}.QueueName>`,
      ),
    ],
    ['ApiServerErrors', ['AWS/ApiGateway 5XXError ApiName=darkroom-test']],
    [
      'TableThrottles',
      [
        'AWS/DynamoDB ReadThrottleEvents TableName=<JobsTable>',
        'AWS/DynamoDB WriteThrottleEvents TableName=<JobsTable>',
        'AWS/DynamoDB WriteThrottleEvents GlobalSecondaryIndexName=byOwner TableName=<JobsTable>',
        'AWS/DynamoDB WriteThrottleEvents GlobalSecondaryIndexName=openByDeadline TableName=<JobsTable>',
      ],
    ],
  ])('rings for %s, as soon as there is one where none should be', (id, metrics) => {
    expect(watchedBy(named(id))).toEqual(metrics);
    expect(named(id).ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
  });

  it.each(['DeadLetteredMessages', 'AbandonedAttempts', 'OverdueJobs', 'StoreFailures'])(
    'takes a single one of %s seriously',
    (id) => {
      expect(named(id)).toMatchObject({ Threshold: 1, DatapointsToAlarm: 1 });
    },
  );

  it('adds up what one alarm counts in several places', () => {
    for (const id of ['OverdueJobs', 'TableThrottles']) {
      expect(expressionsOf(named(id))).toEqual([expect.stringMatching(/^SUM\(\[(\w+)0, \1[1-4](, \1[1-4])*\]\)$/)]);
    }
  });

  it('rings when half of the jobs fail, but not for a handful', () => {
    const alarm = named('FailedJobs');
    expect(watchedBy(alarm)).toEqual([...countedAtWork('JobsFailed'), ...countedAtWork('JobsCompleted')]);
    expect(expressionsOf(alarm)).toEqual([
      'IF(failed >= 5, failed / (failed + FILL(completed, 0)), 0)',
      'SUM([failedBy0, failedBy1])',
      'SUM([completedBy0, completedBy1])',
    ]);
    expect(alarm.Threshold).toBe(0.5);
  });

  it('rings when no sweep runs, and takes no data for no sweep', () => {
    expect(named('SweepSilent')).toMatchObject({
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  it('calls a wake-up late after a third of the deadline', () => {
    expect(named('OldWakeUps', synthesizeStage({ deadlineSeconds: 3000 })).Threshold).toBe(1000);
  });
});

describe(Alarms, () => {
  it('says in each description what it means and what to do first, in what CloudWatch holds', () => {
    for (const { AlarmDescription } of alarms) {
      expect(AlarmDescription).toMatch(/^Impact: .+\nFirst steps: .+/);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  it('takes silence for peace in all that counts faults', () => {
    const anxious = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(anxious.map(({ ComparisonOperator }) => ComparisonOperator)).toEqual(['LessThanThreshold']);
  });

  it('asks of no alarm more than CloudWatch adds up in one', () => {
    for (const alarm of alarms) expect(watchedBy(alarm).length).toBeLessThanOrEqual(10);
  });

  it('tells the topic of the stage that it rings and that it is over, and nobody where there is none', () => {
    for (const [, alarm] of synthesizeStage({ alarmTopicArn: topic }).ofType('AWS::CloudWatch::Alarm')) {
      expect([alarm.AlarmActions, alarm.OKActions]).toEqual([[topic], [topic]]);
    }
    for (const alarm of alarms) expect(alarm.AlarmActions).toBeUndefined();
  });
});
