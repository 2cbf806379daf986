import { describe, expect, it } from 'vitest';
import { Alarms } from '../../lib/constructs/alarms.ts';
import { synthesizeStage } from './synthesized-stage.ts';

const topic = 'arn:aws:sns:eu-central-1:111122223333:on-call';
const quiet = synthesizeStage();
const alarms = quiet.ofType('AWS::CloudWatch::Alarm').map(([, alarm]) => alarm);

describe(Alarms, () => {
  it.each([
    ['AWS/Lambda', 'Errors'],
    ['AWS/Lambda', 'Throttles'],
    ['AWS/SQS', 'ApproximateAgeOfOldestMessage'],
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible'],
    ['AWS/ApiGateway', '5XXError'],
  ])('watches %s %s', (Namespace, MetricName) => {
    expect(alarms.filter((alarm) => alarm.Namespace === Namespace && alarm.MetricName === MetricName)).toHaveLength(1);
  });

  it('says in each description what it means and what to do first, in what CloudWatch holds', () => {
    for (const { AlarmDescription } of alarms) {
      expect(AlarmDescription).toMatch(/^Impact: .+\nFirst steps: .+/);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  it('takes silence for peace', () => {
    for (const { TreatMissingData } of alarms) expect(TreatMissingData).toBe('notBreaching');
  });

  it('calls a wake-up late after a third of the deadline', () => {
    const slow = synthesizeStage({ deadlineSeconds: 3000 }).one('AWS::CloudWatch::Alarm', 'AlarmsOldWakeUps');
    expect(slow.Threshold).toBe(1000);
  });

  it('tells the topic of the stage that it rings and that it is over, and nobody where there is none', () => {
    for (const [, alarm] of synthesizeStage({ alarmTopicArn: topic }).ofType('AWS::CloudWatch::Alarm')) {
      expect([alarm.AlarmActions, alarm.OKActions]).toEqual([[topic], [topic]]);
    }
    for (const alarm of alarms) expect(alarm.AlarmActions).toBeUndefined();
  });
});
