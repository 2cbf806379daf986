import { type CompatibleServer, isCompatibleServer } from './compatible-server.ts';
import type { ProviderEndpoint, ProviderEndpoints } from './provider-endpoints.ts';

/** What decides which models a provider has on a stage. */
export type ProviderOffer = Pick<ProviderEndpoint, 'deployments' | 'region'>;

/**
 * The stage's providers by name, as functions know them that ask none: what they offer, and not where they are. Lambda
 * takes 4,096 bytes of variables in all, which the addresses of a dozen providers would fill.
 */
export type ProviderOffers = Readonly<Record<string, ProviderOffer | Pick<CompatibleServer, 'models'>>>;

/** What the providers at these endpoints offer. */
export const offersOf = (endpoints: ProviderEndpoints): ProviderOffers =>
  Object.fromEntries(Object.entries(endpoints).map(([name, endpoint]) => [name, offerOf(endpoint)]));

function offerOf(endpoint: ProviderEndpoints[string]): ProviderOffers[string] {
  if (isCompatibleServer(endpoint)) return { models: endpoint.models };
  const { deployments, region } = endpoint;
  return { ...(deployments === undefined ? {} : { deployments }), ...(region === undefined ? {} : { region }) };
}
