import { editTypes, operations, qualities } from '../lambda/domain/generation.ts';
import type { ParameterName, SizePolicy } from '../lambda/domain/model.ts';
import { supportOf } from '../lambda/planning/emulations.ts';
import type { ModelSpec } from '../lambda/planning/model-spec.ts';
import { nearestQuality } from '../lambda/planning/plan-quality.ts';
import type { RowFacts } from '../lambda/providers/row-facts.ts';
import { inputText, requestText } from './input-limits-text.ts';
import { code, markdownTable } from './markdown-table.ts';
import { priceSource, priceText, refusalText } from './price-text.ts';

/** What one provider's models can do, and how each parameter is treated, as Markdown with a column for each model. */
export function modelTables(rows: readonly ModelSpec[], facts: readonly (RowFacts | undefined)[]): readonly string[] {
  const models = rows.map(({ model }) => code(model));
  return [
    markdownTable(
      ['', ...models],
      [...abilities.map(([name, cellOf]) => [name, ...rows.map(cellOf)]), ...factLines(facts)],
    ),
    markdownTable(['parameter', ...models], parameterLines(rows)),
  ];
}

/** The sources of the model specs, where any of them names one. */
function factLines(facts: readonly (RowFacts | undefined)[]): readonly (readonly string[])[] {
  if (facts.every((each) => each === undefined)) return [];
  return [
    ['facts from', ...facts.map((each) => (each ? `${each.source} (${each.readOn})` : words.none))],
    ['not confirmed', ...facts.map((each) => each?.unconfirmed ?? words.none)],
  ];
}

type CellOf = (row: ModelSpec) => string;

const abilities: readonly (readonly [string, CellOf])[] = [
  ...operations.map(
    (operation) => [operation, (row: ModelSpec) => words[supportOf(row, operation, undefined)]] as const,
  ),
  ...editTypes.map(
    (type) => [`edit, ${type.replace('_', ' ')}`, (row: ModelSpec) => words[supportOf(row, 'edit', type)]] as const,
  ),
  ['sizes', (row) => sizeText(row.sizes)],
  ['sizes of edits', (row) => (row.editSizes ? sizeText(row.editSizes) : takesImages(row) ? 'likewise' : words.none)],
  ['images per request', (row) => String(row.imagesPerRequest)],
  ['images per job', () => '10'],
  ['partial images in a stream', (row) => (row.isGptImage ? 'of one image' : words.none)],
  ['input images', (row) => (takesImages(row) ? `up to ${row.inputImages}` : words.none)],
  ['each input image', (row) => (takesImages(row) ? inputText(row) : words.none)],
  ['each request with images', (row) => (takesImages(row) ? requestText(row) : words.none)],
  ['mask', (row) => (row.mask === 'none' ? words.none : row.mask)],
  ['extends an image', extentText],
  ['typical seconds', (row) => String(row.typicalSeconds)],
  ['given up after', (row) => `${row.timeoutSeconds} s`],
  ['taken away on', (row) => row.retiresOn ?? 'not announced'],
  ['price', (row) => priceText(row.price)],
  ['a refusal costs', (row) => refusalText(row.price)],
  ['price from', (row) => priceSource(row.price)],
  ['price: not confirmed', (row) => row.price?.unconfirmed ?? words.none],
];

const words = { native: 'native', emulated: 'emulated', none: '–' } as const;
const policies = { sent: 'sent', mapped: 'mapped', dropped: 'left out', refused: 'refused' } as const;

const takesImages = (row: ModelSpec): boolean =>
  row.inputImages > 0 &&
  [row.operations.edit, row.operations.variation, ...Object.values(row.editTypes)].some(
    (support) => support !== 'none',
  );

function sizeText(sizes: SizePolicy): string {
  switch (sizes.kind) {
    case 'free': {
      const pixels = `${count(sizes.minPixels)} to ${count(sizes.maxPixels)} pixels`;
      return `any: multiples of ${sizes.multipleOf}, an edge up to ${sizes.maxEdge}, up to ${sizes.widestRatio}:1, ${pixels}`;
    }
    case 'listed':
      return sizes.sizes.join(', ');
    case 'ratios': {
      const resolutions = Object.keys(sizes.resolutions ?? {});
      return `${sizes.ratios.join(', ')}${resolutions.length > 0 ? `; at ${resolutions.join(', ')}` : ''}`;
    }
    case 'input':
      return "the input image's";
  }
}

/** How far an outpainting may go. */
function extentText(row: ModelSpec): string {
  const support = supportOf(row, 'edit', 'outpainting');
  if (support !== 'native') return support === 'none' ? words.none : 'to one of its sizes';
  const { eachSide, maxEdge, pixels } = row.outpaintingLimits ?? {};
  const limits = [
    ...(eachSide === undefined ? [] : [`by up to ${eachSide} pixels a side`]),
    ...(maxEdge === undefined ? [] : [`to edges of up to ${maxEdge}`]),
    ...(pixels === undefined ? [] : [`to up to ${count(pixels)} pixels`]),
  ];
  return limits.join(', ') || 'without a known limit';
}

const count = (pixels: number): string => pixels.toLocaleString('en-US');

function parameterLines(rows: readonly ModelSpec[]): readonly (readonly string[])[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.parameters) as ParameterName[]))].toSorted();
  const extras = [...new Set(rows.flatMap((row) => row.extras ?? []))].toSorted();
  return [
    ...names.map((name) => [code(name), ...rows.map((row) => parameterText(row, name))]),
    ...extras.map((name) => [
      `${code(name)} (its own)`,
      ...rows.map((row) => policies[row.extras?.includes(name) ? 'sent' : 'dropped']),
    ]),
  ];
}

function parameterText(row: ModelSpec, name: ParameterName): string {
  const policy = row.parameters[name];
  if (policy === 'dropped' || policy === 'refused') return policies[policy];
  const notes = [
    ...(row.values?.[name] ? [row.values[name].join(', ')] : []),
    ...(name === 'quality' ? [qualityText(row)] : []),
    ...(name === 'partial_images' ? ['in a synchronous stream of one image; else left out'] : []),
    ...(row.conditions ?? [])
      .filter(({ param }) => param === name)
      .map(({ needs }) => `only where ${code(needs.param)} is ${needs.oneOf.join(' or ')}`),
  ];
  return notes.length === 0 ? policies[policy] : `${policies[policy]} (${notes.join('; ')})`;
}

/** The provider's own values of quality, each with the contract's values that map to it. */
function qualityText({ qualities: own }: ModelSpec): string {
  if (own === 'any') return 'any';
  return [...Map.groupBy(qualities, (asked) => nearestQuality(own, asked))]
    .map(([word, asked]) => {
      const others = asked.filter((name) => name !== word);
      return others.length === 0 ? word : `${word}, also for ${others.join(' and ')}`;
    })
    .join('; ');
}
