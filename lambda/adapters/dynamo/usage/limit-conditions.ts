import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Budget, RateLimit } from '../../../domain/keys/key-limits.ts';
import type { Micros } from '../../../domain/money/micros.ts';
import type { WindowName } from '../../../domain/usage/windows.ts';
import { number } from './update.ts';

/** What must hold of windows' attributes for a write, and the values that this needs. */
export interface LimitConditions {
  readonly conditions: readonly string[];
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** Each window, whose count is `#c0`, `#c1` …, has counted fewer submissions than it may. */
export function rateConditions(windows: readonly WindowName[], rateLimits: readonly RateLimit[]): LimitConditions {
  const limited = limitedOf(windows, rateLimits);
  return {
    conditions: limited.map(({ at }) => `(attribute_not_exists(#c${at}) OR #c${at} < :l${at})`),
    values: Object.fromEntries(limited.map(({ at, limit }) => [`:l${at}`, number(limit.requests)])),
  };
}

/** Each window, whose sum is `#m0`, `#m1` …, has room for so much more. */
export function budgetConditions(
  windows: readonly WindowName[],
  budgets: readonly Budget[],
  micros: Micros,
): LimitConditions {
  const limited = limitedOf(windows, budgets);
  return {
    conditions: limited.map(({ at, limit }) =>
      // What is more than the whole budget doesn't fit into an unused window either.
      micros > limit.micros ? `#m${at} <= :b${at}` : `(attribute_not_exists(#m${at}) OR #m${at} <= :b${at})`,
    ),
    values: Object.fromEntries(limited.map(({ at, limit }) => [`:b${at}`, number(limit.micros - micros)])),
  };
}

/** The limits of these windows, each with the number of its window. */
const limitedOf = <Limit extends RateLimit | Budget>(windows: readonly WindowName[], limits: readonly Limit[]) =>
  windows.flatMap(({ period }, at) => {
    const limit = limits.find((each) => each.period === period);
    return limit === undefined ? [] : [{ at, limit }];
  });
