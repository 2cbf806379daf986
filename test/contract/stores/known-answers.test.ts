import { randomUUID } from 'node:crypto';
import { CreateTableCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoKnownAnswers } from '../../../lambda/adapters/dynamo/answers/dynamo-known-answers.ts';
import { createDynamoOwnedAnswers } from '../../../lambda/adapters/dynamo/answers/dynamo-owned-answers.ts';
import type { FullAnswer, LedAnswer } from '../../../lambda/domain/answers/known-answer.ts';
import type { KnownAnswers, OwnedAnswers } from '../../../lambda/domain/answers/known-answers.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { createMemoryKnownAnswers } from '../../support/memory-known-answers.ts';
import { noon } from '../../support/sample-job.ts';

const tableName = 'answers';
let dynamo: TestDynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.client.send(
    new CreateTableCommand({
      TableName: tableName,
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'owner', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byOwner',
          KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
});
afterAll(() => dynamo.close());

const led = (over: Partial<LedAnswer> = {}): LedAnswer => ({
  ...{ id: randomUUID(), owner: 'vk_1', leader: randomUUID(), nonce: randomUUID() },
  ...{ state: 'leading', deadlineAt: noon },
  ...over,
});

function filled({ deadlineAt: _, ...entry }: LedAnswer): FullAnswer {
  const image = { key: 'cache/r2/a/0.png', type: 'png', width: 1, height: 1, hasAlpha: false, bytes: 9 } as const;
  const result = { images: [image], provider: 'openai', model: 'gpt-image-2', latency: 5, warnings: [] };
  return { ...entry, state: 'full', result, expiresAt: noon + 300_000 };
}

function knownAnswersContract(name: string, open: () => KnownAnswers & OwnedAnswers): void {
  describe(name, () => {
    let answers: KnownAnswers & OwnedAnswers;
    beforeAll(() => {
      answers = open();
    });

    it('has no entry that nobody has led', async () => {
      expect(await answers.find(randomUUID())).toBeUndefined();
    });

    it('lets one of many lead, and gives back what it wrote', async () => {
      const id = randomUUID();
      const rivals = Array.from({ length: 20 }, () => led({ id }));
      const won = await Promise.all(rivals.map((entry) => answers.lead(entry, undefined)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await answers.find(id)).toEqual(rivals[won.indexOf(true)]);
    });

    it('lets one of many take an entry over, and none that has seen another one', async () => {
      const first = led();
      await answers.lead(first, undefined);
      const rivals = Array.from({ length: 20 }, () => led({ id: first.id }));
      const won = await Promise.all(rivals.map((entry) => answers.lead(entry, first)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await answers.lead(led({ id: first.id }), undefined)).toBe(false);
    });

    it('is filled by the submission that leads it, once', async () => {
      const entry = led();
      await answers.lead(entry, undefined);
      expect(await answers.publish({ ...filled(entry), nonce: randomUUID() })).toBe(false);
      expect(await answers.publish(filled(entry))).toBe(true);
      expect(await answers.publish(filled(entry))).toBe(false);
      expect(await answers.find(entry.id)).toEqual(filled(entry));
      expect(await answers.lead(led({ id: entry.id }), entry)).toBe(false);
    });

    it('removes an entry that is as it was seen', async () => {
      const entry = led();
      await answers.lead(entry, undefined);
      await answers.publish(filled(entry));
      expect(await answers.remove(entry)).toBe(false);
      expect(await answers.remove(filled(entry))).toBe(true);
      expect(await answers.find(entry.id)).toBeUndefined();
      expect(await answers.publish(filled(entry))).toBe(false);
    });

    it('finds the entries of an owner', async () => {
      const owner = randomUUID();
      const entries = [led({ owner }), led({ owner }), led()];
      for (const entry of entries) await answers.lead(entry, undefined);
      const found: string[] = [];
      for await (const page of answers.pages(owner)) found.push(...page.map(({ id }) => id));
      expect(found.toSorted()).toEqual(
        entries
          .slice(0, 2)
          .map(({ id }) => id)
          .toSorted(),
      );
    });
  });
}

knownAnswersContract('createMemoryKnownAnswers', createMemoryKnownAnswers);
knownAnswersContract('createDynamoKnownAnswers', () => ({
  ...createDynamoKnownAnswers(dynamo.client, { tableName }),
  ...createDynamoOwnedAnswers(dynamo.client, { tableName }),
}));

describe(createDynamoKnownAnswers, () => {
  it('lets the table drop an entry when it expires, or two days after the deadline of its leader', async () => {
    const answers = createDynamoKnownAnswers(dynamo.client, { tableName });
    const entry = led();
    const ttl = async () => {
      const Key = { id: { S: entry.id } };
      return Number((await dynamo.client.send(new GetItemCommand({ TableName: tableName, Key }))).Item?.ttl?.N);
    };
    await answers.lead(entry, undefined);
    expect(await ttl()).toBe(noon / 1000 + 48 * 3600);
    await answers.publish(filled(entry));
    expect(await ttl()).toBe(noon / 1000 + 300 + 33 * 86_400);
  });

  it('throws for an item that is no entry, and any fault', async () => {
    const nowhere = createDynamoKnownAnswers(dynamo.client, { tableName: 'nowhere' });
    await expect(nowhere.find('a')).rejects.toThrow();
    await expect(nowhere.lead(led(), undefined)).rejects.toThrow();
  });
});
