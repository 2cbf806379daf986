import type { ImageRequest, Warning } from './generation.ts';
import type { Conversion } from './images/conversion.ts';
import type { InputLimits } from './images/input-limits.ts';
import type { Quote } from './money/quote.ts';

/** What planning makes of a submission for one candidate. */
export interface PlannedRequest {
  readonly request: ImageRequest;
  /** The provider's own name of what the request goes to: a deployment, an endpoint, an inference profile, or the model's id. */
  readonly deployment: string;
  readonly warnings: readonly Warning[];
  readonly conversion?: Conversion;
  /**
   * What the inputs must keep to once they are redrawn, which changes their bytes.
   * @default - nothing is redrawn, or the model has no limits
   */
  readonly inputLimits?: InputLimits;
  /**
   * Whether the images that aren't redrawn go out as addresses.
   * @default - as bytes
   */
  readonly sendsAddresses?: true;
  /**
   * What the request costs.
   * @default - the model's price is unknown
   */
  readonly quote?: Quote;
}
