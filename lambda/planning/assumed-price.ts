import { microsAbove } from '../domain/money/micros.ts';
import type { PlanRequest } from '../domain/ports.ts';

/**
 * `PlanRequest` with a quote for models without a known price, too: so many US dollars for each image that is asked for, as the worst
 * that it may cost. `none`: their quote stays unknown.
 */
export const withAssumedPrice = (plan: PlanRequest, usdPerImage: number | 'none'): PlanRequest =>
  usdPerImage === 'none'
    ? plan
    : (...submitted) => {
        const planned = plan(...submitted);
        return { quote: { worst: planned.request.n * microsAbove(usdPerImage) }, ...planned };
      };
