import type { ProviderEndpoints } from '../contract/environment.ts';
import { type ProviderName, providerNames } from '../contract/provider-names.ts';
import { ProviderFailure } from '../domain/failure.ts';
import type { PlanRequest, ProviderNamed } from '../domain/ports.ts';
import type { ImageProvider } from '../domain/provider.ts';
import type { ModelCatalog } from './catalog.ts';
import { createOpenAi } from './openai/provider.ts';
import { createPlanRequest } from './shared/plan-request.ts';
import type { ProviderSettings, SendRequest } from './shared/send-request.ts';

/** How each provider's adapter is made. The compiler demands one for every name. */
const factories = { openai: createOpenAi } as const satisfies Record<
  ProviderName,
  (settings: ProviderSettings) => ImageProvider
>;

/**
 * The adapters of the stage's providers, each made once. Asking for another one throws ProviderFailure `unsupported`: a
 * job may have been accepted before its provider was taken off the stage, and may still have a fallback.
 */
export function createProviders(endpoints: ProviderEndpoints, send: SendRequest): ProviderNamed {
  const adapters = new Map<string, ImageProvider>();
  for (const name of providerNames) {
    const endpoint = endpoints[name];
    if (endpoint) adapters.set(name, factories[name]({ baseUrl: endpoint.baseUrl, send }));
  }
  return (name) => {
    const adapter = adapters.get(name);
    if (!adapter) throw new ProviderFailure('unsupported', `This stage no longer has the provider ${name}.`);
    return adapter;
  };
}

/** Fits submissions to the models of a catalogue. */
export const planRequestFrom = (catalog: ModelCatalog): PlanRequest => createPlanRequest(catalog.rowOf);
