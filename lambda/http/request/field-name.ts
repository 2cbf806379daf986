import { limits } from '../../contract/limits.ts';
import { shownName } from '../../domain/bytes/bounded-text.ts';
import { GatewayError } from '../../domain/error-code.ts';

/**
 * Checks the name of a part or of a JSON field, which warnings and refusals repeat. Throws `invalid_request` where it
 * is empty, too long, or holds control characters, and `invalid_value` where it is no well-formed Unicode; the message
 * shows what can't be seen as an escape.
 */
export function checkFieldName(name: string | undefined): asserts name is string {
  if (!name) throw refusal('Every field needs a name.');
  const shown = shownName(name);
  if (Buffer.byteLength(name) > limits.partNameBytes) {
    throw refusal(`The name of the field "${shown}" is longer than ${limits.partNameBytes} bytes.`, shown);
  }
  if (!name.isWellFormed()) throw illFormed(`The name of the field "${shown}"`, shown);
  if (/\p{Cc}/u.test(name)) throw refusal(`The name of the field "${shown}" holds control characters.`, shown);
}

const refusal = (message: string, param?: string): GatewayError =>
  new GatewayError('invalid_request', message, param === undefined ? {} : { param });

/** Half of a surrogate pair, as JSON can write it, is no character: strict servers refuse it, others replace it. */
export const illFormed = (what: string, param: string): GatewayError =>
  new GatewayError('invalid_value', `${what} is not well-formed Unicode: it holds half of a surrogate pair.`, {
    param,
  });
