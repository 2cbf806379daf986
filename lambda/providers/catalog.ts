import type { ProviderEndpoints } from '../contract/environment.ts';
import { type ProviderName, providerNames } from '../contract/provider-names.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { Candidate } from '../domain/generation.ts';
import type { Catalog } from '../domain/ports.ts';
import { openAiShelf } from './openai/models.ts';
import { supportOf } from './shared/emulations.ts';
import type { ModelRow, ModelShelf } from './shared/model-row.ts';

/** Capability rows alone: this file is in the bundle of submit, which calls no provider and needs no wire format. */
const shelves = { openai: openAiShelf } as const satisfies Record<ProviderName, ModelShelf>;

export interface ModelCatalog extends Catalog {
  /** Every model that the stage offers. */
  readonly models: readonly Candidate[];
  /** The row of a candidate; undefined where the stage, or this version of the code, no longer serves it. */
  rowOf(candidate: Candidate): ModelRow | undefined;
}

/** What a candidate is given that has lost its row since its job was accepted; planning it will fail. */
const timingWithoutRow = { typicalSeconds: 60, timeoutSeconds: 300 } as const;

/** The catalogue of the models that a stage with these providers serves. */
export function createCatalog(endpoints: ProviderEndpoints): ModelCatalog {
  const offered = providerNames.filter((name) => endpoints[name] !== undefined);
  const rowOf = ({ provider, model }: Candidate): ModelRow | undefined => {
    const name = offered.find((each) => each === provider);
    return name && findModel(shelves[name].models, model);
  };
  return {
    models: offered.flatMap((provider) => shelves[provider].models.map(({ model }) => ({ provider, model }))),
    rowOf,
    resolve(name) {
      const candidate = splitName(name);
      const provider = offered.find((each) => each === candidate.provider);
      if (!provider) throw unknownProvider(candidate.provider, offered);
      refuseRetired(provider, candidate.model);
      if (!rowOf(candidate)) throw unknownModel(provider, candidate.model);
      return candidate;
    },
    serves(candidate, operation, editType) {
      const row = rowOf(candidate);
      return row !== undefined && supportOf(row, operation, editType) !== 'none';
    },
    timing(candidate) {
      const { typicalSeconds, timeoutSeconds } = rowOf(candidate) ?? timingWithoutRow;
      return { typicalSeconds, timeoutSeconds };
    },
  };
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

/** Finds a model by its id, or by the dated snapshot of it, which stands in for it with the same abilities. */
function findModel<T extends { readonly model: string }>(models: readonly T[], model: string): T | undefined {
  const base = model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  return models.find((each) => each.model === model) ?? models.find((each) => each.model === base);
}

function refuseRetired(provider: ProviderName, model: string): void {
  const retired = findModel(shelves[provider].retired, model);
  if (!retired) return;
  throw new GatewayError(
    'model_retired',
    `${provider}/${model} has been taken away by its provider; use ${provider}/${retired.successor} instead.`,
    { param: 'model' },
  );
}

const unknownProvider = (provider: string, offered: readonly ProviderName[]): GatewayError =>
  new GatewayError('unknown_provider', `There is no provider "${shown(provider)}" here. ${choice(offered)}`, {
    param: 'model',
  });

const unknownModel = (provider: ProviderName, model: string): GatewayError => {
  const known = shelves[provider].models.map((row) => `${provider}/${row.model}`);
  return new GatewayError('invalid_value', `${provider} has no model "${shown(model)}" here. ${choice(known)}`, {
    param: 'model',
  });
};

const choice = (names: readonly string[]): string =>
  names.length === 0 ? 'No provider is set up.' : `Choose from: ${names.join(', ')}.`;

/** What the caller wrote, short enough to be repeated to them. */
const shown = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
