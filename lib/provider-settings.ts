import type { BedrockRegion } from '../lambda/contract/bedrock-models.ts';
import type { AzureDeployments, ProviderEndpoint, ProviderEndpoints } from '../lambda/contract/provider-endpoints.ts';
import { factsOf, type ProviderName, providerNames } from '../lambda/contract/provider-names.ts';
import { vertexDefaults } from './vertex-rules.ts';

/** What a provider of the stage needs; everything has a default. */
export interface ProviderSettings {
  /**
   * The start of every request's address. Another one leads to a compatible server or a proxy.
   * @default - the provider's own public address
   */
  readonly baseUrl?: string;
  /**
   * Hosts, as `host:port`, from which results may be fetched although they are private or speak plain http.
   * @default [] - results are fetched by https from public addresses alone
   */
  readonly resultHosts?: readonly string[];
  /**
   * Requests a minute that the provider allows with one key over all models, 1 to 6,000: no more are made, and jobs wait
   * their turn. What it allows for single models is learned.
   * @default - learned from the provider's refusals (429)
   */
  readonly requestsPerMinute?: number;
}

/** What Azure needs: there is no address that all have, and a model is asked for by the name of its deployment. */
export interface AzureSettings extends ProviderSettings {
  /** The resource's own address and `/openai`, such as `https://my-resource.openai.azure.com/openai`. */
  readonly baseUrl: string;
  /**
   * The model behind each deployment, such as `{ 'my-image-deployment': 'gpt-image-2' }`; at least one. Callers ask for
   * `azure/my-image-deployment`.
   */
  readonly deployments: AzureDeployments;
}

/** What Vertex AI needs: models are asked in a project of Google Cloud, which pays. */
export interface VertexSettings extends ProviderSettings {
  /**
   * The start of every request's address, before `/projects/…`.
   * @default - that of the location, such as `https://aiplatform.googleapis.com/v1`
   */
  readonly baseUrl?: string;
  /** The project's id or number. The Vertex AI API must be enabled in it. */
  readonly project: string;
  /**
   * Where the models are asked: `global`, `us`, `eu` or a region such as `europe-west4`. The image models are in `global`;
   * which others have them, Google's pages of the models say.
   * @default 'global'
   */
  readonly location?: string;
}

/** What Bedrock needs: no key, for the worker's role is what it is asked by, but a region. */
export interface BedrockSettings extends ProviderSettings {
  /**
   * Where its models are asked, which sees prompts and images: the stack's own region need not have them. All of them are
   * in `us-west-2`; the other regions have the services that inpaint, outpaint and remove backgrounds.
   */
  readonly region: BedrockRegion;
}

/** The settings of those providers that need more than others. */
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
    throw new Error(`providers names ${unknown.join(', ')}; the gateway knows ${providerNames.join(', ')}.`);
  }
  const endpoints: Partial<Record<ProviderName, ProviderEndpoint>> = {};
  for (const name of providerNames) {
    const provider = providers[name];
    if (provider === undefined) continue;
    // Settings that no compiler has seen may lack an address where there is no default, or a region: the rules then say so.
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
