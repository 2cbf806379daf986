import type { JsonObject, JsonValue } from '../../domain/generation.ts';
import { parseJson } from './json-fields.ts';

/**
 * A field beyond the contract as a JSON body wants it: out of a form all values come as text, also numbers and objects.
 * For fields that are no text themselves; a text that is no JSON, or is nested too deeply to be written again, stays as it is,
 * for the provider to judge.
 */
export const extraValue = (given: JsonValue | undefined): JsonValue | undefined =>
  typeof given === 'string' ? (parseJson(given) ?? given) : given;

/** The same for all of a request's extra fields, but for those that the provider wants as text, such as `"2"`. */
export const extraValues = (extra: JsonObject, texts: readonly string[] = []): JsonObject =>
  Object.fromEntries(
    Object.entries(extra).map(([name, given]) => [name, texts.includes(name) ? given : (extraValue(given) ?? given)]),
  );
