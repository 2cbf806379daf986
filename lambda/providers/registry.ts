import type { ProviderEndpoint } from '../contract/provider-endpoints.ts';
import type { ProviderName } from '../contract/provider-names.ts';
import type { ProviderOffer } from '../contract/provider-offers.ts';
import type { ImageProvider } from '../domain/provider.ts';
import type { AdapterSettings } from '../domain/send-request.ts';
import type { ProviderModels } from '../planning/model-spec.ts';
import { azureModelsOf } from './azure/models.ts';
import { bedrockModelsOf } from './bedrock/models.ts';
import { bflModels } from './bfl/models.ts';
import { falModels } from './fal/models.ts';
import { geminiModels } from './gemini/models.ts';
import { ideogramModels } from './ideogram/models.ts';
import { openAiModels } from './openai/models.ts';
import { recraftModels } from './recraft/models.ts';
import { replicateModels } from './replicate/models.ts';
import { stabilityModels } from './stability/models.ts';
import { togetherModels } from './together/models.ts';
import { vertexModels } from './vertex/models.ts';
import { xaiModels } from './xai/models.ts';

/** What a provider has on offer, where it is the same for all stages or depends on the stage's settings. */
export type ProviderModelsSource = ProviderModels | ((offer: ProviderOffer) => ProviderModels);

/** The capability rows of each provider with an adapter of its own. The compiler demands some for every name. */
export const modelsOfProviders = {
  openai: openAiModels,
  xai: xaiModels,
  gemini: geminiModels,
  bfl: bflModels,
  azure: azureModelsOf,
  fal: falModels,
  together: togetherModels,
  stability: stabilityModels,
  bedrock: bedrockModelsOf,
  recraft: recraftModels,
  vertex: vertexModels,
  replicate: replicateModels,
  ideogram: ideogramModels,
} as const satisfies Record<ProviderName, ProviderModelsSource>;

/**
 * Makes an adapter; `endpoint` is what the stage's settings say of the provider, for those that need more than its
 * address.
 */
export type AdapterFactory = (settings: AdapterSettings, endpoint: ProviderEndpoint) => ImageProvider;

/**
 * Loads the code of each provider's adapter: in the functions that call providers, and there only for those of the
 * stage. A bundle that imports `modelsOfProviders` alone has none of it.
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
