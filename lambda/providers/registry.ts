import { isCompatibleServer } from '../contract/compatible-server.ts';
import type { ProviderEndpoints } from '../contract/environment.ts';
import { isProviderName, type ProviderName } from '../contract/provider-names.ts';
import { ProviderFailure } from '../domain/failure.ts';
import type { FetchImage, ProviderNamed } from '../domain/ports.ts';
import type { ImageProvider } from '../domain/provider.ts';
import { createAzure } from './azure/provider.ts';
import { createBfl } from './bfl/provider.ts';
import { createCompatible } from './compatible/provider.ts';
import { createFal } from './fal/provider.ts';
import { createGemini } from './gemini/provider.ts';
import { createOpenAi } from './openai/provider.ts';
import { createRecraft } from './recraft/provider.ts';
import { fetchImage } from './shared/fetch-image.ts';
import type { ProviderSettings, SendRequest } from './shared/send-request.ts';
import { createStability } from './stability/provider.ts';
import { createTogether } from './together/provider.ts';
import { createXai } from './xai/provider.ts';

/** How the adapter of each provider with one of its own is made. The compiler demands one for every name. */
const factories = {
  openai: createOpenAi,
  xai: createXai,
  gemini: createGemini,
  bfl: createBfl,
  azure: createAzure,
  fal: createFal,
  together: createTogether,
  stability: createStability,
  recraft: createRecraft,
} as const satisfies Record<ProviderName, (settings: ProviderSettings) => ImageProvider>;

/**
 * The adapters of the stage's providers, each made once. Asking for another one throws ProviderFailure `unsupported`: a
 * job may have been accepted before its provider was taken off the stage, and may still have a fallback.
 */
export function createProviders(endpoints: ProviderEndpoints, send: SendRequest): ProviderNamed {
  const adapters = new Map<string, ImageProvider>();
  for (const [name, endpoint] of Object.entries(endpoints)) {
    if (isCompatibleServer(endpoint)) adapters.set(name, createCompatible(endpoint, send));
    else if (isProviderName(name)) adapters.set(name, factories[name]({ baseUrl: endpoint.baseUrl, send }));
  }
  return (name) => {
    const adapter = adapters.get(name);
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
