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

const working = ['process-job', 'run-synchronously'];

describe(Dashboard, () => {
  it('shows jobs going in and coming out', () => {
    expect(shownIn('Jobs')).toEqual([
      ...['', counted('JobsAccepted', 'submit-job'), counted('JobsAccepted', 'run-synchronously')],
      counted('SubmissionsRefused', 'submit-job'),
      ...['', ...working.map((name) => counted('JobsCompleted', name))],
      ...['', ...working.map((name) => counted('JobsFailed', name))],
      counted('JobsCancelled', 'cancel-job'),
      counted('JobsWoken', 'sweep-jobs'),
      ...[
        '',
        ...['sweep-jobs', 'get-job', 'handle-dead-letter', ...working].map((name) => counted('JobsOverdue', name)),
      ],
    ]);
  });

  it('shows the failures of each provider of the stage', () => {
    expect(shownIn('Failed provider requests')).toEqual([
      '',
      'Darkroom ProviderFailures function <ProcessJobFunction> provider openai service process-job',
      'Darkroom ProviderFailures function <RunSynchronouslyFunction> provider openai service run-synchronously',
    ]);
  });

  it('shows how long wake-ups wait, how long workers take, and what clients are answered', () => {
    expect(shownIn('Waiting wake-ups')).toContain(
      'AWS/SQS ApproximateAgeOfOldestMessage QueueName <JobQueue.QueueName>',
    );
    expect(shownIn('Workers')).toContain('AWS/Lambda Duration FunctionName <ProcessJobFunction>');
    expect(shownIn('API')).toContain('AWS/ApiGateway 5XXError ApiName darkroom-test');
  });

  it('shows how synchronous requests were answered, how long they take, and how near their function is to its ceiling', () => {
    const metrics = ['SynchronousResults', 'SynchronousFailures', 'SynchronousLimits', 'WaitsRefused', 'RequestFaults'];
    expect(shownIn('Synchronous answers')).toEqual(metrics.map((metric) => counted(metric, 'run-synchronously')));
    const shown = shownIn('Synchronous requests');
    for (const metric of ['Duration', 'ConcurrentExecutions', 'Throttles', 'Errors']) {
      expect(shown).toContain(`AWS/Lambda ${metric} FunctionName <RunSynchronouslyFunction>`);
    }
    expect(synthesizeStage({ synchronousSeconds: 0 }).text).not.toContain('Synchronous answers');
  });

  it('looks at as many metrics as a free dashboard may, on a stage of six providers', () => {
    const looksAt = widgets.flatMap(({ properties }) => properties.metrics.map((metric) => JSON.stringify(metric)));
    const ofProvider = looksAt.filter((metric) => metric.includes('ProviderFailures')).length;
    const count = looksAt.filter((metric) => !metric.includes('"expression"')).length;
    expect(count + 5 * ofProvider).toBeLessThanOrEqual(50);
  });
});
