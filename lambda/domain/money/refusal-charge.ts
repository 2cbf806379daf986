import type { Billed, ProviderFailure } from '../failure.ts';
import type { ModelPrice } from './model-price.ts';

const billed = { free: 'no', billed: 'yes', unknown: 'unknown' } as const satisfies Record<
  ModelPrice['refusal'],
  Billed
>;

/** Whether a failed request was charged. A refusal of which the response doesn't say it is charged as its price says. */
export const chargeOf = (failure: Pick<ProviderFailure, 'kind' | 'billed'>, price: ModelPrice | undefined): Billed =>
  failure.kind === 'refused' && failure.billed === 'unknown' ? billed[price?.refusal ?? 'unknown'] : failure.billed;
