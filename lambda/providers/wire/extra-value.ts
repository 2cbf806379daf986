import type { JsonObject, JsonValue } from '../../domain/generation.ts';
import { parseJson } from './json-fields.ts';

/**
 * An extra field as a JSON value: in a form all values are text, also numbers and objects. For fields that are no text
 * themselves; a text that is no JSON, or is nested too deeply to be serialized again, is passed unchanged, for the
 * provider to validate.
 */
export const extraValue = (given: JsonValue | undefined): JsonValue | undefined =>
  typeof given === 'string' ? (parseJson(given) ?? given) : given;

/** The same for all of a request's extra fields, except those that the provider takes as text, such as `"2"`. */
export const extraValues = (extra: JsonObject, texts: readonly string[] = []): JsonObject =>
  Object.fromEntries(
    Object.entries(extra).map(([name, given]) => [name, texts.includes(name) ? given : (extraValue(given) ?? given)]),
  );
