import { bedrockRegions } from '../lambda/contract/bedrock-models.ts';
import { azureModels, type ProviderEndpoints } from '../lambda/contract/provider-endpoints.ts';
import { factsOf, type ProviderName, providerNames, providers } from '../lambda/contract/provider-names.ts';
import type { ModelSpec } from '../lambda/planning/model-spec.ts';
import { createCatalog } from '../lambda/providers/catalog.ts';

/** A resource of Azure's, as an example. */
export const azureBaseUrl = 'https://my-resource.openai.azure.com/openai';

/** Azure has models only where a stage names its deployments: here each has the name of the model behind it. */
const azure = {
  baseUrl: azureBaseUrl,
  deployments: Object.fromEntries(azureModels.map((model) => [model, model])),
};

const everyProvider: ProviderEndpoints = {
  ...Object.fromEntries(providerNames.map((name) => [name, { baseUrl: factsOf(name).baseUrl ?? '' }])),
  azure,
  bedrock: { baseUrl: providers.bedrock.baseUrl, region: bedrockRegions[0] },
};

/** The catalogue of a stage with every provider that has an adapter of its own. */
export const everyModel = createCatalog(everyProvider);

/** The specs of a provider's models, in the order of the catalogue. */
export const specsOf = (provider: ProviderName): readonly ModelSpec[] =>
  everyModel.models
    .filter((each) => each.provider === provider)
    .map((candidate) => {
      const row = everyModel.specOf(candidate);
      if (!row) throw new Error(`The catalogue offers ${provider}/${candidate.model} and has no row for it.`);
      return row;
    });
