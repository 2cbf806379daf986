import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { KnownAnswer } from '../../../domain/answers/known-answer.ts';
import type { JobResult } from '../../../domain/jobs/job-result.ts';
import { retentionClasses } from '../../../domain/jobs/retention.ts';

type Item = Record<string, AttributeValue>;

/** How long an entry outlives its leader's deadline, in seconds: while it is led, its leader's job decides. */
const ledSeconds = 48 * 3600;

/** The bucket's lifecycle removes images at most so long after their entry's end, in seconds. */
const maxRetentionSeconds = (Math.max(...retentionClasses) + 1) * 86_400;

/** The item of an entry. The result is JSON text, as in a job's item; `ttl` is for the table alone. */
export const answerItem = (entry: KnownAnswer): Item => ({
  id: { S: entry.id },
  owner: { S: entry.owner },
  leader: { S: entry.leader },
  nonce: { S: entry.nonce },
  state: { S: entry.state },
  ...(entry.state === 'leading'
    ? { deadlineAt: { N: String(entry.deadlineAt) }, ttl: ttlOf(entry.deadlineAt, ledSeconds) }
    : {
        result: { S: JSON.stringify(entry.result) },
        expiresAt: { N: String(entry.expiresAt) },
        // As long as the bucket keeps the images, a purge must find them.
        ttl: ttlOf(entry.expiresAt, maxRetentionSeconds),
      }),
});

const ttlOf = (epochMilliseconds: number, furtherSeconds = 0): AttributeValue => ({
  N: String(Math.ceil(epochMilliseconds / 1000) + furtherSeconds),
});

/** The entry in an item. Throws where the item is none: that is a fault of the table. */
export function answerOf(item: Item): KnownAnswer {
  const text = (name: string): string => {
    const value = item[name]?.S;
    if (value === undefined) throw new Error(`The known answer ${item.id?.S} has no ${name}.`);
    return value;
  };
  const number = (name: string): number => {
    const value = Number(item[name]?.N ?? Number.NaN);
    if (!Number.isFinite(value)) throw new Error(`The known answer ${item.id?.S} has no ${name}.`);
    return value;
  };
  const common = { id: text('id'), owner: text('owner'), leader: text('leader'), nonce: text('nonce') };
  if (text('state') === 'leading') return { ...common, state: 'leading', deadlineAt: number('deadlineAt') };
  const result = JSON.parse(text('result')) as JobResult;
  return { ...common, state: 'full', result, expiresAt: number('expiresAt') };
}
