import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { periods } from '../../../domain/keys/key-limits.ts';
import type { WindowSum } from '../../../domain/usage/budgets.ts';
import type { ModelSum } from '../../../domain/usage/model-sums.ts';
import type { Reservation, Usage, WindowCount } from '../../../domain/usage/usage.ts';
import type { WindowName } from '../../../domain/usage/windows.ts';
import { longId, shortId } from './short-id.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/** Key prefix of the items that hold an owner's waits. No owner's name begins with it. */
export const waitsPrefix = 'waits#';

/** The attribute that counts a window's submissions. */
export const countAttribute = ({ period, startsAt }: WindowName): string => `${period}#${startsAt / 1000}`;

/** The attribute that sums up a window's micro-dollars: what is spent and what is reserved. */
export const sumAttribute = ({ period, startsAt }: WindowName): string => `${period}$${startsAt / 1000}`;

/** The attribute that sums up the micro-dollars spent on one model in a window. */
export const modelAttribute = ({ model, ...window }: Pick<ModelSum, 'model'> & WindowName): string =>
  `${sumAttribute(window)}$${model}`;

const windowAttribute = new RegExp(`^(${periods.join('|')})([#$])(\\d+)(?:\\$(.+))?$`);

/** The micro-dollars that a reservation holds, an attribute of its entry: absent where it holds none. */
export const microsAttribute = 'r';

/** A reservation as an entry of the map `open`, under its nonce. */
export const reservationEntry = ({ jobId, at, micros }: Reservation): AttributeValue => ({
  M: {
    job: { S: shortId(jobId) },
    at: { N: String(at) },
    ...(micros === 0 ? {} : { [microsAttribute]: { N: String(micros) } }),
  },
});

/** The usage in an item. Throws where the item is none, so that damage is never taken for room. */
export function usageOf(item: Item): Usage {
  const { owner, open, lastUsedAt, purgeAt } = item;
  if (owner?.S === undefined || open?.M === undefined)
    throw new Error(`The item of ${owner?.S} is not a valid usage item.`);
  return {
    owner: owner.S,
    open: Object.entries(open.M).map(([nonce, entry]) => reservationOf(nonce, entry)),
    ...windowsOf(item),
    ...(lastUsedAt ? { lastUsedAt: numberOf(lastUsedAt) } : {}),
    ...(purgeAt ? { purgeAt: numberOf(purgeAt) } : {}),
  };
}

/** The reservation in an entry of the map `open`. Throws where the entry is none. */
export function reservationOf(nonce: string, { M: entry }: AttributeValue): Reservation {
  if (entry?.job?.S === undefined) throw new Error(`The reservation ${nonce} has no job id.`);
  const { job, at, [microsAttribute]: micros } = entry;
  const held = micros === undefined ? 0 : numberOf(micros);
  return { nonce: longId(nonce), jobId: longId(job.S), at: numberOf(at), micros: held };
}

/** The windows among the attributes of an item, or of a part of it. */
export function windowsOf(item: Item): Pick<Usage, 'counts' | 'sums' | 'models'> {
  const [counts, sums, models]: [WindowCount[], WindowSum[], ModelSum[]] = [[], [], []];
  for (const [name, value] of Object.entries(item)) {
    const [, first, kind, start, model] = windowAttribute.exec(name) ?? [];
    const period = periods.find((each) => each === first);
    if (period === undefined) continue;
    const window = { period, startsAt: Number(start) * 1000 };
    if (kind === '#') counts.push({ ...window, requests: numberOf(value) });
    else if (model === undefined) sums.push({ ...window, micros: numberOf(value) });
    else models.push({ ...window, model, micros: numberOf(value) });
  }
  return { counts, sums, models };
}

function numberOf(value: AttributeValue | undefined): number {
  const number = Number(value?.N ?? Number.NaN);
  if (!Number.isFinite(number)) throw new TypeError('A number is missing.');
  return number;
}
