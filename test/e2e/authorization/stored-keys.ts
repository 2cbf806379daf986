import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { keyPartitions, leadItem, virtualKeyItem } from '../../../lambda/adapters/dynamo/keys/virtual-key-item.ts';
import { newCredential } from '../../../lambda/adapters/secrets/new-virtual-key.ts';
import { sha256 } from '../../../lambda/adapters/secrets/sha256.ts';
import { virtualKeyPrefix } from '../../../lambda/contract/headers.ts';
import type { KeptCredential } from '../../../lambda/domain/keys/key-registry.ts';
import type { VirtualKey } from '../../../lambda/domain/keys/virtual-key.ts';

/** A virtual key in the table, as the principals of the matrix use it. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  /** Its credential: the newest one, where there are several. */
  readonly text: string;
  /** A credential that it had before; absent unless it was rotated. */
  readonly formerText: string;
}

export interface KeyToStore extends Partial<Omit<VirtualKey, 'id' | 'name'>> {
  /** When the former credential ends or has ended (epoch ms). @default it never was this key's */
  readonly formerUntil?: number;
  /** Whether its record is gone, and only what led to it is left. */
  readonly isDeleted?: boolean;
  /** Its credential. @default a random one */
  readonly text?: string;
}

/** A key with the items that it is kept as. */
export interface KeyWithItems {
  readonly key: StoredKey;
  /** The record comes last, where there is one. */
  readonly items: readonly Record<string, AttributeValue>[];
}

/** A key as it is to be found in the table: past the gateway, since some states take days to come about. */
export function keyWithItems(
  name: string,
  { formerUntil, isDeleted = false, text, ...over }: KeyToStore = {},
): KeyWithItems {
  const current = text === undefined ? newCredential(virtualKeyPrefix) : { text, hash: sha256(text) };
  const former = newCredential(virtualKeyPrefix);
  const id = `vk_${randomUUID()}`;
  const credentials: KeptCredential[] = [{ hash: current.hash }];
  if (formerUntil !== undefined) credentials.push({ hash: former.hash, until: formerUntil });
  const limits = { rateLimits: [], maxOpenJobs: 1000 };
  const key = { id, name, active: true, providers: { '*': ['*'] }, limits, createdAt: Date.now(), ...over };
  return {
    key: { id, name, text: current.text, formerText: former.text },
    items: [
      leadItem(keyPartitions.name(name), id, randomUUID()),
      leadItem(keyPartitions.credential(current.hash), id, randomUUID()),
      ...(formerUntil === undefined ? [] : [leadItem(keyPartitions.credential(former.hash), id, randomUUID())]),
      ...(isDeleted ? [] : [virtualKeyItem({ key, credentials, version: 1 })]),
    ],
  };
}
