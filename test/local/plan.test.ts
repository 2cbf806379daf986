import { describe, expect, it } from 'vitest';
import type { Template } from '../../local/assembly.ts';
import { planStack } from '../../local/plan.ts';

const place = {
  stackName: 'Sample',
  region: 'eu-west-1',
  apiOrigin: 'http://127.0.0.1:1000',
  queueOrigin: 'http://127.0.0.1:2000',
};

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; Condition?: string }>;

function plan(resources: Resources, outputs: Template['Outputs'] = {}) {
  const Resources = Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [id, { Properties: {}, ...resource }]),
  );
  const template = { Resources, Parameters: { Version: { Default: 'six' } }, Outputs: outputs } as Template;
  const codeDirectory = (key: string) => (key === 'abc.zip' ? '/code' : undefined);
  return planStack({ stackName: 'Sample', region: undefined, template, codeDirectory }, place);
}

const worker = {
  Type: 'AWS::Lambda::Function',
  Properties: { Code: { S3Key: 'abc.zip' }, Handler: 'index.handler', Runtime: 'nodejs24.x', Timeout: 10 },
};

function method(properties: Record<string, unknown>, integration: Record<string, unknown>): Resources {
  const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/\${Worker.Arn}/invocations`;
  return {
    Worker: worker,
    Api: { Type: 'AWS::ApiGateway::RestApi' },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'v1' } },
    Method: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        HttpMethod: 'GET',
        ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        Integration: { Type: 'AWS_PROXY', Uri: { 'Fn::Sub': uri }, ...integration },
        ...properties,
      },
    },
  };
}

describe('planStack', () => {
  it('names every resource whose type it neither runs nor knowingly ignores', () => {
    const resources = {
      Cache: { Type: 'AWS::ElastiCache::CacheCluster' },
      Role: { Type: 'AWS::IAM::Role' },
      Net: { Type: 'AWS::EC2::VPC' },
    };
    expect(() => plan(resources)).toThrow('Cache (AWS::ElastiCache::CacheCluster), Net (AWS::EC2::VPC).');
  });

  it('reads the cross-origin rules of buckets', () => {
    const rule = {
      AllowedOrigins: ['https://a.example'],
      AllowedMethods: ['POST'],
      ExposedHeaders: ['ETag'],
      MaxAge: 60,
    };
    const { buckets } = plan({
      Plain: { Type: 'AWS::S3::Bucket' },
      Shared: { Type: 'AWS::S3::Bucket', Properties: { CorsConfiguration: { CorsRules: [rule] } } },
    });
    expect(buckets.map(({ corsRules }) => corsRules)).toEqual([
      [],
      [
        {
          allowedOrigins: ['https://a.example'],
          allowedMethods: ['POST'],
          allowedHeaders: [],
          exposedHeaders: ['ETag'],
          maxAge: 60,
        },
      ],
    ]);
  });

  it('gives resources readable names, and tells two apart that would share one', () => {
    const { queues } = plan({
      JobsQueue0A1B2C3D: { Type: 'AWS::SQS::Queue' },
      JobsQueue9A8B7C6D: { Type: 'AWS::SQS::Queue' },
      Named: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'by-hand' } },
    });
    expect(queues.map(({ name }) => name)).toEqual(['jobs-queue', 'jobs-queue-9a8b7c6d', 'by-hand']);
    expect(queues[0]).toMatchObject({
      arn: 'arn:aws:sqs:eu-west-1:000000000000:jobs-queue',
      url: 'http://127.0.0.1:2000/000000000000/jobs-queue',
    });
  });

  it('reads tables with their indexes and the attribute of their end', () => {
    const Properties = {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    };
    const { tables } = plan({
      One: { Type: 'AWS::DynamoDB::Table', Properties },
      Two: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { ...Properties, Replicas: [] } },
    });
    expect(tables.map(({ name, expiryAttribute }) => [name, expiryAttribute])).toEqual([
      ['one', 'ttl'],
      ['two', 'ttl'],
    ]);
  });

  it('resolves the environment of a function and the outputs', () => {
    const Variables = {
      QUEUE: { Ref: 'Jobs' },
      ARN: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
      REGION: { Ref: 'AWS::Region' },
    };
    const address = [
      'https://',
      { Ref: 'Api' },
      '.execute-api.',
      { Ref: 'AWS::Region' },
      '.',
      { Ref: 'AWS::URLSuffix' },
      '/v1/',
    ];
    const resources: Resources = {
      ...method({}, {}),
      Jobs: { Type: 'AWS::SQS::Queue' },
      Other: { ...worker, Properties: { ...worker.Properties, Environment: { Variables } } },
    };
    const outputs = { Address: { Value: { 'Fn::Join': ['', address] } }, Version: { Value: { Ref: 'Version' } } };
    const planned = plan(resources, outputs);
    expect(planned.functions.find(({ name }) => name === 'other')).toMatchObject({
      code: { directory: '/code' },
      environment: {
        QUEUE: 'http://127.0.0.1:2000/000000000000/jobs',
        ARN: 'arn:aws:sqs:eu-west-1:000000000000:jobs',
        REGION: 'eu-west-1',
      },
      timeoutSeconds: 10,
      memoryMegabytes: 128,
    });
    expect(planned.outputs).toEqual({ Address: 'http://127.0.0.1:1000/v1/', Version: 'six' });
  });

  it('reads what is reserved for a function', () => {
    const one = { ...worker, Properties: { ...worker.Properties, ReservedConcurrentExecutions: 3 } };
    const { functions } = plan({ One: one, Two: worker });
    expect(functions.map(({ reservedConcurrency }) => reservedConcurrency)).toEqual([3, undefined]);
  });

  it('reads a mapping with its limits, and leaves out one that is switched off', () => {
    const mapping = (Properties: object) => ({
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Worker' }, EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] }, ...Properties },
    });
    const { queueSources } = plan({
      Worker: worker,
      Jobs: { Type: 'AWS::SQS::Queue' },
      On: mapping({
        BatchSize: 4,
        MaximumBatchingWindowInSeconds: 2,
        ScalingConfig: { MaximumConcurrency: 3 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
      Off: mapping({ Enabled: false }),
    });
    expect(queueSources).toEqual([
      {
        functionName: 'worker',
        queueUrl: 'http://127.0.0.1:2000/000000000000/jobs',
        queueArn: 'arn:aws:sqs:eu-west-1:000000000000:jobs',
        batchSize: 4,
        batchingWindowSeconds: 2,
        reportsItemFailures: true,
        maximumConcurrency: 3,
      },
    ]);
  });

  it("refuses a queue that hides its messages for less than the function's timeout, as Lambda does", () => {
    const resources = {
      Worker: worker,
      Jobs: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 5 } },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { FunctionName: { Ref: 'Worker' }, EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] } },
      },
    };
    expect(() => plan(resources)).toThrow("Mapping: the queue's visibility timeout is shorter");
  });

  it('reads a streaming integration with its timeout', () => {
    const Uri = { 'Fn::Sub': `x:lambda:path/2021-11-15/functions/\${Worker.Arn}/response-streaming-invocations` };
    const { api } = plan(method({}, { Uri, ResponseTransferMode: 'STREAM', TimeoutInMillis: 300_000 }));
    expect(api?.routes).toEqual([
      expect.objectContaining({
        path: '/',
        method: 'GET',
        functionName: 'worker',
        streaming: true,
        timeoutMilliseconds: 300_000,
      }),
    ]);
  });

  it.each([
    ['an authorizer', method({ AuthorizationType: 'AWS_IAM' }, {}), 'Method (AWS::ApiGateway::Method)'],
    ['an API key', method({ ApiKeyRequired: true }, {}), 'API keys'],
    ['a mock', method({}, { Type: 'MOCK' }), 'only Lambda proxy'],
    ['a half-hearted stream', method({}, { ResponseTransferMode: 'STREAM' }), 'contradict each other'],
    [
      'code of another assembly',
      { F: { ...worker, Properties: { ...worker.Properties, Code: { S3Key: 'x.zip' } } } },
      'F is not a folder',
    ],
    ['another runtime', { F: { ...worker, Properties: { ...worker.Properties, Runtime: 'python3.13' } } }, 'only Node'],
    ['a condition', { Q: { Type: 'AWS::SQS::Queue', Condition: 'C' } }, 'Q (AWS::SQS::Queue) has a Condition'],
    ['a table stream', { T: { Type: 'AWS::DynamoDB::Table', Properties: { StreamSpecification: {} } } }, 'streams'],
    [
      'a cron schedule',
      {
        Worker: worker,
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            ScheduleExpression: 'cron(0 * * * ? *)',
            Targets: [{ Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] } }],
          },
        },
      },
      'Rule: only rate(…)',
    ],
  ] as [string, Resources, string][])('refuses %s by name', (_, resources, message) => {
    expect(() => plan(resources)).toThrow(message);
  });

  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(30 seconds)', 30_000],
    ['rate(2 hours)', 7_200_000],
  ])('reads the schedule %s', (ScheduleExpression, everyMilliseconds) => {
    const Arn = { 'Fn::GetAtt': ['Worker', 'Arn'] };
    const { schedules } = plan({
      Worker: worker,
      Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression, Targets: [{ Arn }] } },
      Idle: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression, State: 'DISABLED', Targets: [{ Arn }] } },
      Schedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: { ScheduleExpression, Target: { Arn, Input: '{"a":1}' } },
      },
    });
    expect(schedules).toEqual([
      expect.objectContaining({ everyMilliseconds, functionName: 'worker', service: 'events', input: undefined }),
      expect.objectContaining({ everyMilliseconds, functionName: 'worker', service: 'scheduler', input: '{"a":1}' }),
    ]);
  });
});
