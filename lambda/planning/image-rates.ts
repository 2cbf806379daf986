import type { ImageRequest, JsonValue } from '../domain/generation.ts';
import type { ImagePrice, ImageRate, PricedParameters } from '../domain/money/model-price.ts';
import type { Expected } from './priced-pixels.ts';

/** The word that leaves the choice to the provider, as absence does. */
const auto = 'auto';

const named = (word: string | undefined): string | undefined => (word === auto ? undefined : word);

/** The values that a request and the provider's defaults determine; absent where the provider chooses. */
export function determined(
  { parameters }: Pick<ImageRequest, 'parameters'>,
  defaults: PricedParameters = {},
): PricedParameters {
  const quality = named(parameters.quality) ?? defaults.quality;
  const resolution = named(parameters.resolution) ?? defaults.resolution;
  return { ...(quality === undefined ? {} : { quality }), ...(resolution === undefined ? {} : { resolution }) };
}

/** US dollars for each image that a request makes. */
export interface UsdPerImage extends Expected {
  /** Whether the request determines the price; otherwise `max` is the dearest possible. */
  readonly isCertain: boolean;
}

export function usdPerImage(price: ImagePrice, request: ImageRequest): UsdPerImage {
  const values = determined(request, price.defaults);
  const usual = { ...price.usual, ...values };
  const extra = surcharge(price, request);
  const likely = possibleUsd(price.rates, (rate) => applies(rate, request, usual));
  const all = possibleUsd(price.rates, (rate) => applies(rate, request, values));
  return { likely: likely.max + extra, max: all.max + extra, isCertain: all.min === all.max };
}

type Applies = 'yes' | 'no' | 'maybe';

/** The bounds of the rates that may apply: those up to the first that surely does. */
function possibleUsd(rates: readonly ImageRate[], appliesTo: (rate: ImageRate) => Applies) {
  const sure = rates.findIndex((rate) => appliesTo(rate) === 'yes');
  const possible = rates.filter((rate, index) => index <= sure && appliesTo(rate) !== 'no').map(({ usd }) => usd);
  return { min: Math.min(...possible), max: Math.max(...possible) };
}

function applies(rate: ImageRate, request: ImageRequest, values: PricedParameters): Applies {
  const answers = [
    equal(rate.operation, request.editType ?? request.operation),
    equal(rate.background, request.parameters.background ?? 'auto'),
    equal(rate.quality, values.quality),
    equal(rate.resolution, values.resolution),
  ];
  if (answers.includes('no')) return 'no';
  return answers.includes('maybe') ? 'maybe' : 'yes';
}

function equal(condition: string | undefined, value: string | undefined): Applies {
  if (condition === undefined) return 'yes';
  if (value === undefined) return 'maybe';
  return condition === value ? 'yes' : 'no';
}

const surcharge = ({ surcharges = {} }: ImagePrice, { extra }: ImageRequest): number =>
  Object.entries(surcharges).reduce((sum, [name, usd]) => (isSet(extra[name]) ? sum + usd : sum), 0);

const isSet = (value: JsonValue | undefined): boolean => value !== undefined && value !== null && value !== false;
