/** Every provider the gateway has an adapter for. The catalogue and the registry must cover this list. */
export const providerNames = ['openai'] as const;
export type ProviderName = (typeof providerNames)[number];
