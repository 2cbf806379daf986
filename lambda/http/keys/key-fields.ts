import type * as z from 'zod/mini';
import {
  type VirtualKeyChange,
  type VirtualKeyCreation,
  virtualKeyChangeSchema,
  virtualKeyCreationSchema,
  virtualKeyRotationSchema,
} from '../../contract/virtual-key.ts';
import { shownName } from '../../domain/bytes/bounded-text.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { JsonValue } from '../../domain/generation.ts';
import type { Budget } from '../../domain/keys/key-limits.ts';
import type { KeyChange, NewKey } from '../../domain/keys/key-settings.ts';
import type { Rights } from '../../domain/keys/virtual-key.ts';
import { microsOf } from '../../domain/money/micros.ts';
import { fieldRefusal } from '../request/field-refusal.ts';
import { descriptionOf } from '../request/field-schema.ts';
import { plainRecord } from '../request/plain-record.ts';

/**
 * A key's settings from an admin, by the contract's names: members of a JSON body, or options of a command. Not
 * validated yet.
 */
export type KeyFields = ReadonlyMap<string, JsonValue>;

/**
 * What a key is to be made with. Throws GatewayError with the field's name for the first that is wrong, unknown or
 * missing.
 */
export function newKeyFrom(fields: KeyFields): NewKey {
  const creation = checked(virtualKeyCreationSchema, fields);
  // The schema of a creation takes no null.
  return { ...(settingsFrom(creation, fields) as Partial<NewKey>), name: creation.name };
}

/** What is to become of a key. Throws what `newKeyFrom` throws. */
export const keyChangeFrom = (fields: KeyFields): KeyChange =>
  settingsFrom(checked(virtualKeyChangeSchema, fields), fields);

/** How many seconds a key's credentials work on when it gets a new one. Throws what `newKeyFrom` throws. */
export const overlapFrom = (fields: KeyFields): number =>
  checked(virtualKeyRotationSchema, fields).overlap_seconds ?? 0;

type KeySchema = typeof virtualKeyCreationSchema | typeof virtualKeyChangeSchema | typeof virtualKeyRotationSchema;

function checked<S extends KeySchema>(schema: S, fields: KeyFields): z.infer<S> {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  for (const name of fields.keys()) if (!Object.hasOwn(shape, name)) throw unknownField(name, Object.keys(shape));
  const result = schema.safeParse(plainRecord(fields));
  const [issue] = result.error?.issues ?? [];
  if (!issue) return result.data as z.infer<S>;
  const name = String(issue.path[0]);
  throw fieldRefusal(issue, { present: fields.has(name), description: descriptionOf(shape[name]) });
}

function unknownField(name: string, known: readonly string[]): GatewayError {
  const param = shownName(name);
  return new GatewayError('invalid_request', `Unknown field "${param}". The fields are: ${known.join(', ')}.`, {
    param,
  });
}

function settingsFrom(change: VirtualKeyChange, fields: KeyFields): KeyChange {
  const { name, active, budgets, rate_limits, max_open_jobs, result_ttl, expires_at } = change;
  return {
    ...present('name', name),
    ...present('active', active),
    // Not as the schema gives them, which leaves out what is called `__proto__`.
    ...present('providers', fields.get('providers') as Rights | undefined),
    ...present('budgets', budgets === null ? null : budgets?.map(budgetOf)),
    ...present('rateLimits', rate_limits),
    ...present('maxOpenJobs', max_open_jobs),
    ...present('resultTtlSeconds', result_ttl),
    ...present('expiresAt', typeof expires_at === 'string' ? Date.parse(expires_at) : expires_at),
  };
}

const budgetOf = ({ usd, period }: NonNullable<VirtualKeyCreation['budgets']>[number]): Budget => ({
  ...{ micros: microsOf(usd), period },
});

/** The member, or nothing where it isn't named. */
function present<N extends string, V>(name: N, value: V | undefined): { readonly [name in N]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [name in N]?: V };
}
