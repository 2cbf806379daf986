import { type Charge, fluxMegapixels, inMicros } from './charge.ts';

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Dollars for the first megapixel of a request and each further one, those of input images included. */
const byMegapixel: Readonly<Record<string, readonly [first: number, further: number]>> = {
  'flux-2-pro': [0.03, 0.015],
  'flux-2-max': [0.07, 0.03],
  'flux-2-flex': [0.05, 0.05],
  'flux-2-klein-9b': [0.015, 0.002],
  'flux-2-klein-4b': [0.014, 0.001],
};

/** Dollars for an image by resolution; BFL lists none for `1.5k`, which counts as `2k` here. */
const ofFlux3: Readonly<Record<string, number>> = { '768sq': 0.041, '1k': 0.048, '1.5k': 0.1, '2k': 0.1, '4k': 0.607 };

const byImage: Readonly<Record<string, number>> = { 'flux-pro-1.0-fill': 0.05, 'flux-pro-1.0-expand': 0.05 };

/** docs.bfl.ai, pricing; the table of black-forest-labs/skills (bfl-api) has the prices of further megapixels. */
export function bflCharge(model: string, picture: Extent, inputs: readonly Extent[], resolution?: string): Charge {
  const flat = resolution === undefined ? byImage[model] : ofFlux3[resolution];
  if (flat !== undefined) return inMicros(flat);
  const [first, further] = byMegapixel[model] ?? [];
  if (first === undefined || further === undefined) return undefined;
  return inMicros(first) + (fluxMegapixels([picture, ...inputs]) - 1) * inMicros(further);
}
