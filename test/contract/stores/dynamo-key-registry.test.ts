import { type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoKeyRegistry } from '../../../lambda/adapters/dynamo/keys/dynamo-key-registry.ts';
import { createDynamoKeyStore } from '../../../lambda/adapters/dynamo/keys/dynamo-key-store.ts';
import type { KeptKey } from '../../../lambda/domain/keys/key-registry.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';
import { keyRegistryContract, newKey } from './key-registry-contract.ts';

const tableName = 'keys';
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable(tableName, 'pk');
});
afterAll(() => dynamo.close());

const faults: string[] = [];
const registryOf = (client: DynamoDBClient) =>
  createDynamoKeyRegistry(client, { tableName, onFault: (part) => faults.push(part) });
/** A reader that remembers nothing yet. */
const reader = () => createDynamoKeyStore(dynamo.client, { tableName, clock: createFixedClock() });

keyRegistryContract('createDynamoKeyRegistry', async () => registryOf(dynamo.client));

/** What is done to the writes of a client, counted from 1: each may be held up, be refused, or lose its answer. */
function meddling(withWrite: (count: number, send: () => Promise<unknown>, pk: string) => Promise<unknown>) {
  const client = dynamo.newClient();
  let writes = 0;
  client.middlewareStack.add((next, context) => async (args) => {
    if (!/^(Put|Delete)ItemCommand$/.test(context.commandName ?? '')) return next(args);
    writes += 1;
    const input = args.input as { Item?: { pk: { S: string } }; Key?: { pk: { S: string } } };
    return (await withWrite(writes, () => next(args), (input.Item ?? input.Key)?.pk.S ?? '')) as never;
  });
  return registryOf(client);
}

const dyingAt = (last: number) =>
  meddling(async (count, send) => {
    if (count >= last) throw new Error('The function died.');
    return send();
  });

/** Loses the answer to one write, so that it is sent again. */
const forgetfulAt = (lost: number) =>
  meddling(async (count, send) => {
    if (count === lost) await send();
    return send();
  });

async function made(): Promise<KeptKey> {
  const key = newKey();
  await registryOf(dynamo.client).create(key, `hash of ${key.id}`);
  return latest(key.id);
}

async function latest(id: string): Promise<KeptKey> {
  const kept = await registryOf(dynamo.client).find(id);
  if (!kept) throw new Error('The key is not there.');
  return kept;
}

describe('createDynamoKeyRegistry, where its function dies between two writes', () => {
  it.each([1, 2, 3])('leaves nothing of a key at write %i that counts, nor its name in use', async (last) => {
    const key = newKey();
    await expect(dyingAt(last).create(key, `hash ${key.id}`)).rejects.toThrow('died');
    expect(await reader().findByCredential(`hash ${key.id}`)).toBeUndefined();
    expect(await reader().find(key.id)).toBeUndefined();
    expect(await reader().findNamed(key.name)).toBeUndefined();
    const next = newKey({ name: key.name });
    expect(await registryOf(dynamo.client).create(next, `hash ${key.id}`)).toBe('created');
    expect(await reader().findNamed(key.name)).toEqual(next);
    expect(await reader().findByCredential(`hash ${key.id}`)).toEqual(next);
  });

  it.each([1, 2, 3, 4])('has given a key another name at write %i, or has not', async (last) => {
    const seen = await made();
    const other = newKey().name;
    const next = { key: { ...seen.key, name: other }, credentials: [{ hash: newKey().id }] };
    await dyingAt(last)
      .replace(seen, next)
      .catch(() => {});
    const { name } = (await latest(seen.key.id)).key;
    expect(name).toBe(last <= 3 ? seen.key.name : other);
    expect(await reader().findNamed(name)).toMatchObject({ id: seen.key.id });
    const free = name === other ? seen.key.name : other;
    expect(await reader().findNamed(free)).toBeUndefined();
    expect(await registryOf(dynamo.client).create(newKey({ name: free }), newKey().id)).toBe('created');
    expect(await reader().findNamed(free)).toMatchObject({ name: free });
  });

  it.each([1, 2, 3])('has removed a key at write %i, or has not', async (last) => {
    const seen = await made();
    const [{ hash } = { hash: '' }] = seen.credentials;
    await dyingAt(last)
      .remove(seen)
      .catch(() => {});
    const isGone = last > 1;
    expect(await reader().find(seen.key.id)).toEqual(isGone ? undefined : seen.key);
    expect(await reader().findByCredential(hash)).toEqual(isGone ? undefined : seen.key);
    const heir = registryOf(dynamo.client).create(newKey({ name: seen.key.name }), newKey().id);
    expect(await heir).toBe(isGone ? 'created' : 'name_taken');
  });

  it('tells of what it could not tidy away after a write that was made', async () => {
    const seen = await made();
    faults.length = 0;
    expect(await dyingAt(3).replace(seen, { ...seen, credentials: [{ hash: newKey().id }] })).toBe('replaced');
    expect(faults).toEqual(['lead']);
  });
});

describe('createDynamoKeyRegistry, where the answer to a write gets lost', () => {
  it.each([1, 2, 3])('makes the key all the same, at write %i', async (lost) => {
    const key = newKey();
    expect(await forgetfulAt(lost).create(key, `hash ${key.id}`)).toBe('created');
    expect(await reader().findByCredential(`hash ${key.id}`)).toEqual(key);
    expect(await reader().findNamed(key.name)).toEqual(key);
  });

  it.each([1, 2, 3, 4, 5])('changes the key all the same, at write %i', async (lost) => {
    const seen = await made();
    const next = { key: { ...seen.key, name: newKey().name }, credentials: [{ hash: newKey().id }] };
    expect(await forgetfulAt(lost).replace(seen, next)).toBe('replaced');
    expect(await latest(seen.key.id)).toEqual({ ...next, version: 2 });
  });

  it.each([1, 2, 3])('removes the key all the same, at write %i', async (lost) => {
    const seen = await made();
    expect(await forgetfulAt(lost).remove(seen)).toBe('removed');
    expect(await reader().find(seen.key.id)).toBeUndefined();
  });
});

describe('createDynamoKeyRegistry, where two want one name at a time', () => {
  /** A registry whose write of a key's record waits for `meanwhile`. */
  const slow = (id: string, meanwhile: () => Promise<unknown>) =>
    meddling(async (_, send, pk) => {
      if (pk === `key#${id}`) await meanwhile();
      return send();
    });

  it('lets a key that is late with its record find its place taken', async () => {
    const [late, quick] = [newKey(), newKey()];
    const twin = { ...quick, name: late.name };
    const registry = slow(late.id, async () => {
      expect(await registryOf(dynamo.client).create(twin, `hash ${twin.id}`)).toBe('created');
    });
    expect(await registry.create(late, `hash ${late.id}`)).toBe('name_taken');
    expect(await reader().findNamed(late.name)).toEqual(twin);
    expect(await reader().find(late.id)).toBeUndefined();
    expect(await registryOf(dynamo.client).find(late.id)).toBeUndefined();
    expect((await registryOf(dynamo.client).list(1000)).keys.map(({ key }) => key.id)).not.toContain(late.id);
  });

  it('lets a key that is late with its new name find that somebody has written', async () => {
    const seen = await made();
    const twin = newKey();
    const registry = slow(seen.key.id, async () => {
      expect(await registryOf(dynamo.client).create(twin, `hash ${twin.id}`)).toBe('created');
    });
    const renamed = { ...seen, key: { ...seen.key, name: twin.name } };
    expect(await registry.replace(seen, renamed)).toBe('changed');
    expect(await registryOf(dynamo.client).replace(await latest(seen.key.id), renamed)).toBe('name_taken');
    expect(await reader().findNamed(twin.name)).toEqual(twin);
    expect(await reader().findNamed(seen.key.name)).toEqual(seen.key);
  });

  it('leaves a name with one of many who want it at once', async () => {
    const { name } = newKey();
    const twins = Array.from({ length: 4 }, () => newKey({ name }));
    const outcomes = await Promise.allSettled(
      twins.map((key) => registryOf(dynamo.client).create(key, `hash ${key.id}`)),
    );
    const winners = twins.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome?.status === 'fulfilled' && outcome.value === 'created';
    });
    const listed = (await registryOf(dynamo.client).list(1000)).keys.map(({ key }) => key);
    const kept = listed.filter((key) => key.name === name);
    expect(kept).toEqual(winners);
    expect(kept.length).toBeLessThanOrEqual(1);
    expect(await reader().findNamed(name)).toEqual(kept[0]);
  });

  it('keeps the name of a key that is given it back while an earlier change tidies up', async () => {
    const seen = await made();
    const [one, two] = [seen.key.name, newKey().name];
    const renamed = { ...seen, key: { ...seen.key, name: two } };
    const registry = meddling(async (_, send, pk) => {
      if (pk === `name#${one}`) {
        const now = await latest(seen.key.id);
        expect(await registryOf(dynamo.client).replace(now, seen)).toBe('replaced');
      }
      return send();
    });
    expect(await registry.replace(seen, renamed)).toBe('replaced');
    expect(await reader().findNamed(one)).toEqual(seen.key);
    expect(await registryOf(dynamo.client).create(newKey({ name: one }), newKey().id)).toBe('name_taken');
  });
});

describe('createDynamoKeyRegistry, and what is no key', () => {
  it('lists the others where a record is damaged, and tells of it', async () => {
    const { key } = await made();
    const Item = { pk: { S: 'key#damaged' }, id: { S: 'damaged' } };
    await dynamo.client.send(new PutItemCommand({ TableName: tableName, Item }));
    faults.length = 0;
    const { keys } = await registryOf(dynamo.client).list(1000);
    expect(keys.map(({ key: { id } }) => id)).toContain(key.id);
    expect(faults).toEqual(['record']);
  });

  it('keeps no credential’s text and no second record of it', async () => {
    const { key, credentials } = await made();
    const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: tableName }));
    const mine = Items.filter((item) => item.id?.S === key.id).map((item) => item.pk?.S);
    const [{ hash } = { hash: '' }] = credentials;
    expect(mine.toSorted()).toEqual([`credential#${hash}`, `key#${key.id}`, `name#${key.name}`]);
  });
});
