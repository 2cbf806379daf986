import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deployedFunctionName } from '../../../lambda/runtime/config.ts';
import { createTelemetry } from '../../../lambda/runtime/telemetry.ts';

/** What was written, one JSON line each: log lines, and counts in CloudWatch's embedded metric format. */
let lines: Record<string, unknown>[];

beforeEach(() => {
  lines = [];
  const keep = (chunk: string | Uint8Array): boolean => {
    lines.push(JSON.parse(String(chunk)));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const counts = () => lines.filter((line) => '_aws' in line);
const logged = () => lines.filter((line) => !('_aws' in line));

describe(createTelemetry, () => {
  it('counts an event for the function as a whole, told from the same function of another stage', () => {
    createTelemetry('handle-dead-letter', 'darkroom-main-HandleDeadLetter').record('wake_up_dead_lettered', {
      jobId: 'j1',
      hop: 3,
    });
    expect(counts()).toEqual([
      expect.objectContaining({
        _aws: expect.objectContaining({
          CloudWatchMetrics: [
            {
              Namespace: 'Darkroom',
              Dimensions: [['service', 'function']],
              Metrics: [{ Name: 'DeadLetteredMessages', Unit: 'Count' }],
            },
          ],
        }),
        service: 'handle-dead-letter',
        function: 'darkroom-main-HandleDeadLetter',
        DeadLetteredMessages: 1,
      }),
    ]);
  });

  it('counts what has a provider both as a whole and by provider, in one line', () => {
    createTelemetry('process-job', 'worker').record('job_failed', { jobId: 'j1', provider: 'openai' });
    const [count, ...others] = counts();
    expect(others).toEqual([]);
    expect(count).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Dimensions: [
              ['service', 'function'],
              ['service', 'function', 'provider'],
            ],
          },
        ],
      },
      service: 'process-job',
      function: 'worker',
      provider: 'openai',
      JobsFailed: 1,
    });
  });

  it('carries no provider over to the next event', () => {
    const telemetry = createTelemetry('process-job', 'worker');
    telemetry.record('job_failed', { provider: 'openai' });
    telemetry.record('job_failed', { provider: undefined });
    expect(counts()[1]).not.toHaveProperty('provider');
    expect(counts()[1]).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [['service', 'function']] }] } });
  });

  it('only logs what has no count', () => {
    createTelemetry('process-job', 'worker').record('wake_up_stale', { jobId: 'j1' });
    expect(counts()).toEqual([]);
    expect(logged()).toEqual([
      expect.objectContaining({ level: 'INFO', message: 'wake_up_stale', code: 'wake_up_stale', jobId: 'j1' }),
    ]);
  });

  it("cuts a cause short, so that no body reaches the log by way of an error's message", () => {
    const cause = new Error('x'.repeat(10_000));
    createTelemetry('get-job', 'getter').record('request_failed', { requestId: 'r1' }, cause);
    const [line] = logged();
    expect(line).toMatchObject({ level: 'ERROR', cause: { name: 'Error', message: 'x'.repeat(2000) } });
    expect(JSON.stringify(line).length).toBeLessThan(5000);
  });
});

describe(deployedFunctionName, () => {
  it('is the name that Lambda gives', () => {
    expect(deployedFunctionName({ AWS_LAMBDA_FUNCTION_NAME: 'darkroom-main-GetJob' })).toBe('darkroom-main-GetJob');
  });

  it('is never empty, which no dimension may be', () => {
    expect(deployedFunctionName({})).not.toBe('');
  });
});
