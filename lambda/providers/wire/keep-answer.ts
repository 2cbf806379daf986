import type { JsonValue } from '../../domain/generation.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import { type Secrets, withoutSecrets } from './failures/clean-message.ts';
import { parseJson } from './json-fields.ts';

/**
 * Keeps an answer's text for a caller who asked for it, without credentials, as JSON where it is JSON; `shown` takes out
 * of JSON what else only we may see of it.
 */
export function keepText(
  text: string,
  call: Pick<ProviderCall, 'keepRawResponse'>,
  secrets: Secrets,
  shown: (answer: JsonValue) => JsonValue = (answer) => answer,
): void {
  call.keepRawResponse(() => {
    const discreet = withoutSecrets(text, secrets);
    const value = parseJson(discreet);
    return value === undefined ? discreet : shown(value);
  });
}
