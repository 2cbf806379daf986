import type { BedrockRegion } from './bedrock-models.ts';
import type { CompatibleServer } from './compatible-server.ts';

/** The models that the gateway knows by their deployments on Azure. */
export const azureModels = ['gpt-image-2', 'gpt-image-2.5-sunburst', 'gpt-image-2.5-flare', 'gpt-image-1.5'] as const;
export type AzureModel = (typeof azureModels)[number];

/** The model behind each deployment on Azure, by the deployment's name. */
export type AzureDeployments = Readonly<Record<string, AzureModel>>;

/** Where a provider is reached, as the stage's settings say. */
export interface ProviderEndpoint {
  /** The start of every request's address, without a trailing slash. */
  readonly baseUrl: string;
  /**
   * Hosts, as `host:port`, from which results may be fetched although they have private addresses or use plain http.
   */
  readonly resultHosts?: readonly string[];
  /**
   * Requests a minute that it allows with one key, over all models; where absent, that is learned from its refusals.
   */
  readonly requestsPerMinute?: number;
  /** What `azure` alone has: callers ask for `azure/{deployment}`. */
  readonly deployments?: AzureDeployments;
  /** Of `vertex` alone: the Google Cloud project that is called and billed, by its id or number. */
  readonly project?: string;
  /** Of `vertex` alone: the location in which its models are called, such as `global` or `europe-west4`. */
  readonly location?: string;
  /** Of `bedrock` alone: the region in which its models are called, which decides which models there are. */
  readonly region?: BedrockRegion;
}

/**
 * The stage's providers by name: those of `provider-names.ts`, and compatible servers under names of the stage's own.
 * Submit refuses all others without reading a secret.
 */
export type ProviderEndpoints = Readonly<Record<string, ProviderEndpoint | CompatibleServer>>;
