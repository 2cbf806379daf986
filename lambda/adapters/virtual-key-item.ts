import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { VirtualKey } from '../domain/virtual-key.ts';

type Item = Record<string, AttributeValue>;

/** The item of a virtual key, under the hash of its credential. */
export const virtualKeyItem = (keyHash: string, key: VirtualKey): Item => ({
  keyHash: { S: keyHash },
  id: { S: key.id },
  name: { S: key.name },
  active: { BOOL: key.active },
  providers: { S: JSON.stringify(key.providers) },
  createdAt: { N: String(key.createdAt) },
  ...(key.resultTtlSeconds === undefined ? {} : { resultTtlSeconds: { N: String(key.resultTtlSeconds) } }),
  ...(key.expiresAt === undefined ? {} : { expiresAt: { N: String(key.expiresAt) } }),
});

/**
 * The virtual key in an item. Throws where the item is none, so that a damaged key is never taken for an unknown one. Read
 * by hand, since the worker reads keys as well, and would carry zod for nothing else.
 */
export function virtualKeyOf(item: Item): VirtualKey {
  try {
    const resultTtlSeconds = item.resultTtlSeconds && numberOf(item.resultTtlSeconds);
    const expiresAt = item.expiresAt && numberOf(item.expiresAt);
    return {
      id: textOf(item.id),
      name: textOf(item.name),
      active: flagOf(item.active),
      providers: rightsOf(textOf(item.providers)),
      createdAt: numberOf(item.createdAt),
      ...(resultTtlSeconds === undefined ? {} : { resultTtlSeconds }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  } catch (cause) {
    throw new Error(`The item ${item.id?.S ?? 'without id'} of the keys table is no virtual key.`, { cause });
  }
}

function textOf(value: AttributeValue | undefined): string {
  if (value?.S === undefined) throw new TypeError('A text is missing.');
  return value.S;
}

function numberOf(value: AttributeValue | undefined): number {
  const number = Number(value?.N ?? Number.NaN);
  if (!Number.isFinite(number)) throw new TypeError('A number is missing.');
  return number;
}

function flagOf(value: AttributeValue | undefined): boolean {
  if (value?.BOOL === undefined) throw new TypeError('A truth value is missing.');
  return value.BOOL;
}

function rightsOf(text: string): VirtualKey['providers'] {
  const rights: unknown = JSON.parse(text);
  const isMap = typeof rights === 'object' && rights !== null && !Array.isArray(rights);
  const areNames = (models: unknown) => Array.isArray(models) && models.every((model) => typeof model === 'string');
  if (!isMap || !Object.values(rights).every(areNames)) throw new TypeError('The rights are none.');
  return rights as VirtualKey['providers'];
}
