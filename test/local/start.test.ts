import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, GetParametersCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listen } from '../../local/emulators/loopback-port.ts';
import { type LocalStack, startLocalStack } from '../../local/start.ts';
import { waitFor } from '../support/wait-for.ts';
import { clientFor, type RunningSample, startSample } from './running-sample.ts';
import { defineSample, synthesizeSample } from './sample-stack.ts';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample();
});

afterAll(async () => {
  await sample?.stop();
});

async function rootSecret(stack: LocalStack): Promise<string> {
  const client = new SecretsManagerClient(clientFor(stack, 'SECRETS_MANAGER'));
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: stack.outputs.SecretArn }));
  return SecretString ?? '';
}

describe('startLocalStack', () => {
  it('resolves the outputs to addresses on this machine', () => {
    expect(sample.stack.outputs).toMatchObject({
      Address: `${sample.stack.origin}/dev/`,
      WorkUrl: `${sample.stack.awsEnvironment.AWS_ENDPOINT_URL_SQS}/000000000000/work`,
      TableName: 'things',
      BucketName: 'bucket',
    });
  });

  it('refuses a template with a resource type that it neither runs nor ignores', async () => {
    const assembly = synthesizeSample((stack) => {
      new sns.Topic(stack, 'Known');
      new kinesis.Stream(stack, 'River');
    });
    const starting = startLocalStack({
      assemblyDirectory: assembly.directory,
      port: 0,
      secureParameters: {},
      log() {},
    });
    await expect(starting).rejects.toThrow(/ignores: River[0-9A-F]{8} \(AWS::Kinesis::Stream\)\.$/);
    assembly.dispose();
  });

  it('rejects when its port is taken', async () => {
    const server = createServer();
    const port = await listen(server, 0);
    const assembly = synthesizeSample((stack) => {
      new lambda.Function(stack, 'Inline', {
        runtime: lambda.Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline('exports.handler = async () => 1;'),
      });
    });
    const starting = startLocalStack({ assemblyDirectory: assembly.directory, port, secureParameters: {}, log() {} });
    await expect(starting).rejects.toThrow('EADDRINUSE');
    assembly.dispose();
    server.close();
  });

  it('keeps items, objects, messages and secrets over a kill, and tells of the messages that are hidden', async () => {
    const assembly = synthesizeSample(defineSample);
    const dataDirectory = mkdtempSync(join(tmpdir(), 'local-stack-data-'));
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'stack-to-kill.ts'), assembly.directory, dataDirectory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = await once(createInterface({ input: child.stdout }), 'line', {
      signal: AbortSignal.timeout(60_000),
    });
    const before = JSON.parse(line);
    child.kill('SIGKILL');
    await once(child, 'exit');

    const log = vi.fn();
    const options = { assemblyDirectory: assembly.directory, port: 0, dataDirectory, secureParameters: {}, log };
    const stack = await startLocalStack(options);
    expect(log).toHaveBeenCalledWith(expect.stringMatching(/earlier run are still hidden: [12], the last for \d+ s/));
    expect(stack.awsEnvironment).toEqual(before.awsEnvironment);
    expect(await rootSecret(stack)).toBe(before.secret);
    const { Item } = await new DynamoDBClient(clientFor(stack, 'DYNAMODB')).send(
      new GetItemCommand({ TableName: 'things', Key: { id: { S: 'kept' } } }),
    );
    expect(Item?.text?.S).toBe('item');
    const { Body } = await new S3Client(clientFor(stack, 'S3')).send(
      new GetObjectCommand({ Bucket: 'bucket', Key: 'kept/object' }),
    );
    expect((await Body?.transformToByteArray())?.length).toBe(12 * 1024 * 1024);
    await waitFor(() =>
      expect(log).toHaveBeenCalledWith(expect.stringMatching(/^\[dead-letter\] deadLettered kept message /)),
    );

    await expect(startLocalStack(options)).rejects.toThrow(/data directory/);
    await stack.stop();
    await stack.stop();
    assembly.dispose();
    rmSync(dataDirectory, { recursive: true });
  });
});

describe('startEmulators', () => {
  it('lets a function reach every store with nothing but its environment', async () => {
    const response = await fetch(`${sample.stack.origin}/store`);
    expect(await response.json()).toEqual(['item', 'object', 'me', 'plain value', 'secure value', 'ParameterNotFound']);
  });

  it('makes tables with their indexes', async () => {
    const client = new DynamoDBClient(clientFor(sample.stack, 'DYNAMODB'));
    const Item = { id: { S: 'indexed' }, owner: { S: 'me' } };
    await client.send(new PutItemCommand({ TableName: 'things', Item }));
    const { Items } = await client.send(
      new QueryCommand({
        TableName: 'things',
        IndexName: 'byOwner',
        KeyConditionExpression: '#owner = :me',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':me': { S: 'me' } },
      }),
    );
    expect(Items).toEqual([Item]);
  });

  it('survives a client that goes away in the middle of a request to the tables', async () => {
    const { port } = new URL(sample.stack.awsEnvironment.AWS_ENDPOINT_URL_DYNAMODB ?? '');
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    socket.resetAndDestroy();
    const client = new DynamoDBClient(clientFor(sample.stack, 'DYNAMODB'));
    await expect(
      client.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: 'x' } } })),
    ).resolves.toBeDefined();
  });
});

describe('createSecretStoreServer', () => {
  it('makes a secret up by its recipe, once', async () => {
    const secret = JSON.parse(await rootSecret(sample.stack));
    expect(secret).toEqual({ user: 'me', key: expect.stringMatching(/^.{20}$/) });
    expect(JSON.parse(await rootSecret(sample.stack))).toEqual(secret);
  });

  it("raises the services' own errors for what isn't there", async () => {
    const parameters = new SSMClient(clientFor(sample.stack, 'SSM'));
    const secrets = new SecretsManagerClient(clientFor(sample.stack, 'SECRETS_MANAGER'));
    const one = parameters.send(new GetParameterCommand({ Name: '/keys/none' }));
    await expect(one).rejects.toBeInstanceOf(ParameterNotFound);
    const other = secrets.send(new GetSecretValueCommand({ SecretId: 'none' }));
    await expect(other).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('gives several parameters at once, and a secure one in clear only on demand', async () => {
    const client = new SSMClient(clientFor(sample.stack, 'SSM'));
    const Names = ['/keys/one', '/keys/none'];
    const clear = await client.send(new GetParametersCommand({ Names, WithDecryption: true }));
    expect(clear.Parameters?.map(({ Name, Type, Value }) => [Name, Type, Value])).toEqual([
      ['/keys/one', 'SecureString', 'secure value'],
    ]);
    expect(clear.InvalidParameters).toEqual(['/keys/none']);
    const sealed = await client.send(new GetParameterCommand({ Name: '/keys/one' }));
    expect(sealed.Parameter?.Value).not.toContain('secure value');
  });
});

describe('startSchedule', () => {
  it('calls the function at its rate, with the event of a scheduled rule', async () => {
    const ticks = await sample.waitForLines(/^\[tick\]/, 2);
    expect(ticks[0]).toBe('[tick] tick Scheduled Event aws.events');
  });
});

describe('startTableExpiry', () => {
  it('deletes an item that is past its end, and none that was renewed or has none', async () => {
    const client = new DynamoDBClient(clientFor(sample.stack, 'DYNAMODB'));
    const now = Math.floor(Date.now() / 1000);
    const put = (id: string, ttl?: number) => {
      const Item = { id: { S: id }, ...(ttl === undefined ? {} : { ttl: { N: String(ttl) } }) };
      return client.send(new PutItemCommand({ TableName: 'things', Item }));
    };
    const get = async (id: string) =>
      (await client.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: id } } }))).Item;
    await Promise.all([put('past', now - 10), put('future', now + 3_600), put('endless'), put('renewed', now - 10)]);
    await client.send(
      new UpdateItemCommand({
        TableName: 'things',
        Key: { id: { S: 'renewed' } },
        UpdateExpression: 'SET #ttl = :later',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':later': { N: String(now + 3_600) } },
      }),
    );
    await waitFor(async () => expect(await get('past')).toBeUndefined());
    for (const id of ['future', 'endless', 'renewed']) expect(await get(id)).toBeDefined();
  });
});
