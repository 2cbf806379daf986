import { GatewayError } from '../../domain/error-code.ts';

/** Whether a flag is set: as Go's ParseBool, which Bifrost reads such headers with, but in any case. */
export const isTrue = (value = ''): boolean => ['true', '1', 't'].includes(value.trim().toLowerCase());

/**
 * A key of the caller's own choice; undefined where the header is absent or empty. Throws `invalid_value` for one that isn't
 * visible ASCII, or has more than `max` characters; `shown` is the header's name as the message spells it.
 */
export function keyText(value: string | undefined, param: string, max: number, shown = param): string | undefined {
  const key = (value ?? '').trim();
  if (key === '') return undefined;
  if (/^[\x21-\x7e]+$/.test(key) && key.length <= max) return key;
  throw new GatewayError('invalid_value', `The header ${shown} must be 1 to ${max} visible ASCII characters.`, {
    param,
  });
}
