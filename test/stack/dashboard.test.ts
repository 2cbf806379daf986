import { describe, expect, it } from 'vitest';
import { Dashboard } from '../../lib/constructs/dashboard.ts';
import { constructName, readable, synthesizeStage } from './synthesized-stage.ts';

interface Widget {
  readonly properties: { readonly title: string; readonly metrics: readonly (readonly unknown[])[] };
}

const stage = synthesizeStage();
const widgets: readonly Widget[] = JSON.parse(
  readable(stage.one('AWS::CloudWatch::Dashboard', 'Dashboard').DashboardBody),
).widgets;

/** The metrics of a graph without how they are drawn: namespace, name, and each dimension's name and value. */
const shownIn = (title: string): string[] =>
  (widgets.find(({ properties }) => properties.title === title)?.properties.metrics ?? []).map((metric) =>
    metric.filter((part) => typeof part === 'string').join(' '),
  );

const counted = (metric: string, functionName: string) =>
  `Darkroom ${metric} function <${constructName(functionName)}Function> service ${functionName}`;

describe(Dashboard, () => {
  it('shows jobs going in and coming out', () => {
    expect(shownIn('Jobs')).toEqual([
      counted('JobsAccepted', 'submit-job'),
      counted('SubmissionsRefused', 'submit-job'),
      counted('JobsCompleted', 'process-job'),
      counted('JobsFailed', 'process-job'),
      counted('JobsCancelled', 'cancel-job'),
      counted('JobsWoken', 'sweep-jobs'),
      '',
      ...['sweep-jobs', 'get-job', 'bury-job', 'process-job'].map((name) => counted('JobsOverdue', name)),
    ]);
  });

  it('shows the failures of each provider of the stage', () => {
    expect(shownIn('Failed provider requests')).toEqual([
      'Darkroom ProviderFailures function <ProcessJobFunction> provider openai service process-job',
    ]);
  });

  it('shows how long wake-ups wait, how long workers take, and what clients are answered', () => {
    expect(shownIn('Waiting wake-ups')).toContain(
      'AWS/SQS ApproximateAgeOfOldestMessage QueueName <JobQueue.QueueName>',
    );
    expect(shownIn('Workers')).toContain('AWS/Lambda Duration FunctionName <ProcessJobFunction>');
    expect(shownIn('API')).toContain('AWS/ApiGateway 5XXError ApiName darkroom-test');
  });
});
