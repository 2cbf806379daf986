import { bedrockRegions } from '../lambda/contract/bedrock-models.ts';
import { azureModels, type ProviderEndpoints } from '../lambda/contract/provider-endpoints.ts';
import { factsOf, needsKey, type ProviderName, providerNames, providers } from '../lambda/contract/provider-names.ts';
import type { ModelSpec } from '../lambda/planning/model-spec.ts';
import { createCatalog } from '../lambda/providers/catalog.ts';
import { rowFacts } from '../lambda/providers/row-facts.ts';
import { modelTables } from './model-tables.ts';

/** Azure has models only where a stage names its deployments: here each goes by the name of the model behind it. */
const azure = {
  baseUrl: 'https://my-resource.openai.azure.com/openai',
  deployments: Object.fromEntries(azureModels.map((model) => [model, model])),
};

const everyProvider: ProviderEndpoints = {
  ...Object.fromEntries(providerNames.map((name) => [name, { baseUrl: factsOf(name).baseUrl ?? '' }])),
  azure,
  bedrock: { baseUrl: providers.bedrock.baseUrl, region: bedrockRegions[0] },
};

const catalog = createCatalog(everyProvider);

/** The page of all providers and models as Markdown: everything that the capability rows know, and how each is set up. */
export function providersPage(): string {
  return [introduction, ...providerNames.map(providerSection)].join('\n\n').concat('\n');
}

const introduction = `# Providers and models

Written by \`npm run docs\` from the rows that the gateway itself goes by; a test holds the two together. Where a fact
comes from stands beside it in \`lambda/providers/<provider>/models.ts\`. A server of your own is described
[in the operations](operations.md#a-server-of-your-own).

A caller asks for \`provider/model\`. A dated snapshot (\`-YYYY-MM-DD\`) of a model stands in for it. A stage has the
providers that its settings name, and each of them but \`bedrock\` needs its key as a SecureString in the parameter store, below the
stack's output \`ProviderKeysPath\`, which is \`/darkroom/{stage}/providers\` unless the stage says otherwise.

**Operations**: *native* is done by an endpoint for it; *emulated* is made by another operation, with a warning; a dash is
refused. **Images per job** are up to 10 everywhere: where a request makes fewer, the gateway makes several.
**Partial images** are shown on the way where a stream asks for them and the request is for one image; OpenAI charges output tokens for each.
**Facts from**: where the row was read, and when; a dash: the comment above the provider's rows says it, and what isn't confirmed.
**Typical seconds** are what a caller is told to wait; **given up after** is one exchange with the provider.

**Parameters**: *sent* goes out as it came; *mapped* goes out under another name or value; *left out* is not sent, with a
warning; *refused*: a job with it is not given to the model. In brackets stand the only values that the model knows; another one is left out, with a
warning. A size that a model hasn't becomes the nearest that it has, with a warning.`;

function providerSection(provider: ProviderName): string {
  const candidates = catalog.models.filter((each) => each.provider === provider);
  const facts = candidates.map(({ model }) => rowFacts.get(`${provider}/${model}`));
  return [
    `## ${provider}`,
    setUp(provider),
    ...modelTables(candidates.map(specOf), facts),
    ...retiredList(provider),
  ].join('\n\n');
}

function specOf(candidate: (typeof catalog.models)[number]): ModelSpec {
  const row = catalog.specOf(candidate);
  if (!row) throw new Error(`The catalogue offers ${candidate.provider}/${candidate.model} and has no row for it.`);
  return row;
}

/** Providers whose settings must say more than their name: an example, and what a reader needs to know of it. */
const special: Readonly<Partial<Record<ProviderName, { readonly example: object; readonly says: string }>>> = {
  azure: {
    example: { baseUrl: azure.baseUrl, deployments: { 'my-image-deployment': azureModels[0] } },
    says: `There is no address that all have, and a model is asked for by its deployment, \`azure/my-image-deployment\`. The tables name the
models behind deployments.`,
  },
  vertex: {
    example: { project: 'my-project-123' },
    says: `That is no key to be sent, but the JSON of a service account's key or of a federation with AWS:
[how to make it](operations.md#google-clouds-vertex-ai). The models are asked in the project, at \`location\`, which is \`global\`
unless the settings say otherwise.`,
  },
};

function setUp(provider: ProviderName): string {
  if (!needsKey(provider)) return setUpByRole(provider);
  const key = `Its key is the parameter \`<ProviderKeysPath>/${provider}\`.`;
  const { example = {}, says = `It is asked at \`${factsOf(provider).baseUrl}\`, unless \`baseUrl\` says otherwise.` } =
    special[provider] ?? {};
  return `In the stage's settings: \`providers: { ${provider}: ${JSON.stringify(example)} }\`. ${key}\n${says}`;
}

/** A provider that the worker asks as itself: its address, and what it has, go by the region. */
function setUpByRole(provider: ProviderName): string {
  const [whole, ...others] = bedrockRegions;
  return `In the stage's settings: \`providers: { ${provider}: { region: '${whole}' } }\`. That region has all of these models; ${others.join(' and ')}
have those for inpainting, outpainting and background removal. It has no key: the worker's role may ask the region's models, and no others.
It is asked at \`${factsOf(provider).baseUrl}\`, unless \`baseUrl\` says otherwise.
[The operations](operations.md#stability-on-bedrock) tell what the account needs.`;
}

function retiredList(provider: ProviderName): readonly string[] {
  const retired = catalog.retired.filter((each) => each.provider === provider);
  if (retired.length === 0) return [];
  const lines = retired.map(({ model, successor }) => `- \`${model}\`: ask for \`${successor}\``);
  return [`Refused by name, with a \`model_retired\` that says what to ask for instead:`, lines.join('\n')];
}
