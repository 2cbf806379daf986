import { type Micros, microsOf } from '../../domain/money/micros.ts';
import type { ModelPrice } from '../../domain/money/model-price.ts';
import { costSaid } from '../wire/cost-said.ts';
import { falModels } from './models.ts';

/**
 * Where a result counts its billing units, in the unit of the endpoint's price: TanStack/ai issue 722, fal.ai/docs
 * (publishing to the marketplace).
 */
const unitsHeader = 'x-fal-billable-units';

/** The price of a model's billing unit; undefined where one price alone doesn't make it certain what the unit is. */
export function unitPriceOf(model: string): Micros | undefined {
  const price = falModels.models.find((row) => row.model === model)?.price;
  const usd = price && usdOfUnit(price);
  return usd === undefined ? undefined : microsOf(usd);
}

function usdOfUnit(price: ModelPrice): number | undefined {
  if (price.kind === 'tokens' || price.inputUsd !== undefined) return undefined;
  if (price.kind === 'megapixel') return price.firstUsd === price.furtherUsd ? price.firstUsd : undefined;
  const [rate, ...others] = price.rates;
  return others.length === 0 && price.surcharges === undefined ? rate?.usd : undefined;
}

/** What a result says that it cost; undefined where it counts no units, or their price isn't known. */
export const costInHeaders = (
  headers: Readonly<Record<string, string>>,
  unitPrice: Micros | undefined,
): Micros | undefined => (unitPrice === undefined ? undefined : costSaid(headers[unitsHeader], unitPrice));
