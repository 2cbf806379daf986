/**
 * Every provider the gateway has an adapter of its own for. The catalogue and the registry must cover this list. A stage
 * adds servers that speak OpenAI's images API under names of its own: see `compatible-server.ts`.
 */
export const providerNames = [
  'openai',
  'xai',
  'gemini',
  'bfl',
  'azure',
  'fal',
  'together',
  'stability',
  'recraft',
] as const;
export type ProviderName = (typeof providerNames)[number];

export const isProviderName = (name: string): name is ProviderName => providerNames.some((known) => known === name);
