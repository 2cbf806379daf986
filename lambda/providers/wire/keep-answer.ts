import type { JsonValue } from '../../domain/generation.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import { type Secrets, withoutSecrets } from './failures/clean-message.ts';
import { parseJson } from './json-fields.ts';

/**
 * Keeps the text of the raw answer for a caller who requested it, with credentials redacted, as JSON where it is JSON;
 * `shown` removes internal fields from JSON.
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
