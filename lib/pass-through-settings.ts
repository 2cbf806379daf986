import type { ProviderName } from '../lambda/contract/provider-names.ts';

/** Settings of providers' keys that synchronous requests bring as their bearer, instead of using the stage's. */
export interface PassThroughSettings {
  /**
   * The providers to which such keys are passed, such as `['openai', 'bfl']`; `all`: each of the stage's that takes an API
   * key. `vertex`, `bedrock` and compatible servers are called with the stage's own credentials only.
   * @default 'none'
   */
  readonly passThrough?: 'none' | 'all' | readonly ProviderName[];
  /**
   * Id or name of the virtual key under which a request runs that brings a provider's key and no virtual key. Only its
   * rights and limits apply to such callers, so give it limits of its own.
   * @default - a virtual key is required beside the provider's
   */
  readonly passThroughOwner?: string;
}
