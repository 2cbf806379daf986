/** What a stage must know of a provider before the first request to it. */
export interface ProviderFacts {
  /**
   * The base URL of all requests, version included, without a trailing slash. `{region}` is replaced by the region in
   * the stage's settings.
   * @default - none that all customers share: the stage's settings give it
   */
  readonly baseUrl?: string;
  /**
   * The environment variable in which the provider's own tools look for its key: where a stack on one machine finds it.
   * @default - such a stack can't ask the provider itself
   */
  readonly keyVariable?: string;
  /**
   * How the gateway authenticates to the provider: by an API key that an operator puts into the parameter store, by a
   * service account's key from there, which is exchanged for tokens, or by the calling function's role, without a key.
   * @default 'key'
   */
  readonly credential?: 'key' | 'service_account' | 'role';
  /**
   * How its images come: on the connection of the request, which a worker holds open, or behind a ticket that is
   * polled.
   * @default 'at_once'
   */
  readonly answers?: 'at_once' | 'by_ticket';
}

/**
 * Every provider the gateway has an adapter of its own for, in the order of the pages. The registry must cover this
 * list. A stage adds servers with OpenAI's images API under names of its own: see `compatible-server.ts`.
 */
export const providers = {
  openai: { baseUrl: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY' },
  xai: { baseUrl: 'https://api.x.ai/v1', keyVariable: 'XAI_API_KEY' },
  gemini: { baseUrl: 'https://generativelanguage.googleapis.com/v1beta', keyVariable: 'GEMINI_API_KEY' },
  bfl: { baseUrl: 'https://api.bfl.ai/v1', keyVariable: 'BFL_API_KEY', answers: 'by_ticket' },
  azure: {},
  fal: { baseUrl: 'https://queue.fal.run', keyVariable: 'FAL_KEY', answers: 'by_ticket' },
  together: { baseUrl: 'https://api.together.ai/v1', keyVariable: 'TOGETHER_API_KEY' },
  stability: { baseUrl: 'https://api.stability.ai', keyVariable: 'STABILITY_API_KEY' },
  bedrock: { baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com', credential: 'role' },
  recraft: { baseUrl: 'https://external.api.recraft.ai/v1', keyVariable: 'RECRAFT_API_TOKEN' },
  vertex: { credential: 'service_account' },
  replicate: { baseUrl: 'https://api.replicate.com/v1', keyVariable: 'REPLICATE_API_TOKEN', answers: 'by_ticket' },
  ideogram: { baseUrl: 'https://api.ideogram.ai', keyVariable: 'IDEOGRAM_API_KEY' },
} as const satisfies Record<string, ProviderFacts>;

export type ProviderName = keyof typeof providers;

export const providerNames = Object.keys(providers) as readonly ProviderName[];

export const isProviderName = (name: string): name is ProviderName => Object.hasOwn(providers, name);

export const factsOf = (name: ProviderName): ProviderFacts => providers[name];

/** Whether a provider of a stage has a key in the parameter store: all but those that are called by a role. */
export const needsKey = (name: string): boolean => !isProviderName(name) || factsOf(name).credential !== 'role';

/**
 * Whether a request may bring its own key for a provider: if the credential is one secret that is sent as it is. A server of the
 * stage's own has keys of the stage alone.
 */
export const takesCallersKey = (name: string): boolean =>
  isProviderName(name) && (factsOf(name).credential ?? 'key') === 'key';

/** Whether a provider of a stage gives a ticket and is polled. */
export const isPolled = (name: string): boolean => isProviderName(name) && factsOf(name).answers === 'by_ticket';
