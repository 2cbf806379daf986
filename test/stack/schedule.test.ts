import { describe, expect, it } from 'vitest';
import { Schedule } from '../../lib/constructs/schedule.ts';
import { readable, synthesizeStage } from './synthesized-stage.ts';

const stage = synthesizeStage();
const [[ruleId, rule] = ['', {}], ...otherRules] = stage.ofType('AWS::Events::Rule');

describe(Schedule, () => {
  it('calls sweep-jobs each minute, and nothing else', () => {
    expect(otherRules).toEqual([]);
    expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
    expect(rule?.Targets.map(({ Arn }: { readonly Arn: unknown }) => readable(Arn))).toEqual([
      '<SweepJobsFunction.Arn>',
    ]);
  });

  it('has a call that failed or was throttled tried again, by the rule and by Lambda, until later calls make up for it', () => {
    const again = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300 };
    expect(rule?.Targets[0].RetryPolicy).toEqual(again);
    const settings = stage.ofType('AWS::Lambda::EventInvokeConfig').map(([, properties]) => properties);
    expect(settings).toEqual([expect.objectContaining(again)]);
    expect(readable(settings[0]?.FunctionName)).toBe('<SweepJobsFunction>');
  });

  it('ends a sweep before the next one starts', () => {
    expect(stage.one('AWS::Lambda::Function', 'SweepJobsFunction').Timeout).toBeLessThan(60);
  });

  it('lets only its own rule call the function', () => {
    const callers = stage
      .ofType('AWS::Lambda::Permission')
      .filter(([, { FunctionName }]) => readable(FunctionName) === '<SweepJobsFunction.Arn>')
      .map(([, { Principal, SourceArn }]) => [Principal, SourceArn]);
    expect(callers).toEqual([['events.amazonaws.com', { 'Fn::GetAtt': [ruleId, 'Arn'] }]]);
  });
});
