import { GatewayError } from '../../domain/error-code.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { illFormed } from './field-name.ts';

/** Deeper than any provider's parameters, and shallow enough that nothing which walks through them can overflow. */
const deepestNesting = 32;

export const tooDeep = (param?: string): GatewayError =>
  new GatewayError(
    'invalid_request',
    `Parameters may be nested at most ${deepestNesting} levels deep.`,
    param === undefined ? {} : { param },
  );

/**
 * Checks the numbers, strings and names in a field's value, at any depth. Throws `invalid_value` for a number that is too large and
 * for what is no well-formed Unicode, and `invalid_request` for a value that is nested too deeply.
 */
export function checkFieldValue(param: string, value: JsonValue, depth = 1): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new GatewayError('invalid_value', `"${param}" holds a number that is too large.`, { param });
  }
  if (typeof value === 'string' && !value.isWellFormed()) throw illFormed(`"${param}"`, param);
  if (typeof value !== 'object' || value === null) return;
  if (depth > deepestNesting) throw tooDeep(param);
  for (const [name, member] of Object.entries(value)) {
    if (!name.isWellFormed()) throw illFormed(`A name in "${param}"`, param);
    checkFieldValue(param, member, depth + 1);
  }
}
