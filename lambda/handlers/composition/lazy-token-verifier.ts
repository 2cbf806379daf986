import type { VariableValues } from '../../contract/variable-values.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { TokenVerifier } from '../../domain/keys/token-verifier.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';

/**
 * The verifier of a stage's tokens, whose code is loaded with the first of them, so that a start is none the slower for callers
 * with virtual keys. On a stage that takes no tokens it refuses each as `invalid_token`.
 */
export function createLazyTokenVerifier(
  settings: VariableValues['TOKENS'],
  parts: { readonly clock: Clock; readonly telemetry: Telemetry },
): TokenVerifier {
  if (settings === 'none') return refusingVerifier;
  let verifier: Promise<TokenVerifier> | undefined;
  return {
    async verify(token) {
      verifier ??= import('./stage-token-verifier.ts').then(({ createStageTokenVerifier }) =>
        createStageTokenVerifier(settings, parts),
      );
      return (await verifier).verify(token);
    },
  };
}

const refusingVerifier: TokenVerifier = {
  verify: async () => {
    throw new GatewayError('invalid_token', 'This stage accepts no tokens: send a virtual key.');
  },
};
