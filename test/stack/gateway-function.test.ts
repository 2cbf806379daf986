import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functionNames, functionVariables } from '../../lambda/contract/environment.ts';
import { limits } from '../../lambda/contract/limits.ts';
import { providerNames } from '../../lambda/contract/provider-names.ts';
import { gatewayLimits, lambdaLimits } from '../../lambda/domain/service-limits.ts';
import { GatewayFunction } from '../../lib/constructs/gateway-function.ts';
import { environmentBytes } from '../../lib/function-environment.ts';
import { constructName, readable, synthesizeStage } from './synthesized-stage.ts';

const stage = synthesizeStage();
const named = (name: (typeof functionNames)[number], from = stage) =>
  from.one('AWS::Lambda::Function', `${constructName(name)}Function`);

describe(GatewayFunction, () => {
  it('makes exactly the functions of the contract', () => {
    expect(stage.ofType('AWS::Lambda::Function')).toHaveLength(functionNames.length);
  });

  it.each(functionNames)('gives %s the variables it reads and no others, within the 4 KB of Lambda', (name) => {
    const variables = named(name).Environment.Variables;
    expect(Object.keys(variables).sort()).toEqual([...functionVariables[name]].sort());
    expect(environmentBytes(variables)).toBeLessThanOrEqual(lambdaLimits.environmentBytes);
  });

  it('counts the texts that are put together with what deployment fills in', () => {
    const joined = { 'Fn::Join': ['', ['x'.repeat(1000), { Ref: 'Secret' }, 'y'.repeat(500)]] };
    expect(environmentBytes({ A: joined })).toBe(1 + 1000 + environmentBytes({ '': { Ref: 'Secret' } }) + 500);
  });

  it('reserves less for the names of tables and buckets than for addresses', () => {
    const [name, address] = ['A_TABLE', 'A_QUEUE'].map((variable) => environmentBytes({ [variable]: { Ref: 'It' } }));
    expect([name, address]).toEqual([7 + 100, 7 + 160]);
  });

  it.each(functionNames)('runs %s on Node 24 and arm64, traced, with JSON logs in a log of its own', (name) => {
    expect(named(name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    });
    expect(readable(named(name).LoggingConfig.LogGroup)).toBe(`<${constructName(name)}Log>`);
  });

  it('keeps every log, those of API Gateway too, for the days that the stage says', () => {
    const days = synthesizeStage({ logRetentionDays: 7 }).ofType('AWS::Logs::LogGroup');
    expect(days.map(([, { RetentionInDays }]) => RetentionInDays)).toEqual(Array(functionNames.length + 2).fill(7));
  });

  it('lets only those send messages in a chain whose messages may come back to them', () => {
    const chaining = functionNames.filter((name) => named(name).RecursiveLoop === 'Allow');
    expect(chaining).toEqual(['process-job', 'handle-dead-letter']);
  });

  it('tells the functions what the stage says', () => {
    const other = synthesizeStage({
      deadlineSeconds: 900,
      resultTtlSeconds: 60,
      leaseSeconds: 100,
      heartbeatSeconds: 30,
      wakeAfterSeconds: 77,
      modelTimeoutSeconds: 200,
      waitSeconds: 0,
      synchronousSeconds: 200,
      slowModelSeconds: 33,
      onUnknownOutcome: 'fail',
      fallBackOnRefusal: true,
      providers: { openai: { baseUrl: 'http://127.0.0.1:9/v1' } },
    });
    expect(named('submit-job', other).Environment.Variables).toMatchObject({
      SLOW_MODEL_SECONDS: '33',
      JOB_DEADLINE_SECONDS: '900',
      RESULT_TTL_SECONDS: '60',
      OFFERS: '{"openai":{}}',
    });
    expect(named('process-job', other).Environment.Variables).toMatchObject({
      PROVIDERS: '{"openai":{"baseUrl":"http://127.0.0.1:9/v1"}}',
      LEASE_SECONDS: '100',
      HEARTBEAT_SECONDS: '30',
      MODEL_TIMEOUT_SECONDS: '200',
      ON_UNKNOWN_OUTCOME: 'fail',
      FALL_BACK_ON_REFUSAL: 'true',
      PROVIDER_KEYS_PATH: '/darkroom/test/providers',
    });
    for (const name of ['submit-job', 'get-job'] as const) {
      expect(named(name, other).Environment.Variables.WAIT_SECONDS, name).toBe('0');
    }
    for (const name of ['get-job', 'handle-dead-letter', 'sweep-jobs'] as const) {
      expect(named(name, other).Environment.Variables.LEASE_SECONDS, name).toBe('100');
    }
    expect(named('sweep-jobs', other).Environment.Variables.WAKE_AFTER_SECONDS).toBe('77');
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const { SERVICE_VERSION, SYNCHRONOUS_SECONDS } = named('serve-site', other).Environment.Variables;
    expect([SERVICE_VERSION, SYNCHRONOUS_SECONDS]).toEqual([version, '200']);
    expect(named('run-synchronously', other).Environment.Variables).toMatchObject({
      SYNCHRONOUS_SECONDS: '200',
      PROVIDERS: '{"openai":{"baseUrl":"http://127.0.0.1:9/v1"}}',
    });
  });

  it('tells the functions which queue is which', () => {
    const { DEAD_LETTERS_URL, JOBS_QUEUE_URL, SLOW_JOBS_QUEUE_URL } = named('handle-dead-letter').Environment.Variables;
    expect([DEAD_LETTERS_URL, JOBS_QUEUE_URL, SLOW_JOBS_QUEUE_URL].map(readable)).toEqual([
      '<JobQueueDeadLetters>',
      '<JobQueue>',
      '<JobQueueSlow>',
    ]);
  });

  it('has room in the environment of each for a stage with every provider, and tokens of its own', () => {
    const special = {
      azure: { baseUrl: 'https://my-resource.openai.azure.com/openai', deployments: { images: 'gpt-image-2' } },
      vertex: { project: 'my-project-123' },
      bedrock: { region: 'us-west-2' },
    } as const;
    const all = Object.fromEntries(providerNames.map((name) => [name, {}]));
    const tokens = { issuer: 'https://login.example.com/', audience: 'darkroom', keys: 'shared_secret' } as const;
    const full = synthesizeStage({ name: 'a'.repeat(30), providers: { ...all, ...special }, tokens });
    for (const name of functionNames) {
      const bytes = environmentBytes(named(name, full).Environment.Variables);
      expect(bytes, name).toBeLessThan(lambdaLimits.environmentBytes * 0.8);
    }
  });

  it('refuses an environment that Lambda would not take', () => {
    const baseUrl = `https://proxy.example/${'v'.repeat(4000)}`;
    expect(() => synthesizeStage({ providers: { openai: { baseUrl } } })).toThrow(/environment would take \d+ bytes/);
  });

  it('nests every timeout in the one around it', () => {
    const worker = named('process-job');
    const queue = stage.ofType('AWS::SQS::Queue').find(([id]) => !id.includes('DeadLetters'))?.[1];
    const { LEASE_SECONDS, HEARTBEAT_SECONDS } = worker.Environment.Variables;
    expect(Number(HEARTBEAT_SECONDS) * 2).toBeLessThan(Number(LEASE_SECONDS));
    expect(worker.Timeout).toBe(420);
    expect(queue?.VisibilityTimeout).toBe(worker.Timeout + 30);
    expect(queue?.VisibilityTimeout).toBeLessThanOrEqual(43_200);
    expect(Number(named('submit-job').Environment.Variables.JOB_DEADLINE_SECONDS)).toBeGreaterThan(worker.Timeout);
  });

  it('gives a synchronous request its limit, a provider its own after that, and a minute to store what came', () => {
    expect(named('run-synchronously').Timeout).toBe(270 + 300 + 60);
    const fast = synthesizeStage({ synchronousSeconds: 3, modelTimeoutSeconds: 4 });
    expect(named('run-synchronously', fast).Timeout).toBe(3 + 4 + 1);
    const memory = { processJobMemoryMegabytes: 3000, synchronousMemoryMegabytes: 800 };
    expect(named('run-synchronously', synthesizeStage(memory)).MemorySize).toBe(800);
  });

  it('ends each function before API Gateway gives its answer up, and after the longest wait a caller may ask for', () => {
    const integrations = stage.ofType('AWS::ApiGateway::Method').map(([, { Integration }]) => Integration);
    for (const { Uri, TimeoutInMillis } of integrations) {
      const target = functionNames.find((name) => readable(Uri).includes(`<${constructName(name)}Function.Arn>`));
      expect(named(target ?? 'serve-site').Timeout * 1000).toBeLessThanOrEqual(TimeoutInMillis);
    }
    expect(limits.synchronousSeconds).toBeLessThan(gatewayLimits.streamedIdleSeconds);
    expect(named('submit-job').Timeout).toBeGreaterThan(limits.waitSeconds);
    for (const name of ['get-job', 'cancel-job'] as const) expect(named(name).Timeout).toBe(300);
  });
});
