import { limits } from '../../contract/limits.ts';
import { shownName } from '../../domain/bytes/bounded-text.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { ApiRequest } from './api-request.ts';

/** A request's query. */
export type Query = Pick<ApiRequest, 'queryValues'>;

/** The value of a query parameter. Throws `invalid_value` where it comes twice, for either could be meant. */
export function onlyValueOf({ queryValues }: Query, name: string): string | undefined {
  const values = queryValues[name] ?? [];
  if (values.length > 1) throw wrongQuery(name, 'must be given once');
  return values[0];
}

/** Throws `invalid_value` for another parameter than these: a misspelt one must not be taken for none. */
export function refuseOthers({ queryValues }: Query, known: readonly string[]): void {
  const unknown = Object.keys(queryValues).find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrongQuery(shownName(unknown), `is unknown; use ${known.join(' or ')}`);
}

/** A switch of the query, off where it is absent. Throws `invalid_value`: a misspelled name or value must mean neither. */
export function readSwitch(query: Query, name: string): boolean {
  const misspelled = Object.keys(query.queryValues).find((each) => each !== name && isLike(each, name));
  if (misspelled !== undefined) throw wrongQuery(shownName(misspelled), `is unknown; use ${name}=true`);
  const value = onlyValueOf(query, name) ?? 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw wrongQuery(name, 'must be true or false');
}

/** The size of a page. Throws `invalid_value` for what is no whole number from 1 to the maximum. */
export function readLimit(
  query: Query,
  { otherwise, max }: { readonly otherwise: number; readonly max: number },
): number {
  const text = onlyValueOf(query, 'limit') ?? String(otherwise);
  if (/^[1-9]\d{0,5}$/.test(text) && Number(text) <= max) return Number(text);
  throw wrongQuery('limit', `must be a whole number from 1 to ${max}`);
}

/** The owner that an admin names; undefined where none is named. Throws `invalid_value` for what can be no owner's name. */
export function readOwner(query: Query): string | undefined {
  const owner = onlyValueOf(query, 'owner');
  if (owner === undefined || (owner !== '' && owner.length <= limits.ownerCharacters)) return owner;
  throw wrongQuery('owner', `must have 1 to ${limits.ownerCharacters} characters`);
}

/** Whether a name differs from another in case, in a plural, or in what surrounds it. */
const isLike = (text: string, name: string): boolean =>
  text.toLowerCase().replace(/[^a-z]|s(?=[^a-z]*$)/g, '') === name;

export const wrongQuery = (param: string, requirement: string): GatewayError =>
  new GatewayError('invalid_value', `The query parameter "${param}" ${requirement}.`, { param });
