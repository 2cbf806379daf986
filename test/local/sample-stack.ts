import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { buildSync } from 'esbuild';
import { sampleFunctions, storeFunction } from './sample-functions.ts';

/** A cloud assembly in a temporary folder. */
export interface SampleAssembly {
  readonly directory: string;
  dispose(): void;
}

/** Synthesises what `define` puts into a stack. The folder that it gets is free for code assets. */
export function synthesizeSample(define: (stack: Stack, folder: string) => void): SampleAssembly {
  const folder = mkdtempSync(join(tmpdir(), 'local-stack-'));
  const app = new App({ analyticsReporting: false, outdir: join(folder, 'assembly') });
  define(new Stack(app, 'Sample'), folder);
  return { directory: app.synth().directory, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A stack with every kind of resource that the runner brings to life. */
export function defineSample(stack: Stack, folder: string): void {
  const code = lambda.Code.fromAsset(writeCode(folder));
  const fn: DefineFunction = (id, handler, seconds = 20, environment = {}, reserved) =>
    new lambda.Function(stack, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler,
      code,
      timeout: Duration.seconds(seconds),
      memorySize: 256,
      environment,
      ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
    });
  const store = fn('Store', 'store.handler');
  defineApi(stack, fn, store);
  defineQueues(stack, fn);
  defineStores(stack, store);
  new events.Rule(stack, 'EverySecond', {
    schedule: events.Schedule.expression('rate(1 second)'),
    targets: [new targets.LambdaFunction(fn('Tick', 'index.tick'))],
  });
}

type DefineFunction = (
  id: string,
  handler: string,
  seconds?: number,
  environment?: Record<string, string>,
  reserved?: number,
) => lambda.Function;

function writeCode(folder: string): string {
  const code = join(folder, 'code');
  mkdirSync(code);
  writeFileSync(join(code, 'index.mjs'), sampleFunctions);
  buildSync({
    stdin: { contents: storeFunction, resolveDir: import.meta.dirname },
    bundle: true,
    outfile: join(code, 'store.mjs'),
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return code;
}

function defineApi(stack: Stack, fn: DefineFunction, store: lambda.Function): void {
  const api = new apigateway.RestApi(stack, 'Api', {
    binaryMediaTypes: ['multipart/form-data'],
    cloudWatchRole: false,
    deployOptions: { stageName: 'dev' },
  });
  const integrate = (target: lambda.Function, options: apigateway.LambdaIntegrationOptions = {}) =>
    new apigateway.LambdaIntegration(target, { allowTestInvoke: false, ...options });
  const streaming = { responseTransferMode: apigateway.ResponseTransferMode.STREAM, timeout: Duration.minutes(5) };
  const echo = integrate(fn('Echo', 'index.echo', 20, { GREETING: 'hello', SELF: stack.stackName }));
  const items = api.root.addResource('items');
  items.addMethod('POST', echo);
  items.addResource('{id}').addMethod('ANY', echo);
  api.root.addResource('stream').addMethod('GET', integrate(fn('Stream', 'index.stream'), streaming));
  api.root.addResource('steps').addMethod('GET', integrate(fn('Steps', 'index.steps', 20, {}, 1), streaming));
  api.root.addResource('brief').addMethod('GET', integrate(fn('Brief', 'index.steps', 3), streaming));
  api.root.addResource('raw').addMethod('ANY', integrate(fn('Raw', 'index.raw')));
  api.root.addResource('slow').addMethod('GET', integrate(fn('Slow', 'index.slow', 1)));
  api.root.addResource('late').addMethod('GET', integrate(fn('Late', 'index.slow'), { timeout: Duration.millis(300) }));
  api.root.addResource('store').addMethod('GET', integrate(store));
  api.root.addResource('crash').addMethod('GET', integrate(fn('Crash', 'index.crash')));
  new CfnOutput(stack, 'Address', { value: api.url });
  api.addGatewayResponse('NotFound', {
    type: apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN,
    statusCode: '404',
    responseHeaders: { 'x-request': 'context.requestId', 'x-literal': "'yes'" },
    templates: { 'application/json': '{"id":"$context.requestId","says":$context.error.messageString}' },
  });
  api.addGatewayResponse('Default5xx', {
    type: apigateway.ResponseType.DEFAULT_5XX,
    templates: { 'application/json': '{"kind":"$context.error.responseType"}' },
  });
}

function defineQueues(stack: Stack, fn: DefineFunction): void {
  const deadLettered = new sqs.Queue(stack, 'DeadLettered');
  const work = new sqs.Queue(stack, 'Work', {
    visibilityTimeout: Duration.seconds(2),
    deadLetterQueue: { queue: deadLettered, maxReceiveCount: 2 },
  });
  const source = { reportBatchItemFailures: true, maxConcurrency: 2 };
  const worker = fn('Worker', 'index.work', 1);
  worker.addEventSource(new SqsEventSource(work, { ...source, batchSize: 5, maxBatchingWindow: Duration.seconds(1) }));
  fn('DeadLetter', 'index.deadLetter').addEventSource(new SqsEventSource(deadLettered, { ...source, batchSize: 1 }));
  new CfnOutput(stack, 'WorkUrl', { value: work.queueUrl });
  new CfnOutput(stack, 'DeadLetterUrl', { value: deadLettered.queueUrl });
}

function defineStores(stack: Stack, reader: lambda.Function): void {
  const string = dynamodb.AttributeType.STRING;
  const table = new dynamodb.Table(stack, 'Things', {
    partitionKey: { name: 'id', type: string },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    timeToLiveAttribute: 'ttl',
  });
  table.addGlobalSecondaryIndex({ indexName: 'byOwner', partitionKey: { name: 'owner', type: string } });
  const bucket = new s3.Bucket(stack, 'Bucket', { enforceSSL: true });
  const secret = new secretsmanager.Secret(stack, 'Root', {
    generateSecretString: { secretStringTemplate: '{"user":"me"}', generateStringKey: 'key', passwordLength: 20 },
  });
  const parameter = new ssm.StringParameter(stack, 'Plain', { stringValue: 'plain value' });
  reader.addEnvironment('TABLE', table.tableName);
  reader.addEnvironment('BUCKET', bucket.bucketName);
  reader.addEnvironment('SECRET', secret.secretArn);
  reader.addEnvironment('PARAMETER', parameter.parameterName);
  new CfnOutput(stack, 'TableName', { value: table.tableName });
  new CfnOutput(stack, 'BucketName', { value: bucket.bucketName });
  new CfnOutput(stack, 'SecretArn', { value: secret.secretArn });
}
