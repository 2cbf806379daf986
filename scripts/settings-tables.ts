import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { stageDefaults } from '../lib/stage-defaults.ts';
import { settingRanges } from '../lib/stage-rules.ts';
import { type DocumentedField, documentedFields } from './doc-comments.ts';
import { code, markdownTable } from './markdown-table.ts';
import type { PageParts } from './page-parts.ts';

/** The interfaces whose fields are settings: the source of each, and where it is in the tables. */
const sources = {
  stage: ['lib/stage-settings.ts', 'StageSettings'],
  inputs: ['lib/input-settings.ts', 'InputSettings'],
  heldAnswers: ['lib/held-answer-settings.ts', 'HeldAnswerSettings'],
  passThrough: ['lib/pass-through-settings.ts', 'PassThroughSettings'],
  throttle: ['lib/stage-settings.ts', 'ThrottleSettings'],
  provider: ['lib/provider-settings.ts', 'ProviderSettings'],
  azure: ['lib/provider-settings.ts', 'AzureSettings'],
  vertex: ['lib/provider-settings.ts', 'VertexSettings'],
  bedrock: ['lib/provider-settings.ts', 'BedrockSettings'],
  compatibleServer: ['lambda/contract/compatible-server.ts', 'CompatibleServer'],
  compatibleModel: ['lambda/contract/compatible-server.ts', 'CompatibleModel'],
  tokens: ['lib/token-settings.ts', 'StageTokens'],
} as const;

export type SettingsName = keyof typeof sources;

/** The fields of one of the interfaces, with their doc comments. */
export function settingsOf(name: SettingsName): readonly DocumentedField[] {
  const [file, declaration] = sources[name];
  return documentedFields(
    readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'),
    `export interface ${declaration}`,
  );
}

/** The tables of `docs/configuration.md`: every setting with its values, its default and its doc comment. */
export const settingsTables = (): PageParts =>
  Object.fromEntries((Object.keys(sources) as SettingsName[]).map((name) => [name, tableOf(settingsOf(name))]));

const tableOf = (fields: readonly DocumentedField[]): string =>
  markdownTable(
    ['setting', 'values', 'default', 'meaning'],
    fields.map((field) => [code(field.name), valuesOf(field), defaultOf(field), field.description]),
  );

/** The range of a number, or the allowed values of a type. */
function valuesOf({ name, text }: DocumentedField): string {
  const [min, max] = (settingRanges as Readonly<Record<string, readonly [number, number]>>)[name] ?? [];
  if (min !== undefined && max !== undefined) return `${count(min)} to ${count(max)}`;
  if (/^(?:'\w+'|number|boolean)(?: \| (?:'[\w[\]]+'|number))*$/.test(text)) return code(text);
  return '';
}

/** The default of a setting: from the code, else from its comment. */
function defaultOf({ name, isOptional, byDefault = '' }: DocumentedField): string {
  if (!isOptional) return 'required';
  const value = (stageDefaults as Readonly<Record<string, unknown>>)[name];
  if (value !== undefined) return code(inspect(value));
  if (byDefault.startsWith('- ')) return byDefault.slice(2);
  return byDefault.replace(' - ', ': ').replace(/^(?:'.*?'|\[.*\]|\{.*\}|\w+)(?=$|[,:])/, code);
}

const count = (value: number): string => value.toLocaleString('en-US');
