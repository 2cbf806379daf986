import { isCompatibleServer } from '../contract/compatible-server.ts';
import type { ProviderEndpoints } from '../contract/provider-endpoints.ts';
import { isPolled, isProviderName, type ProviderName } from '../contract/provider-names.ts';
import type { ProviderOffer, ProviderOffers } from '../contract/provider-offers.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { Candidate } from '../domain/generation.ts';
import { baseModelOf } from '../domain/keys/model-snapshot.ts';
import type { RetiredModel } from '../domain/model.ts';
import type { Catalog } from '../domain/ports.ts';
import type { ModelSpec, ProviderModels } from '../planning/model-spec.ts';
import { compatibleModelsOf } from './compatible/models.ts';
import { modelsOfProviders, type ProviderModelsSource } from './registry.ts';

export interface ModelCatalog extends Catalog {
  /** Every model that the stage offers. */
  readonly models: readonly Candidate[];
  /** Models that the stage's providers have taken away, each with the one to ask for instead. */
  readonly retired: readonly (RetiredModel & Candidate)[];
  /** The row of a candidate; undefined where the stage, or this version of the code, no longer serves it. */
  specOf(candidate: Candidate): ModelSpec | undefined;
}

export interface CatalogSettings {
  /**
   * Max timeout of any request, in seconds, whatever its model's spec says.
   * @default - as the model specs say
   */
  readonly maxTimeoutSeconds?: number;
}

/** What a candidate is given that has lost its row since its job was accepted; planning it will fail. */
const timingWithoutRow = { typicalSeconds: 60, timeoutSeconds: 300 } as const;

/** The catalogue of the models that a stage with these providers serves. */
export function createCatalog(
  providers: ProviderOffers | ProviderEndpoints,
  settings: CatalogSettings = {},
): ModelCatalog {
  const { maxTimeoutSeconds = Number.POSITIVE_INFINITY } = settings;
  const offered = modelsByProvider(providers);
  const specOf = ({ provider, model }: Candidate): ModelSpec | undefined => {
    const row = findModel(offered.get(provider)?.models ?? [], model);
    return row && { ...row, timeoutSeconds: Math.min(row.timeoutSeconds, maxTimeoutSeconds) };
  };
  return {
    models: [...offered].flatMap(([provider, { models }]) => models.map(({ model }) => ({ provider, model }))),
    retired: [...offered].flatMap(([provider, { retired }]) => retired.map((each) => ({ provider, ...each }))),
    specOf,
    resolve(name) {
      const candidate = name.includes('/') ? splitName(name) : candidateNamed(name, offered);
      const providerModels = offered.get(candidate.provider);
      if (!providerModels) throw unknownProvider(candidate.provider, [...offered.keys()]);
      refuseRetired(candidate, providerModels);
      if (!specOf(candidate)) throw unknownModel(candidate, providerModels);
      return candidate;
    },
    price: (candidate) => specOf(candidate)?.price,
    timing(candidate) {
      const { typicalSeconds, timeoutSeconds } = specOf(candidate) ?? timingWithoutRow;
      return {
        typicalSeconds,
        timeoutSeconds: Math.min(timeoutSeconds, maxTimeoutSeconds),
        isPolled: isPolled(candidate.provider),
      };
    },
  };
}

/** What each provider of the stage has. A name that this version of the code doesn't know is left out. */
function modelsByProvider(providers: ProviderOffers): ReadonlyMap<string, ProviderModels> {
  const offered = new Map<string, ProviderModels>();
  for (const [name, offer] of Object.entries(providers)) {
    if (isCompatibleServer(offer)) offered.set(name, compatibleModelsOf(offer));
    else if (isProviderName(name)) offered.set(name, modelsOf(name, offer));
  }
  return offered;
}

/** What is on offer at some providers depends on the stage's settings. */
function modelsOf(name: ProviderName, offer: ProviderOffer): ProviderModels {
  const providerModels: ProviderModelsSource = modelsOfProviders[name];
  return typeof providerModels === 'function' ? providerModels(offer) : providerModels;
}

/** At the first slash: a model's own name may hold others. */
function splitName(name: string): Candidate {
  const slash = name.indexOf('/');
  const candidate = { provider: name.slice(0, Math.max(slash, 0)), model: name.slice(slash + 1) };
  if (candidate.provider === '' || candidate.model === '') {
    throw new GatewayError('invalid_value', 'The model must be given as provider/model, such as openai/gpt-image-2.', {
      param: 'model',
    });
  }
  return candidate;
}

/**
 * The model of this name where one provider alone has it; where none has it any more, as one of those that took it away. Throws
 * `invalid_value`.
 */
function candidateNamed(model: string, offered: ReadonlyMap<string, ProviderModels>): Candidate {
  const providersWith = (list: keyof ProviderModels): readonly string[] =>
    [...offered]
      .filter(([, providerModels]) => findModel<{ readonly model: string }>(providerModels[list], model))
      .map(([provider]) => provider);
  const serving = providersWith('models');
  const [provider] = serving.length > 0 ? serving : providersWith('retired');
  if (provider !== undefined && serving.length <= 1) return { provider, model };
  throw new GatewayError('invalid_value', serving.length === 0 ? noneNamed(model) : severalNamed(model, serving), {
    param: 'model',
  });
}

const noneNamed = (model: string): string =>
  `No provider here has a model "${shown(model)}". A model is given as provider/model, such as openai/gpt-image-2.`;

const severalNamed = (model: string, providers: readonly string[]): string =>
  `Several providers have a model "${shown(model)}". ${choice(providers.map((each) => `${each}/${shown(model)}`))}`;

/** Finds a model by its id, or by a dated snapshot of it, which has the same capabilities. */
function findModel<T extends { readonly model: string }>(models: readonly T[], model: string): T | undefined {
  const base = baseModelOf(model);
  return models.find((each) => each.model === model) ?? models.find((each) => each.model === base);
}

function refuseRetired({ provider, model }: Candidate, providerModels: ProviderModels): void {
  const retired = findModel(providerModels.retired, model);
  if (!retired) return;
  throw new GatewayError(
    'model_retired',
    `${provider}/${model} has been retired by its provider; use ${provider}/${retired.successor} instead.`,
    { param: 'model' },
  );
}

const unknownProvider = (provider: string, offered: readonly string[]): GatewayError =>
  new GatewayError('unknown_provider', `There is no provider "${shown(provider)}" here. ${choice(offered)}`, {
    param: 'model',
  });

const unknownModel = ({ provider, model }: Candidate, providerModels: ProviderModels): GatewayError => {
  const known = providerModels.models.map((row) => `${provider}/${row.model}`);
  return new GatewayError('invalid_value', `${provider} has no model "${shown(model)}" here. ${choice(known)}`, {
    param: 'model',
  });
};

const choice = (names: readonly string[]): string =>
  names.length === 0 ? 'No provider is configured.' : `Choose from: ${names.join(', ')}.`;

/** What the caller wrote, short enough to be repeated to them. */
const shown = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
