import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { VirtualKey } from '../domain/virtual-key.ts';

type Item = Record<string, AttributeValue>;

const text = z.object({ S: z.string() });
const number = z.pipe(
  z.pipe(
    z.object({ N: z.string() }),
    z.transform(({ N }) => Number(N)),
  ),
  z.number(),
);
const providers = z.record(z.string(), z.array(z.string()));

const itemSchema = z.object({
  id: text,
  name: text,
  active: z.object({ BOOL: z.boolean() }),
  providers: text,
  createdAt: number,
  resultTtlSeconds: z.optional(number),
  expiresAt: z.optional(number),
});

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

/** The virtual key in an item. Throws where the item is none, so that a damaged key is never taken for an unknown one. */
export function virtualKeyOf(item: Item): VirtualKey {
  try {
    const { id, name, active, providers: rights, createdAt, resultTtlSeconds, expiresAt } = z.parse(itemSchema, item);
    return {
      id: id.S,
      name: name.S,
      active: active.BOOL,
      providers: z.parse(providers, JSON.parse(rights.S)),
      createdAt,
      ...(resultTtlSeconds === undefined ? {} : { resultTtlSeconds }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  } catch (cause) {
    throw new Error(`The item ${item.id?.S ?? 'without id'} of the keys table is no virtual key.`, { cause });
  }
}
