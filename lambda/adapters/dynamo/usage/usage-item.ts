import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { periods } from '../../../domain/keys/key-limits.ts';
import type { Reservation, Usage, WindowCount, WindowName } from '../../../domain/usage/usage.ts';
import { longId, shortId } from './short-id.ts';

type Item = Record<string, AttributeValue>;

/** Key prefix of the items that hold an owner's waits. No owner's name begins with it. */
export const waitsPrefix = 'waits#';

/** The attribute that counts a window's submissions. */
export const countAttribute = ({ period, startsAt }: WindowName): string => `${period}#${startsAt / 1000}`;

/** A reservation as an entry of the map `open`, under its nonce: a map, since it may hold more than the job one day. */
export const reservationEntry = ({ jobId, at }: Reservation): AttributeValue => ({
  M: { job: { S: shortId(jobId) }, at: { N: String(at) } },
});

/** The usage in an item. Throws where the item is none, so that damage is never taken for room. */
export function usageOf(item: Item): Usage {
  const { owner, open, lastUsedAt, purgeAt } = item;
  if (owner?.S === undefined || open?.M === undefined)
    throw new Error(`The item of ${owner?.S} is not a valid usage item.`);
  return {
    owner: owner.S,
    open: Object.entries(open.M).map(([nonce, entry]) => reservationOf(nonce, entry)),
    counts: Object.entries(item).flatMap(countsOf),
    ...(lastUsedAt ? { lastUsedAt: numberOf(lastUsedAt) } : {}),
    ...(purgeAt ? { purgeAt: numberOf(purgeAt) } : {}),
  };
}

function reservationOf(nonce: string, { M: entry }: AttributeValue): Reservation {
  if (entry?.job?.S === undefined) throw new Error(`The reservation ${nonce} has no job id.`);
  return { nonce: longId(nonce), jobId: longId(entry.job.S), at: numberOf(entry.at) };
}

/** The counts among the attributes of an item, or of a part of it. */
export function countsOf([name, value]: [string, AttributeValue]): readonly WindowCount[] {
  const [first, start] = name.split('#');
  const period = periods.find((each) => each === first);
  return period === undefined ? [] : [{ period, startsAt: Number(start) * 1000, requests: numberOf(value) }];
}

function numberOf(value: AttributeValue | undefined): number {
  const number = Number(value?.N ?? Number.NaN);
  if (!Number.isFinite(number)) throw new TypeError('A number is missing.');
  return number;
}
