import type { Micros } from './micros.ts';

/** What one provider request costs, as known before it is made. */
export interface Quote {
  /** At most this is charged. */
  readonly worst: Micros;
  /**
   * What it usually costs.
   * @default - the price is unknown, and `worst` is what the stage assumes
   */
  readonly likely?: Micros;
  /**
   * The part of `likely` that is charged for each image made.
   * @default - the charge isn't by the image
   */
  readonly each?: Micros;
  /**
   * What the input images cost, if the price of the others depends on a size that the provider chooses.
   * @default - the request determines the price, or input images cost nothing
   */
  readonly inputs?: Micros;
}

/** What a provider request has cost. */
export interface Cost {
  readonly micros: Micros;
  /** How that is known: from the provider's response, or from the price list. */
  readonly from: 'provider' | 'price_list';
  /** The day (YYYY-MM-DD) of the price, if it is from the list. */
  readonly asOf?: string;
}
