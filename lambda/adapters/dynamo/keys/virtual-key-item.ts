import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type KeyLimits, periods } from '../../../domain/keys/key-limits.ts';
import type { KeptCredential, KeptKey } from '../../../domain/keys/key-registry.ts';
import type { VirtualKey } from '../../../domain/keys/virtual-key.ts';

type Item = Record<string, AttributeValue>;

/**
 * The partition keys of the table, by kind of item. A key's record is the source of truth; the other two kinds only
 * lead to it, and are valid only as long as the record agrees.
 */
export const keyPartitions = {
  record: (id: string): string => `key#${id}`,
  credential: (hash: string): string => `credential#${hash}`,
  name: (name: string): string => `name#${name}`,
};

/**
 * The item that leads from a credential's hash or a name to its key. Each claim writes a new token, so that a takeover
 * or a deletion is conditional on the latest claim.
 */
export const leadItem = (partition: string, id: string, token: string): Item => ({
  pk: { S: partition },
  id: { S: id },
  token: { S: token },
});

/** The tombstone of a record that must never be created: its leads now lead to another key. */
export const unmadeItem = (id: string): Item => ({ pk: { S: keyPartitions.record(id) }, unmade: { BOOL: true } });

export const isUnmade = (item: Item): boolean => item.unmade !== undefined;

/** The record of a virtual key. */
export const virtualKeyItem = ({ key, credentials, version }: KeptKey): Item => ({
  pk: { S: keyPartitions.record(key.id) },
  id: { S: key.id },
  name: { S: key.name },
  active: { BOOL: key.active },
  providers: { S: JSON.stringify(key.providers) },
  limits: { S: JSON.stringify(key.limits) },
  credentials: { S: JSON.stringify(credentials) },
  version: { N: String(version) },
  createdAt: { N: String(key.createdAt) },
  ...(key.resultTtlSeconds === undefined ? {} : { resultTtlSeconds: { N: String(key.resultTtlSeconds) } }),
  ...(key.expiresAt === undefined ? {} : { expiresAt: { N: String(key.expiresAt) } }),
});

/**
 * The virtual key in a record. Throws where the item is none, so that a damaged key is never taken for an unknown one.
 * Read by hand, since the worker reads keys as well, and would carry zod for nothing else.
 */
export function keptKeyOf(item: Item): KeptKey {
  try {
    const resultTtlSeconds = item.resultTtlSeconds && numberOf(item.resultTtlSeconds);
    const expiresAt = item.expiresAt && numberOf(item.expiresAt);
    const key: VirtualKey = {
      id: textOf(item.id),
      name: textOf(item.name),
      active: flagOf(item.active),
      providers: rightsOf(textOf(item.providers)),
      limits: limitsOf(textOf(item.limits)),
      createdAt: numberOf(item.createdAt),
      ...(resultTtlSeconds === undefined ? {} : { resultTtlSeconds }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    return { key, credentials: credentialsOf(textOf(item.credentials)), version: numberOf(item.version) };
  } catch (cause) {
    throw new Error(`The item ${item.id?.S ?? 'without id'} of the keys table is not a valid virtual key.`, { cause });
  }
}

function textOf(value: AttributeValue | undefined): string {
  if (value?.S === undefined) throw new TypeError('A string is missing.');
  return value.S;
}

function numberOf(value: AttributeValue | undefined): number {
  const number = Number(value?.N ?? Number.NaN);
  if (!Number.isFinite(number)) throw new TypeError('A number is missing.');
  return number;
}

function flagOf(value: AttributeValue | undefined): boolean {
  if (value?.BOOL === undefined) throw new TypeError('A boolean is missing.');
  return value.BOOL;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function rightsOf(text: string): VirtualKey['providers'] {
  const rights: unknown = JSON.parse(text);
  const areNames = (models: unknown) => Array.isArray(models) && models.every((model) => typeof model === 'string');
  if (!isRecord(rights) || !Object.values(rights).every(areNames)) throw new TypeError('The rights are malformed.');
  return rights as VirtualKey['providers'];
}

const isPeriod = (value: unknown): boolean => periods.some((period) => period === value);

function limitsOf(text: string): Partial<KeyLimits> {
  const limits: unknown = JSON.parse(text);
  if (!isRecord(limits)) throw new TypeError('The limits are malformed.');
  const { rateLimits = [], budgets = [], maxOpenJobs = 1 } = limits;
  const areLimits = (list: unknown, unit: 'requests' | 'micros') =>
    Array.isArray(list) &&
    list.every((limit: unknown) => isRecord(limit) && typeof limit[unit] === 'number' && isPeriod(limit.period));
  if (!areLimits(rateLimits, 'requests') || !areLimits(budgets, 'micros') || typeof maxOpenJobs !== 'number') {
    throw new TypeError('The limits are malformed.');
  }
  return limits as Partial<KeyLimits>;
}

function credentialsOf(text: string): readonly KeptCredential[] {
  const credentials: unknown = JSON.parse(text);
  const isCredential = (each: unknown) =>
    isRecord(each) && typeof each.hash === 'string' && ['undefined', 'number'].includes(typeof each.until);
  if (!Array.isArray(credentials) || !credentials.every(isCredential))
    throw new TypeError('The credentials are malformed.');
  return credentials as readonly KeptCredential[];
}
