import { randomUUID } from 'node:crypto';
import { DeleteItemCommand, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoFileStore } from '../../../lambda/adapters/dynamo/files/dynamo-file-store.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';
import { noon } from '../../support/sample-job.ts';
import { sampleFile } from '../../support/sample-stored-file.ts';
import { fileStoreContract } from './file-store-contract.ts';

const tableName = 'files';
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable(tableName, 'owner', 'id');
});
afterAll(() => dynamo.close());

const open = (client = dynamo.client) => createDynamoFileStore(client, { tableName });
const one = { files: 1, bytes: 1000 };

fileStoreContract('createMemoryFileStore', createMemoryFileStore);
fileStoreContract('createDynamoFileStore', open);

describe(createDynamoFileStore, () => {
  const itemOf = async (owner: string, id: string) => {
    const Key = { owner: { S: owner }, id: { S: id } };
    return (await dynamo.client.send(new GetItemCommand({ TableName: tableName, Key }))).Item;
  };

  /** A client whose requests of one kind get lost before or after they are carried out, the first of them or all. */
  const losing = (command: string, loss: 'request' | 'answer', all = false) => {
    const client = dynamo.newClient();
    let lost = 0;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== command || (lost > 0 && !all)) return next(args);
        lost += 1;
        if (loss === 'answer') await next(args);
        throw Object.assign(new Error('The connection was cut.'), { name: 'TimeoutError' });
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    return client;
  };

  it('lets the table drop a file once the bucket has swept its object, and a total long after the last one', async () => {
    const short = sampleFile({ owner: randomUUID() });
    const long = sampleFile({ owner: short.owner, expiresAt: noon + 2_592_000_000 });
    for (const file of [short, long]) await open().keep(file, { files: 9, bytes: 1000 }, noon);
    expect(Number((await itemOf(short.owner, short.id))?.ttl?.N)).toBe(noon / 1000 + 4 * 86_400);
    expect(Number((await itemOf(long.owner, long.id))?.ttl?.N)).toBe(noon / 1000 + 34 * 86_400);
    expect(Number((await itemOf(short.owner, 'total'))?.ttl?.N)).toBe(noon / 1000 + 40 * 86_400);
  });

  it('counts a file once where the answer to its count was lost', async () => {
    const owner = randomUUID();
    await open().keep(sampleFile({ owner }), { files: 2, bytes: 1000 }, noon);
    const client = losing('UpdateItemCommand', 'answer');
    expect(await open(client).keep(sampleFile({ owner }), { files: 2, bytes: 1000 }, noon)).toEqual({ kept: true });
    expect((await itemOf(owner, 'total'))?.files).toEqual({ N: '2' });
  });

  it('frees the room of files whose function died before or after their item was put', async () => {
    const owner = randomUUID();
    const dying = open(losing('PutItemCommand', 'request', true));
    await expect(dying.keep(sampleFile({ owner }), one, noon)).rejects.toThrow();
    expect(await open().keep(sampleFile({ owner }), one, noon)).toEqual({ kept: false, by: 'files' });
    expect(await open().keep(sampleFile({ owner }), one, noon + 119_999)).toEqual({ kept: false, by: 'files' });
    expect(await open().keep(sampleFile({ owner }), one, noon + 180_000)).toEqual({ kept: true });
  });

  it('frees the room of a file whose removal broke off behind its item', async () => {
    const owner = randomUUID();
    const file = sampleFile({ owner });
    await open().keep(file, one, noon);
    await expect(open(losing('DeleteItemCommand', 'answer', true)).remove(file, noon)).rejects.toThrow();
    expect(await open().keep(sampleFile({ owner }), one, noon)).toEqual({ kept: false, by: 'files' });
    expect(await open().keep(sampleFile({ owner }), one, noon + 180_000)).toEqual({ kept: true });
  });

  it('counts anew at most once a minute where that frees nothing', async () => {
    const owner = randomUUID();
    const file = sampleFile({ owner });
    await open().keep(file, one, noon);
    expect(await open().keep(sampleFile({ owner }), one, noon)).toEqual({ kept: false, by: 'files' });
    // Not by this store, which would know: the next count finds it.
    const Key = { owner: { S: owner }, id: { S: file.id } };
    await dynamo.client.send(new DeleteItemCommand({ TableName: tableName, Key }));
    expect(await open().keep(sampleFile({ owner }), one, noon + 59_999)).toEqual({ kept: false, by: 'files' });
    expect(await open().keep(sampleFile({ owner }), one, noon + 60_000)).toEqual({ kept: true });
  });

  it('leaves nothing of an owner whose files were removed, once it is forgotten', async () => {
    const file = sampleFile({ owner: randomUUID() });
    await open().keep(file, one, noon);
    await open().remove(file, noon);
    await open().forget(file.owner);
    const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: tableName }));
    expect(Items.filter(({ owner }) => owner?.S === file.owner)).toEqual([]);
  });

  it('throws for an item that is no file, and any fault', async () => {
    const broken = { owner: { S: 'vk_broken' }, id: { S: sampleFile().id } };
    await dynamo.client.send(new PutItemCommand({ TableName: tableName, Item: broken }));
    await expect(open().find('vk_broken', broken.id.S)).rejects.toThrow(`The file ${broken.id.S} has no key.`);
    const nowhere = createDynamoFileStore(dynamo.client, { tableName: 'nowhere' });
    await expect(nowhere.keep(sampleFile(), one, noon)).rejects.toThrow();
    await expect(nowhere.find('vk_1', sampleFile().id)).rejects.toThrow();
  });
});
