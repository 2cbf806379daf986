import type * as z from 'zod/mini';
import { shownName } from '../../domain/bytes/bounded-text.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { decisiveIssue, fieldRefusal } from './field-refusal.ts';
import { descriptionOf } from './field-schema.ts';
import { checkFieldValue } from './field-value.ts';
import { plainRecord } from './plain-record.ts';

/** Fields by the contract's names: members of a JSON body, parts of a form, or options of a command. Not validated yet. */
export type Fields = ReadonlyMap<string, JsonValue>;

/**
 * The fields as a schema has them that takes no others. Throws GatewayError with the field's name for the first that is wrong,
 * unknown or missing, and what `checkFieldValue` throws.
 */
export function checkedFields<S extends z.ZodMiniObject>(schema: S, fields: Fields): z.infer<S> {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  for (const name of fields.keys()) if (!Object.hasOwn(shape, name)) throw unknownField(name, Object.keys(shape));
  for (const [name, value] of fields) checkFieldValue(name, value);
  const result = schema.safeParse(plainRecord(fields));
  const issue = decisiveIssue(result.error);
  if (!issue) return result.data as z.infer<S>;
  const name = String(issue.path[0]);
  throw fieldRefusal(issue, { present: fields.has(name), description: descriptionOf(shape[name]) });
}

/** Throws `invalid_request` for a field that there is none of. */
export function unknownField(name: string, known: readonly string[]): GatewayError {
  const param = shownName(name);
  return new GatewayError('invalid_request', `Unknown field "${param}". The fields are: ${known.join(', ')}.`, {
    param,
  });
}
