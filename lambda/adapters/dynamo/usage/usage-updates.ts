import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { KeyLimits } from '../../../domain/keys/key-limits.ts';
import { precedingWindow, type Reservation, type WindowName, windowsAt } from '../../../domain/usage/usage.ts';
import { shortId } from './short-id.ts';
import { countAttribute, reservationEntry } from './usage-item.ts';

/** The parts of an UpdateItem request that are not the same in all of them. */
export type Update = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues' | 'ReturnValues'
>;

/**
 * The table may drop an owner's item so long after its last use. Reservations live for hours, and counts for two
 * months.
 */
const rememberedSeconds = 400 * 86_400;

const number = (value: number) => ({ N: String(value) });

/** The attributes that count these windows, under the placeholders `#c0`, `#c1` …, or with another letter. */
const placeholders = (letter: string, windows: readonly WindowName[]): Record<string, string> =>
  Object.fromEntries(windows.map((window, at) => [`#${letter}${at}`, countAttribute(window)]));

/** Makes room for reservations where there is no item yet. */
export const opening: Update = {
  UpdateExpression: 'SET #open = if_not_exists(#open, :none)',
  ExpressionAttributeNames: { '#open': 'open' },
  ExpressionAttributeValues: { ':none': { M: {} } },
};

/**
 * Reserves and counts in one write. Each window has an attribute of its own, so that a count starts from nothing with
 * its window; those of the windows before the last ones are dropped on the way.
 */
export function reserving(reservation: Reservation, { rateLimits, maxOpenJobs }: KeyLimits): Update {
  const { nonce, at } = reservation;
  const windows = windowsAt(at);
  const past = windows.map((window) => precedingWindow(precedingWindow(window)));
  const limits = windows.map(({ period }) => rateLimits.find((limit) => limit.period === period)?.requests);
  const limited = limits.flatMap((limit, index) => (limit === undefined ? [] : [{ limit, index }]));
  return {
    UpdateExpression:
      'SET #open.#nonce = :entry, #lastUsedAt = :at, #ttl = :ttl' +
      ` ADD ${windows.map((_, index) => `#c${index} :one`).join(', ')}` +
      ` REMOVE ${past.map((_, index) => `#p${index}`).join(', ')}`,
    ConditionExpression: [
      'attribute_exists(#open) AND attribute_not_exists(#open.#nonce) AND size(#open) < :maxOpenJobs',
      ...limited.map(({ index }) => `(attribute_not_exists(#c${index}) OR #c${index} < :l${index})`),
    ].join(' AND '),
    ExpressionAttributeNames: {
      ...{ '#open': 'open', '#nonce': shortId(nonce), '#lastUsedAt': 'lastUsedAt', '#ttl': 'ttl' },
      ...placeholders('c', windows),
      ...placeholders('p', past),
    },
    ExpressionAttributeValues: {
      ':entry': reservationEntry(reservation),
      ':at': number(at),
      ':ttl': number(Math.ceil(at / 1000) + rememberedSeconds),
      ':one': number(1),
      ':maxOpenJobs': number(maxOpenJobs),
      ...Object.fromEntries(limited.map(({ limit, index }) => [`:l${index}`, number(limit)])),
    },
    ReturnValues: 'UPDATED_NEW',
  };
}

/** Ends a reservation that is there. */
export const releasing = (nonce: string): Update => ({
  UpdateExpression: 'REMOVE #open.#nonce',
  ConditionExpression: 'attribute_exists(#open.#nonce)',
  ExpressionAttributeNames: { '#open': 'open', '#nonce': shortId(nonce) },
});

/** The same, and takes it out of the counts of these windows. */
export function givingBack(nonce: string, windows: readonly WindowName[]): Update {
  const release = releasing(nonce);
  if (windows.length === 0) return release;
  return {
    ...release,
    UpdateExpression: `${release.UpdateExpression} ADD ${windows.map((_, index) => `#c${index} :less`).join(', ')}`,
    ExpressionAttributeNames: { ...release.ExpressionAttributeNames, ...placeholders('c', windows) },
    ExpressionAttributeValues: { ':less': number(-1) },
  };
}

/** Drops the counts of these windows, of which there is one at least. */
export const forgetting = (windows: readonly WindowName[]): Update => ({
  UpdateExpression: `REMOVE ${windows.map((_, index) => `#c${index}`).join(', ')}`,
  ConditionExpression: 'attribute_exists(#open)',
  ExpressionAttributeNames: { '#open': 'open', ...placeholders('c', windows) },
});

/** Takes the mark from an item that bears one. */
export const unmarking: Update = {
  UpdateExpression: 'REMOVE #purgeAt',
  ConditionExpression: 'attribute_exists(#purgeAt)',
  ExpressionAttributeNames: { '#purgeAt': 'purgeAt' },
};

/** Marks an item, or makes one that bears the mark. */
export const marking = (now: number): Update => ({
  UpdateExpression: 'SET #purgeAt = if_not_exists(#purgeAt, :now), #open = if_not_exists(#open, :none)',
  ExpressionAttributeNames: { '#purgeAt': 'purgeAt', '#open': 'open' },
  ExpressionAttributeValues: { ':now': number(now), ':none': { M: {} } },
});
