import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoKeyRegistry } from '../../../../../lambda/adapters/dynamo/keys/dynamo-key-registry.ts';
import { createDynamoKeyStore } from '../../../../../lambda/adapters/dynamo/keys/dynamo-key-store.ts';
import type { VirtualKey } from '../../../../../lambda/domain/keys/virtual-key.ts';
import { startDynamoDb, type TestDynamoDb } from '../../../../support/emulators.ts';
import { createFixedClock } from '../../../../support/fixed-clock.ts';
import { awsError, type ScriptedAnswer, scriptedAws } from '../../../../support/scripted-aws.ts';

const key: VirtualKey = {
  id: 'key-1',
  name: 'Ann',
  active: true,
  providers: { openai: ['*'], bfl: ['flux-2-pro'] },
  limits: {},
  createdAt: 1_795_176_000_000,
};
const item = {
  pk: { S: 'key#key-1' },
  id: { S: 'key-1' },
  name: { S: 'Ann' },
  active: { BOOL: true },
  providers: { S: '{"*":["*"]}' },
  limits: { S: '{"maxOpenJobs":5}' },
  credentials: { S: '[{"hash":"hash"}]' },
  version: { N: '1' },
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
    await dynamo.createTable('keys', 'pk');
  });
  afterAll(() => dynamo.close());

  it.each([
    ['a plain key', key],
    [
      'a key with all its fields',
      {
        ...{ ...key, id: 'key-2', name: 'Bob', active: false, resultTtlSeconds: 60, expiresAt: 1_800_000_000_000 },
        limits: {
          rateLimits: [{ requests: 5, period: '1M' as const }],
          budgets: [{ micros: 50_000_000, period: '1d' as const }],
          maxOpenJobs: 7,
        },
      },
    ],
  ])('finds %s as it was written', async (name, written) => {
    await createDynamoKeyRegistry(dynamo.client, { tableName: 'keys', onFault: () => {} }).create(written, name);
    const store = createDynamoKeyStore(dynamo.client, { tableName: 'keys', clock: createFixedClock() });
    expect(await store.findByCredential(name)).toEqual(written);
    expect(await store.find(written.id)).toEqual(written);
    expect(await store.findNamed(written.id)).toEqual(written);
    expect(await store.findNamed(written.name)).toEqual(written);
    expect(await store.findByCredential(`${name} but another`)).toBeUndefined();
    expect(await store.findNamed(name)).toBeUndefined();
  });

  it('remembers a key for five seconds', async () => {
    const { store, clock, asked, table } = scripted({ body: { Item: item } });
    expect(await store.find('key-1')).toMatchObject({ id: 'key-1', active: true });
    table.answer = { body: { Item: { ...item, active: { BOOL: false } } } };
    clock.advance(4);
    expect(await store.find('key-1')).toMatchObject({ active: true });
    clock.advance(1);
    expect(await store.find('key-1')).toMatchObject({ active: false });
    expect(asked).toHaveLength(2);
  });

  it('remembers for five seconds that a key is unknown', async () => {
    const { store, clock, asked, table } = scripted({ body: {} });
    expect(await store.find('key-1')).toBeUndefined();
    table.answer = { body: { Item: item } };
    clock.advance(4);
    expect(await store.find('key-1')).toBeUndefined();
    clock.advance(1);
    expect(await store.find('key-1')).toMatchObject({ id: 'key-1' });
    expect(asked).toHaveLength(2);
  });

  it('keeps the keys in use however many others are guessed', async () => {
    const { store, asked, table } = scripted({ body: { Item: item } });
    await store.find('key-1');
    table.answer = { body: {} };
    for (let guess = 0; guess < 1100; guess += 1) await store.find(`guess-${guess}`);
    expect(await store.find('key-1')).toMatchObject({ id: 'key-1' });
    expect(asked).toHaveLength(1101);
  });

  it('asks for what is there now, so that a new key works at once', async () => {
    const { store, asked } = scripted({ body: {} });
    await store.find('key-1');
    expect(asked).toEqual([{ TableName: 'keys', Key: { pk: { S: 'key#key-1' } }, ConsistentRead: true }]);
  });

  it('follows no credential that its key does not name any more, or whose time is over', async () => {
    const asked: string[] = [];
    const credentials = JSON.stringify([{ hash: 'old', until: createFixedClock().now() + 10_000 }]);
    const items: Record<string, unknown> = {
      'credential#old': { id: { S: 'key-1' } },
      'credential#gone': { id: { S: 'key-1' } },
      'key#key-1': { ...item, credentials: { S: credentials } },
    };
    const client = new DynamoDBClient(
      scriptedAws((_, body) => {
        const { pk } = (body as { Key: { pk: { S: string } } }).Key;
        asked.push(pk.S);
        return { body: { Item: items[pk.S] } };
      }),
    );
    const clock = createFixedClock();
    const store = createDynamoKeyStore(client, { tableName: 'keys', clock });
    expect(await store.findByCredential('gone')).toBeUndefined();
    expect(await store.findByCredential('old')).toMatchObject({ id: 'key-1' });
    clock.advance(10);
    expect(await store.findByCredential('old')).toBeUndefined();
    expect(asked).toEqual(['credential#gone', 'key#key-1', 'credential#old', 'key#key-1']);
  });

  it('finds a key at once by a credential or a name that is newer than what it remembers', async () => {
    const settings = { tableName: 'keys', onFault: () => {} };
    const registry = createDynamoKeyRegistry(dynamo.client, settings);
    const store = createDynamoKeyStore(dynamo.client, { tableName: 'keys', clock: createFixedClock() });
    const rotated = { ...key, id: 'key-3', name: 'Cleo' };
    await registry.create(rotated, 'first');
    expect(await store.findByCredential('first')).toEqual(rotated);
    expect(await store.findNamed('Cleo')).toEqual(rotated);
    const seen = await registry.find('key-3');
    if (!seen) throw new Error('The key is gone.');
    const renamed = { ...rotated, name: 'Dora' };
    await registry.replace(seen, { key: renamed, credentials: [{ hash: 'second' }, ...seen.credentials] });
    expect(await store.findByCredential('second')).toEqual(renamed);
    expect(await store.findNamed('Dora')).toEqual(renamed);
    const other = { ...key, id: 'key-4', name: 'Cleo' };
    await registry.create(other, 'third');
    expect(await store.findNamed('Cleo')).toEqual(other);
    expect(await store.findByCredential('first')).toEqual(renamed);
  });

  it('takes for unknown a key that was never made', async () => {
    const { store } = scripted({ body: { Item: { pk: { S: 'key#key-1' }, unmade: { BOOL: true } } } });
    expect(await store.find('key-1')).toBeUndefined();
  });

  it('throws a fault, and asks again at the next call', async () => {
    const { store, table } = scripted(awsError('InternalServerError', 500));
    await expect(store.find('key-1')).rejects.toMatchObject({ name: 'InternalServerError' });
    table.answer = { body: { Item: item } };
    expect(await store.find('key-1')).toMatchObject({ id: 'key-1' });
  });

  it.each([
    ['a field is missing', { ...item, active: undefined }],
    ['a field is of another kind', { ...item, active: { S: 'true' } }],
    ['the rights are no JSON', { ...item, providers: { S: '{' } }],
    ['the rights are of another shape', { ...item, providers: { S: '{"*":"*"}' } }],
    ['the limits are of another shape', { ...item, limits: { S: '{"rateLimits":[{"requests":5}]}' } }],
    ['the credentials are of another shape', { ...item, credentials: { S: '["hash"]' } }],
    ['the expiry is not a number', { ...item, expiresAt: { N: 'soon' } }],
  ])('takes an item for a fault, not for an unknown key, where %s', async (_, broken) => {
    const { store } = scripted({ body: { Item: broken } });
    await expect(store.find('key-1')).rejects.toThrow('The item key-1 of the keys table is not a valid virtual key.');
  });
});
