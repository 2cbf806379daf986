import {
  type VirtualKeyChange,
  type VirtualKeyCreation,
  virtualKeyChangeSchema,
  virtualKeyCreationSchema,
  virtualKeyRotationSchema,
} from '../../contract/virtual-key.ts';
import type { Budget } from '../../domain/keys/key-limits.ts';
import type { KeyChange, NewKey } from '../../domain/keys/key-settings.ts';
import type { Rights } from '../../domain/keys/virtual-key.ts';
import { microsOf } from '../../domain/money/micros.ts';
import { checkedFields, type Fields } from '../request/checked-fields.ts';

/**
 * A key's settings from an admin, by the contract's names: members of a JSON body, or options of a command. Not
 * validated yet.
 */
export type KeyFields = Fields;

/**
 * What a key is to be made with. Throws GatewayError with the field's name for the first that is wrong, unknown or
 * missing.
 */
export function newKeyFrom(fields: KeyFields): NewKey {
  const creation = checkedFields(virtualKeyCreationSchema, fields);
  // The schema of a creation takes no null.
  return { ...(settingsFrom(creation, fields) as Partial<NewKey>), name: creation.name };
}

/** What is to become of a key. Throws what `newKeyFrom` throws. */
export const keyChangeFrom = (fields: KeyFields): KeyChange =>
  settingsFrom(checkedFields(virtualKeyChangeSchema, fields), fields);

/** How many seconds a key's credentials work on when it gets a new one. Throws what `newKeyFrom` throws. */
export const overlapFrom = (fields: KeyFields): number =>
  checkedFields(virtualKeyRotationSchema, fields).overlap_seconds ?? 0;

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
