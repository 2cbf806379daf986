/**
 * Where the facts of a row come from. Kept apart from the rows, which are in the bundles of functions: only the page of
 * models reads this.
 */
export interface RowFacts {
  readonly source: string;
  /** The day (YYYY-MM-DD) on which they were read there. */
  readonly readOn: string;
  /** What could not be confirmed, for the page of models. */
  readonly unconfirmed: string;
}

const readOn = '2026-11-28';

const fal = { source: '@fal-ai/client, src/types/endpoints.d.ts', readOn } as const;
const counted = { ...fal, unconfirmed: 'typical seconds; how many images one request makes' } as const;
const banana = {
  ...fal,
  unconfirmed: 'typical seconds; how many input images fal takes (here as many as Google does)',
} as const;

const onReplicate = (model: string, unconfirmed: string): readonly [string, RowFacts] => [
  `replicate/${model}`,
  { source: `replicate.com/${model}, input schema`, readOn, unconfirmed: `typical seconds; ${unconfirmed}` },
];

/** By provider and model. For a model without an entry, see the comment above its provider's model specs. */
export const rowFacts: ReadonlyMap<string, RowFacts> = new Map<string, RowFacts>([
  [
    'bfl/flux-3-image',
    {
      source: 'docs.comfy.org, Comfy Router, black-forest-labs/flux-3-image',
      readOn,
      unconfirmed: 'typical seconds; whether `768sq` is square alone',
    },
  ],
  ['fal/fal-ai/nano-banana-2', banana],
  ['fal/fal-ai/nano-banana-pro', banana],
  ['fal/fal-ai/bytedance/seedream/v4.5', counted],
  ['fal/fal-ai/bytedance/seedream/v5/lite', counted],
  ['fal/fal-ai/qwen-image-2', counted],
  onReplicate('black-forest-labs/flux-3-image', 'ratios (those of its maker); bytes of an input image'),
  onReplicate('google/nano-banana-2', 'ratios, resolutions and formats (those of its maker)'),
  onReplicate('google/nano-banana-pro', 'its enums are those that api.core.today passes on'),
  onReplicate('bytedance/seedream-4.5', 'ratios, and `4K`, which its page announces'),
  onReplicate('qwen/qwen-image-2512', 'formats'),
]);
