import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { JobRecord } from './job-record.ts';

export type Item = Record<string, AttributeValue>;

type KindOf<Value> = Value extends number
  ? 'number'
  : Value extends string
    ? 'text'
    : Value extends readonly unknown[]
      ? 'list'
      : 'map';
type IsOptional<Name extends keyof JobRecord> = Record<never, never> extends Pick<JobRecord, Name> ? true : false;
type Kinds = {
  readonly [Name in keyof JobRecord]-?: IsOptional<Name> extends true
    ? `${KindOf<NonNullable<JobRecord[Name]>>}?`
    : KindOf<JobRecord[Name]>;
};

/**
 * The type of each attribute's value; `?` marks an optional one. The compiler checks this against the domain's types.
 */
const kinds: Kinds = {
  id: 'text',
  owner: 'text',
  operation: 'text',
  createdAt: 'number',
  deadlineAt: 'number',
  resultTtlSeconds: 'number',
  retentionDays: 'number',
  submissionNonce: 'text',
  requestId: 'text',
  responseFormat: 'text',
  rawWanted: 'map',
  submission: 'map',
  images: 'list',
  mask: 'map?',
  addresses: 'map?',
  imagesWanted: 'number',
  modelRequested: 'text',
  candidates: 'list',
  lane: 'text',
  warnings: 'list',
  fingerprint: 'text?',
  reserved: 'number?',
  cache: 'map?',
  credential: 'text?',
  status: 'text',
  hop: 'number',
  dueAt: 'number',
  claim: 'number',
  leaseHeld: 'number',
  leaseUntil: 'number',
  crashes: 'number',
  replays: 'number',
  heldSince: 'number?',
  attempts: 'list',
  ledgerVersion: 'number',
  ttl: 'number',
  openShard: 'text?',
  wakeAt: 'number',
  wakeups: 'number',
  completedAt: 'number?',
  expiresAt: 'number?',
  deletedAt: 'number?',
  result: 'map?',
  failure: 'map?',
};

/**
 * A value as DynamoDB keeps it: numbers and strings as they are, since conditions compare them, and all that has parts
 * as JSON text. DynamoDB's own lists and maps refuse what JSON allows, such as 1e200 or forty levels of nesting, and
 * both can come from a caller's extra parameters.
 */
export function attributeOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) };
  if (typeof value === 'object' && value !== null) return { S: JSON.stringify(value) };
  throw new TypeError(`${String(value)} can't be stored in an attribute of a job.`);
}

/** The item for a row; absent fields become no attribute. */
export function itemOf(record: JobRecord): Item {
  const present = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, attributeOf(value)]));
}

/** The row in an item. Throws where the item is no job: that is a fault of the table, not a job that isn't there. */
export const recordOf = (item: Item): JobRecord => fieldsOf(item, Object.keys(kinds) as (keyof JobRecord)[]);

/** Some fields of a row, of an item that may have no others. Throws likewise. */
export function fieldsOf<Name extends keyof JobRecord>(item: Item, names: readonly Name[]): Pick<JobRecord, Name> {
  const record: Record<string, unknown> = {};
  for (const name of names) {
    const kind: string = kinds[name];
    if (item[name] !== undefined) record[name] = fieldOf(item, name, kind.replace('?', ''));
    else if (!kind.endsWith('?')) throw broken(item, name, 'is missing');
  }
  return record as Pick<JobRecord, Name>; // each field has just been read as the kind that its type demands
}

function fieldOf(item: Item, name: string, kind: string): unknown {
  const attribute = item[name];
  if (kind === 'number') {
    const value = Number(attribute?.N ?? Number.NaN);
    if (!Number.isFinite(value)) throw broken(item, name, 'is not a number');
    return value;
  }
  const text = attribute?.S;
  if (text === undefined) throw broken(item, name, 'is not a string');
  return kind === 'text' ? text : parsed(item, name, text, kind);
}

function parsed(item: Item, name: string, text: string, kind: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw broken(item, name, 'is not valid JSON', cause);
  }
  const isRight = kind === 'list' ? Array.isArray(value) : isMap(value);
  if (!isRight) throw broken(item, name, `is not a ${kind}`);
  return value;
}

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const broken = (item: Item, name: string, what: string, cause?: unknown): Error =>
  new Error(`The item ${item.id?.S ?? 'without id'} is not a job: ${name} ${what}.`, { cause });
