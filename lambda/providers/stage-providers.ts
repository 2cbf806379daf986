import { isCompatibleServer } from '../contract/compatible-server.ts';
import type { ProviderEndpoints } from '../contract/provider-endpoints.ts';
import { isProviderName, needsKey } from '../contract/provider-names.ts';
import { ProviderFailure } from '../domain/failure.ts';
import type { FetchImage, ProviderNamed, SignRequest } from '../domain/ports.ts';
import type { ImageProvider } from '../domain/provider.ts';
import { adapters } from './registry.ts';
import { fetchImage } from './shared/fetch-image.ts';
import type { ProviderSettings, SendRequest } from './shared/send-request.ts';
import { signedRequest } from './shared/signed-request.ts';

/** What adapters are made with besides their address and a way to send. */
export interface ProviderSurroundings extends Pick<ProviderSettings, 'clock' | 'aws'> {
  /** Signs requests to providers that know the gateway by its role. */
  readonly sign?: SignRequest;
}

const unsigned: SignRequest = () => Promise.reject(new Error('There is no role here to sign requests as.'));

/**
 * Loads and makes the adapters of the stage's providers, each once. Those that have no key are asked with requests that are
 * signed. Asking for a provider that isn't there throws ProviderFailure `unsupported`: a job may have been accepted before
 * its provider was taken off the stage, and may still have a fallback.
 */
export async function createProviders(
  endpoints: ProviderEndpoints,
  send: SendRequest,
  surroundings: ProviderSurroundings = {},
): Promise<ProviderNamed> {
  const made = await Promise.all(
    Object.entries(endpoints).map(async ([name, endpoint]): Promise<[string, ImageProvider][]> => {
      if (isCompatibleServer(endpoint)) {
        const { createCompatible } = await import('./compatible/provider.ts');
        return [[name, createCompatible(endpoint, send)]];
      }
      if (!isProviderName(name)) return [];
      const create = await adapters[name]();
      const { baseUrl, region = '' } = endpoint;
      const { sign, ...rest } = surroundings;
      const sendAs = needsKey(name) ? send : signedRequest(send, sign ?? unsigned, region);
      return [[name, create({ ...rest, baseUrl, send: sendAs }, endpoint)]];
    }),
  );
  const byName = new Map(made.flat());
  return (name) => {
    const adapter = byName.get(name);
    if (!adapter) throw new ProviderFailure('unsupported', `This stage no longer has the provider ${name}.`);
    return adapter;
  };
}

/** Fetches results for the stage's providers: from public addresses, and from the hosts that the stage trusts. */
export const createFetchImage =
  (endpoints: ProviderEndpoints): FetchImage =>
  (url, provider, signal) =>
    fetchImage(url, signal, { trustedHosts: resultHostsOf(endpoints, provider) });

function resultHostsOf(endpoints: ProviderEndpoints, provider: string): readonly string[] {
  const endpoint = Object.hasOwn(endpoints, provider) ? endpoints[provider] : undefined;
  return endpoint?.resultHosts ?? [];
}
