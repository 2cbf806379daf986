import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { FileLimits } from '../../../domain/files/file-store.ts';
import type { StoredFile } from '../../../domain/files/stored-file.ts';
import { type CountedFile, type FileTotal, pendingEntry, type Recount } from './file-total.ts';

/** The parts of an update of a total that differ. */
export type TotalUpdate = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** Changes under way of one owner: more are of functions that have died, and a count removes them. */
const maxPending = 500;

/** The table may drop a total so long (in seconds) after the last file was kept: no file lives for so long. */
const rememberedSeconds = 40 * 86_400;

const number = (value: number) => ({ N: String(value) });

const sums = { '#files': 'files', '#bytes': 'bytes', '#changes': 'changes', '#pending': 'pending' } as const;

/** Begins an owner's total where there is none. */
export const opening: TotalUpdate = {
  UpdateExpression:
    'SET #pending = if_not_exists(#pending, :none), #files = if_not_exists(#files, :zero), #bytes = if_not_exists(#bytes, :zero), #changes = if_not_exists(#changes, :zero)',
  ExpressionAttributeNames: sums,
  ExpressionAttributeValues: { ':none': { M: {} }, ':zero': number(0) },
};

/** Counts one more file if both limits have room for it; it is pending, under its own id, until its item is there. */
export const counting = ({ id, bytes }: StoredFile, limits: FileLimits, now: number): TotalUpdate => ({
  UpdateExpression:
    'SET #pending.#name = :entry, #ttl = :ttl REMOVE #exactUntil ADD #files :one, #bytes :more, #changes :one',
  ConditionExpression:
    'attribute_exists(#pending) AND attribute_not_exists(#pending.#name) AND size(#pending) < :maxPending AND #files < :maxFiles AND #bytes <= :room',
  ExpressionAttributeNames: { ...sums, '#name': id, '#ttl': 'ttl', '#exactUntil': 'exactUntil' },
  ExpressionAttributeValues: {
    ':entry': pendingEntry({ id, bytes, at: now }),
    ':ttl': number(Math.ceil(now / 1000) + rememberedSeconds),
    ':one': number(1),
    ':more': number(bytes),
    ':maxPending': number(maxPending),
    ':maxFiles': number(limits.files),
    ':room': number(limits.bytes - bytes),
  },
});

/** Says that a file's item is about to be removed. A count that has begun before fails. */
export const announcing = (name: string, { id, bytes }: CountedFile, now: number): TotalUpdate => ({
  UpdateExpression: 'SET #pending.#name = :entry ADD #changes :one',
  ConditionExpression: 'attribute_exists(#pending)',
  ExpressionAttributeNames: { '#pending': 'pending', '#changes': 'changes', '#name': name },
  ExpressionAttributeValues: { ':entry': pendingEntry({ id, bytes, at: now }), ':one': number(1) },
});

/** Ends a change that has left the sums as they are. */
export const ending = (name: string): TotalUpdate => ({
  UpdateExpression: 'REMOVE #pending.#name',
  ConditionExpression: 'attribute_exists(#pending.#name)',
  ExpressionAttributeNames: { '#pending': 'pending', '#name': name },
});

/** Ends the removal of a file that was counted. A count that has given the removal up has freed its room. */
export const freeing = (name: string, { bytes }: CountedFile): TotalUpdate => ({
  UpdateExpression: 'REMOVE #pending.#name ADD #files :less, #bytes :fewer, #changes :one',
  ConditionExpression: 'attribute_exists(#pending.#name)',
  ExpressionAttributeNames: { ...sums, '#name': name },
  ExpressionAttributeValues: { ':less': number(-1), ':fewer': number(-bytes), ':one': number(1) },
});

/** Replaces the sums by what was counted, if they haven't changed since the total was read. */
export function correcting({ changes }: FileTotal, recount: Recount): TotalUpdate {
  const { files, bytes, exactUntil, abandoned } = recount;
  const removals = abandoned.length > 0 ? ` REMOVE ${abandoned.map((_, at) => `#pending.#p${at}`).join(', ')}` : '';
  return {
    UpdateExpression: `SET #files = :files, #bytes = :bytes, #exactUntil = :exactUntil${removals}`,
    ConditionExpression: '#changes = :changes',
    ExpressionAttributeNames: {
      ...{ '#files': 'files', '#bytes': 'bytes', '#changes': 'changes', '#exactUntil': 'exactUntil' },
      ...(abandoned.length > 0 ? { '#pending': 'pending' } : {}),
      ...Object.fromEntries(abandoned.map((name, at) => [`#p${at}`, name])),
    },
    ExpressionAttributeValues: {
      ':files': number(files),
      ':bytes': number(bytes),
      ':exactUntil': number(exactUntil),
      ':changes': number(changes),
    },
  };
}
