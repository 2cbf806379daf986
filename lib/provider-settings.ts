import type { BedrockRegion } from '../lambda/contract/bedrock-models.ts';
import type { AzureDeployments, ProviderEndpoint, ProviderEndpoints } from '../lambda/contract/provider-endpoints.ts';
import { factsOf, type ProviderName, providerNames } from '../lambda/contract/provider-names.ts';
import { vertexDefaults } from './vertex-rules.ts';

/** Settings of any provider; all are optional. */
export interface ProviderSettings {
  /**
   * Base URL of all requests, such as that of a proxy.
   * @default - the provider's public API
   */
  readonly baseUrl?: string;
  /**
   * Hosts, as `host:port`, exempt from the SSRF guard: results may be fetched from them over http or from a private
   * address.
   * @default [] - results are fetched over https from public addresses only
   */
  readonly resultHosts?: readonly string[];
  /**
   * Requests per minute that the provider allows one key over all models, 1 to 6,000; jobs beyond it wait. Limits of
   * single models are learned.
   * @default - learned from 429s
   */
  readonly requestsPerMinute?: number;
}

/** Azure has a base URL per resource, and its models have the names of their deployments. */
export interface AzureSettings extends ProviderSettings {
  /** The resource's address followed by `/openai`: `https://my-resource.openai.azure.com/openai`. */
  readonly baseUrl: string;
  /**
   * The model behind each deployment, such as `{ 'my-image-deployment': 'gpt-image-2' }`; at least one. Callers request
   * `azure/my-image-deployment`.
   */
  readonly deployments: AzureDeployments;
}

/** Vertex AI needs a Google Cloud project, which is billed. */
export interface VertexSettings extends ProviderSettings {
  /**
   * Base URL of all requests, up to `/projects/…`.
   * @default - by location, such as `https://aiplatform.googleapis.com/v1`
   */
  readonly baseUrl?: string;
  /** The project's id or number. The Vertex AI API must be enabled in it. */
  readonly project: string;
  /**
   * `global`, `us`, `eu` or a region such as `europe-west4`. All image models are in `global`; Google's model pages list the
   * other locations of each.
   * @default 'global'
   */
  readonly location?: string;
}

/** Bedrock needs no key, since requests are signed as the worker's role, but a region. */
export interface BedrockSettings extends ProviderSettings {
  /**
   * The region that receives prompts and images; it may differ from the stack's. `us-west-2` has all models, the other
   * regions only inpainting, outpainting and background removal.
   */
  readonly region: BedrockRegion;
}

/** The settings of providers that need more than others. */
interface SpecialSettings {
  readonly azure: AzureSettings;
  readonly vertex: VertexSettings;
  readonly bedrock: BedrockSettings;
}

/** The settings of each provider, by its name. */
export type ProviderSettingsByName = {
  readonly [Name in ProviderName]?: Name extends keyof SpecialSettings ? SpecialSettings[Name] : ProviderSettings;
};

/** The stage's providers with every default filled in. Throws for a name that the gateway doesn't know. */
export function endpointsOf(providers: ProviderSettingsByName): ProviderEndpoints {
  const unknown = Object.keys(providers).filter((name) => !providerNames.some((known) => known === name));
  if (unknown.length > 0) {
    throw new Error(
      `providers has the unknown ${unknown.join(', ')}; the gateway supports ${providerNames.join(', ')}.`,
    );
  }
  const endpoints: Partial<Record<ProviderName, ProviderEndpoint>> = {};
  for (const name of providerNames) {
    const provider = providers[name];
    if (provider === undefined) continue;
    // Settings that no compiler has seen may lack an address where there is no default, or a region: the rules then say
    // so.
    const common = { baseUrl: publicAddress(name, provider) };
    endpoints[name] = { ...common, ...(name === 'vertex' ? vertexDefaults(providers.vertex) : {}), ...provider };
  }
  return endpoints;
}

function publicAddress(name: ProviderName, settings: object): string {
  const region = 'region' in settings ? String(settings.region) : undefined;
  const { baseUrl = '' } = factsOf(name);
  return region === undefined ? baseUrl : baseUrl.replace('{region}', region);
}
