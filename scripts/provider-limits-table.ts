import { type ProviderName, providerNames } from '../lambda/contract/provider-names.ts';
import type { ModelSpec } from '../lambda/planning/model-spec.ts';
import { inputFacts } from '../lambda/providers/input-facts.ts';
import { specsOf } from './every-model.ts';
import { inputText, requestText } from './input-limits-text.ts';
import { code, markdownTable } from './markdown-table.ts';

/** What each provider's models take of input images: a row for all that take the same. */
export const providerLimitsTable = (): string =>
  markdownTable(
    ['models', 'images', 'each image', 'request', 'addresses', 'source', 'not confirmed'],
    providerNames.flatMap(rowsOf),
  );

function rowsOf(provider: ProviderName): readonly (readonly string[])[] {
  const groups = new Map<string, ModelSpec[]>();
  for (const spec of specsOf(provider).filter(({ inputImages, operations, editTypes }) => {
    const takes = [operations.edit, operations.variation, ...Object.values(editTypes)];
    return inputImages > 0 && takes.some((support) => support !== 'none');
  })) {
    const alike = JSON.stringify([spec.inputImages, spec.inputTypes, spec.inputLimits, spec.takesAddresses]);
    groups.set(alike, [...(groups.get(alike) ?? []), spec]);
  }
  const { source, unconfirmed } = inputFacts[provider];
  return [...groups.values()].map((specs) => cellsOf(provider, specs, groups.size === 1).concat(source, unconfirmed));
}

function cellsOf(provider: ProviderName, specs: readonly ModelSpec[], isAll: boolean): string[] {
  const [spec] = specs;
  if (!spec) return [];
  return [
    isAll ? code(provider) : specs.map(({ model }) => code(`${provider}/${model}`)).join(', '),
    String(spec.inputImages),
    inputText(spec),
    requestText(spec),
    spec.takesAddresses ? 'yes' : 'no',
  ];
}
