import type { ProviderEndpoint } from '../contract/provider-endpoints.ts';
import type { ProviderName } from '../contract/provider-names.ts';
import type { ProviderOffer } from '../contract/provider-offers.ts';
import type { ImageProvider } from '../domain/provider.ts';
import type { ProviderSettings } from '../domain/send-request.ts';
import type { ModelShelf } from '../planning/model-spec.ts';
import { azureShelf } from './azure/models.ts';
import { bedrockShelf } from './bedrock/models.ts';
import { bflShelf } from './bfl/models.ts';
import { falShelf } from './fal/models.ts';
import { geminiShelf } from './gemini/models.ts';
import { ideogramShelf } from './ideogram/models.ts';
import { openAiShelf } from './openai/models.ts';
import { recraftShelf } from './recraft/models.ts';
import { replicateShelf } from './replicate/models.ts';
import { stabilityShelf } from './stability/models.ts';
import { togetherShelf } from './together/models.ts';
import { vertexShelf } from './vertex/models.ts';
import { xaiShelf } from './xai/models.ts';

/** What a provider has on offer, where it is the same for all stages or depends on the stage's settings. */
export type ShelfSource = ModelShelf | ((offer: ProviderOffer) => ModelShelf);

/** The capability rows of each provider with an adapter of its own. The compiler demands some for every name. */
export const shelves = {
  openai: openAiShelf,
  xai: xaiShelf,
  gemini: geminiShelf,
  bfl: bflShelf,
  azure: azureShelf,
  fal: falShelf,
  together: togetherShelf,
  stability: stabilityShelf,
  bedrock: bedrockShelf,
  recraft: recraftShelf,
  vertex: vertexShelf,
  replicate: replicateShelf,
  ideogram: ideogramShelf,
} as const satisfies Record<ProviderName, ShelfSource>;

/** Makes an adapter; `endpoint` is what the stage's settings say of the provider, for those that need more than its address. */
export type AdapterFactory = (settings: ProviderSettings, endpoint: ProviderEndpoint) => ImageProvider;

/**
 * How the code of each provider's adapter is loaded: by the functions that call providers, and there only for those of the
 * stage. A bundle that asks for the shelves alone has none of it.
 */
export const adapters = {
  openai: async () => (await import('./openai/provider.ts')).createOpenAi,
  xai: async () => (await import('./xai/provider.ts')).createXai,
  gemini: async () => (await import('./gemini/provider.ts')).createGemini,
  bfl: async () => (await import('./bfl/provider.ts')).createBfl,
  azure: async () => (await import('./azure/provider.ts')).createAzure,
  fal: async () => (await import('./fal/provider.ts')).createFal,
  together: async () => (await import('./together/provider.ts')).createTogether,
  stability: async () => (await import('./stability/provider.ts')).createStability,
  bedrock: async () => (await import('./bedrock/provider.ts')).createBedrock,
  recraft: async () => (await import('./recraft/provider.ts')).createRecraft,
  vertex: async () => (await import('./vertex/provider.ts')).createVertex,
  replicate: async () => (await import('./replicate/provider.ts')).createReplicate,
  ideogram: async () => (await import('./ideogram/provider.ts')).createIdeogram,
} as const satisfies Record<ProviderName, () => Promise<AdapterFactory>>;
