import { isCompatibleServer } from '../contract/compatible-server.ts';
import type { ProviderEndpoints } from '../contract/provider-endpoints.ts';
import { isProviderName, needsKey } from '../contract/provider-names.ts';
import { ProviderFailure } from '../domain/failure.ts';
import type { ProviderNamed } from '../domain/ports.ts';
import type { ImageProvider } from '../domain/provider.ts';
import type { AdapterSettings, SendRequest } from '../domain/send-request.ts';
import { adapters } from './registry.ts';

/** What adapters are made with besides their address and a way to send. */
export interface AdapterDependencies extends Pick<AdapterSettings, 'clock' | 'aws'> {
  /** Sends requests to providers that know the gateway by its role, signed for a region. */
  readonly sendAsRole?: (region: string) => SendRequest;
}

const withoutRole = (): SendRequest => () => Promise.reject(new Error('There is no AWS role to sign requests with.'));

/**
 * Loads and creates the adapters of the stage's providers, each once. Those without a key get signed requests. Getting
 * a provider that isn't there throws ProviderFailure `unsupported`: a job may have been accepted before its provider
 * was removed from the stage, and may still have a fallback.
 */
export async function createProviders(
  endpoints: ProviderEndpoints,
  send: SendRequest,
  dependencies: AdapterDependencies = {},
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
      const { sendAsRole = withoutRole, ...rest } = dependencies;
      const sendAs = needsKey(name) ? send : sendAsRole(region);
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

/** The hosts that a stage trusts to serve a provider's results, even at private addresses. */
export function resultHostsOf(endpoints: ProviderEndpoints, provider: string): readonly string[] {
  const endpoint = Object.hasOwn(endpoints, provider) ? endpoints[provider] : undefined;
  return endpoint?.resultHosts ?? [];
}
