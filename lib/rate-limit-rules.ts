import { limits } from '../lambda/contract/limits.ts';
import { periods, type RateLimit } from '../lambda/domain/keys/key-limits.ts';

/** A sentence for each rate that the stage's defaults can't have; none where they can all hold. */
export function brokenRateLimits(rateLimits: readonly RateLimit[]): readonly string[] {
  const broken = rateLimits.flatMap(({ requests, period }) => [
    ...(periods.includes(period)
      ? []
      : [`defaultRateLimits: the period must be one of ${periods.join(', ')}, not ${period}.`]),
    ...(Number.isInteger(requests) && requests >= 1 && requests <= limits.requestsOfWindow
      ? []
      : [`defaultRateLimits: requests must be a whole number from 1 to ${limits.requestsOfWindow}, not ${requests}.`]),
  ]);
  const isTwice = new Set(rateLimits.map(({ period }) => period)).size < rateLimits.length;
  return isTwice ? [...broken, 'defaultRateLimits has a period twice: give one limit per period.'] : broken;
}
