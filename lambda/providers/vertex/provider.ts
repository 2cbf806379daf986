import type { ProviderEndpoint } from '../../contract/provider-endpoints.ts';
import { ProviderFailure } from '../../domain/failure.ts';
import type { Clock } from '../../domain/ports.ts';
import type { ImageProvider } from '../../domain/provider.ts';
import type { AdapterSettings } from '../../domain/send-request.ts';
import { createGenerateContent } from '../formats/generate-content.ts';
import { createAccessTokens, type RequestToken } from './access-tokens.ts';
import { readCredential } from './credential.ts';
import { tokenOfFederatedRole } from './federated-role.ts';
import { tokenOfServiceAccount } from './service-account.ts';
import { vertexProfile } from './wire.ts';

const machineClock: Clock = { now: () => Date.now() };

/**
 * Gemini's image models on Vertex AI, in the project and at the location that the stage names. What is kept as the
 * provider's credential is no key that could be sent, but becomes an access token first.
 */
export function createVertex(settings: AdapterSettings, endpoint: ProviderEndpoint): ImageProvider {
  const { project = '', location = '' } = endpoint;
  const { clock = machineClock } = settings;
  const tokens = createAccessTokens(requestToken(settings, clock), clock);
  return createGenerateContent(settings, vertexProfile(project, location), async ({ apiKey, signal }) => {
    const { token, isUsed } = await tokens.tokenFor(apiKey, signal);
    return {
      headers: { authorization: `Bearer ${token}` },
      secrets: [token, apiKey],
      refused(failure) {
        tokens.drop(token);
        return isUsed ? outdated(failure) : failure;
      },
    };
  });
}

const requestToken =
  ({ baseUrl, send, aws }: AdapterSettings, clock: Clock): RequestToken =>
  async (text, signal) => {
    const credential = readCredential(text, baseUrl);
    return credential.type === 'service_account'
      ? tokenOfServiceAccount(credential, clock.now(), send, signal)
      : tokenOfFederatedRole(credential, aws, clock.now(), send, signal);
  };

/** A cached token expired early. That doesn't invalidate the credential: a retry with a new token may succeed. */
const outdated = ({ message, statusCode, cause }: ProviderFailure): ProviderFailure =>
  new ProviderFailure('overloaded', message, { ...(statusCode === undefined ? {} : { statusCode }), cause });
