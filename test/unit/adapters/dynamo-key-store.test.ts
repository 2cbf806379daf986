import { readFileSync } from 'node:fs';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoKeyStore } from '../../../lambda/adapters/dynamo-key-store.ts';
import { createDynamoKeyWriter } from '../../../lambda/adapters/dynamo-key-writer.ts';
import type { VirtualKey } from '../../../lambda/domain/virtual-key.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { awsError, type ScriptedAnswer, scriptedAws } from '../../support/scripted-aws.ts';

const key: VirtualKey = {
  id: 'key-1',
  name: 'Ann',
  active: true,
  providers: { openai: ['*'], bfl: ['flux-2-pro'] },
  createdAt: 1_795_176_000_000,
};
const item = {
  keyHash: { S: 'hash' },
  id: { S: 'key-1' },
  name: { S: 'Ann' },
  active: { BOOL: true },
  providers: { S: '{"*":["*"]}' },
  createdAt: { N: '1' },
};

/** A store whose table answers what the test says. */
function scripted(first: ScriptedAnswer) {
  const clock = createFixedClock();
  const asked: unknown[] = [];
  const table = { answer: first };
  const client = new DynamoDBClient(
    scriptedAws((_, body) => {
      asked.push(body);
      return table.answer;
    }),
  );
  return { store: createDynamoKeyStore(client, { tableName: 'keys', clock }), clock, asked, table };
}

describe('createDynamoKeyStore', () => {
  let dynamo: TestDynamoDb;
  beforeAll(async () => {
    dynamo = await startDynamoDb();
    await dynamo.createTable('keys', 'keyHash');
  });
  afterAll(() => dynamo.close());

  it.each([
    ['a plain key', key],
    ['a key with all its fields', { ...key, active: false, resultTtlSeconds: 60, expiresAt: 1_800_000_000_000 }],
  ])('finds %s as it was written', async (name, written) => {
    await createDynamoKeyWriter(dynamo.client, { tableName: 'keys' }).add(name, written);
    const store = createDynamoKeyStore(dynamo.client, { tableName: 'keys', clock: createFixedClock() });
    expect(await store.find(name)).toEqual(written);
    expect(await store.find(`${name} but another`)).toBeUndefined();
  });

  it('finds a key blocked by the update that docs/operations.md gives, which makes no key', async () => {
    const page = readFileSync('docs/operations.md', 'utf8');
    const given = (option: string): string =>
      new RegExp(`dynamodb update-item --table-name <KeysTableName>[^\`]*--${option} '([^']+)'`).exec(page)?.[1] ?? '';
    const block = (keyHash: string) =>
      dynamo.client.send(
        new UpdateItemCommand({
          TableName: 'keys',
          Key: { keyHash: { S: keyHash } },
          UpdateExpression: given('update-expression'),
          ConditionExpression: given('condition-expression'),
          ExpressionAttributeValues: JSON.parse(given('expression-attribute-values')),
        }),
      );
    await createDynamoKeyWriter(dynamo.client, { tableName: 'keys' }).add('to be blocked', key);
    await block('to be blocked');
    const store = createDynamoKeyStore(dynamo.client, { tableName: 'keys', clock: createFixedClock() });
    expect(await store.find('to be blocked')).toEqual({ ...key, active: false });
    await expect(block('nobody')).rejects.toThrow('conditional');
  });

  it('remembers a key for a minute', async () => {
    const { store, clock, asked, table } = scripted({ body: { Item: item } });
    expect(await store.find('hash')).toMatchObject({ id: 'key-1', active: true });
    table.answer = { body: { Item: { ...item, active: { BOOL: false } } } };
    clock.advance(59);
    expect(await store.find('hash')).toMatchObject({ active: true });
    clock.advance(1);
    expect(await store.find('hash')).toMatchObject({ active: false });
    expect(asked).toHaveLength(2);
  });

  it('remembers for five seconds that a key is unknown', async () => {
    const { store, clock, asked, table } = scripted({ body: {} });
    expect(await store.find('hash')).toBeUndefined();
    table.answer = { body: { Item: item } };
    clock.advance(4);
    expect(await store.find('hash')).toBeUndefined();
    clock.advance(1);
    expect(await store.find('hash')).toMatchObject({ id: 'key-1' });
    expect(asked).toHaveLength(2);
  });

  it('keeps the keys in use however many others are guessed', async () => {
    const { store, asked, table } = scripted({ body: { Item: item } });
    await store.find('hash');
    table.answer = { body: {} };
    for (let guess = 0; guess < 1100; guess += 1) await store.find(`guess-${guess}`);
    expect(await store.find('hash')).toMatchObject({ id: 'key-1' });
    expect(asked).toHaveLength(1101);
  });

  it('asks for what is there now, so that a new key works at once', async () => {
    const { store, asked } = scripted({ body: {} });
    await store.find('hash');
    expect(asked).toEqual([{ TableName: 'keys', Key: { keyHash: { S: 'hash' } }, ConsistentRead: true }]);
  });

  it('throws a fault, and asks again at the next call', async () => {
    const { store, table } = scripted(awsError('InternalServerError', 500));
    await expect(store.find('hash')).rejects.toMatchObject({ name: 'InternalServerError' });
    table.answer = { body: { Item: item } };
    expect(await store.find('hash')).toMatchObject({ id: 'key-1' });
  });

  it.each([
    ['a field is missing', { ...item, active: undefined }],
    ['a field is of another kind', { ...item, active: { S: 'true' } }],
    ['the rights are no JSON', { ...item, providers: { S: '{' } }],
    ['the rights are of another shape', { ...item, providers: { S: '{"*":"*"}' } }],
    ['the expiry is no number', { ...item, expiresAt: { N: 'soon' } }],
  ])('takes an item for a fault, not for an unknown key, where %s', async (_, broken) => {
    const { store } = scripted({ body: { Item: broken } });
    await expect(store.find('hash')).rejects.toThrow('The item key-1 of the keys table is no virtual key.');
  });
});

describe('createDynamoKeyWriter', () => {
  it('never writes over a key', async () => {
    const dynamo = await startDynamoDb();
    try {
      await dynamo.createTable('keys', 'keyHash');
      const writer = createDynamoKeyWriter(dynamo.client, { tableName: 'keys' });
      await writer.add('hash', key);
      await expect(writer.add('hash', { ...key, id: 'key-2' })).rejects.toThrow();
      const store = createDynamoKeyStore(dynamo.client, { tableName: 'keys', clock: createFixedClock() });
      expect(await store.find('hash')).toEqual(key);
    } finally {
      await dynamo.close();
    }
  });
});
