import { defaultCacheTtlSeconds, headerNames } from '../../contract/headers.ts';
import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { Warning } from '../../domain/generation.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { ApiRequest } from '../request/api-request.ts';
import { isTrue, keyText } from './header-texts.ts';

/** What the headers of a submission say about the cache; nothing without a cache key. */
export type CacheHeaders = Pick<ReceivedSubmission, 'cache'> & { readonly warnings: readonly Warning[] };

/**
 * Reads the headers with which a submission takes part in the cache. Throws `invalid_value` for a key that can't be, a time to live
 * that is too long, and a kind of cache that there isn't.
 */
export function cacheHeaders(request: Pick<ApiRequest, 'header'>): CacheHeaders {
  const key = keyText(request.header(headerNames.cacheKey), headerNames.cacheKey, limits.cacheKeyCharacters);
  refuseOtherTypes(request.header(headerNames.cacheType));
  const ttlSeconds = cacheTtl(request.header(headerNames.cacheTtl));
  if (key === undefined) return { warnings: [] };
  const store = !isTrue(request.header(headerNames.cacheNoStore));
  return {
    cache: { key, ttlSeconds: ttlSeconds ?? defaultCacheTtlSeconds, store },
    warnings: ttlSeconds === undefined ? [ttlIgnored] : [],
  };
}

function refuseOtherTypes(value = ''): void {
  const type = value.trim().toLowerCase();
  if (type === '' || type === 'direct') return;
  const message =
    type === 'semantic'
      ? 'This stage has no semantic cache yet: only equal requests are answered from the cache. Leave the header out, or send `direct`.'
      : `The header ${headerNames.cacheType} must be \`direct\`, or absent.`;
  throw new GatewayError('invalid_value', message, { param: headerNames.cacheType });
}

const secondsPer: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/**
 * Whole seconds, or a duration as Go writes it, such as `1h30m` (https://pkg.go.dev/time#ParseDuration): Bifrost takes either and
 * ignores all else. Undefined for what is to be ignored; fractions of a second count as one.
 */
function cacheTtl(value = ''): number | undefined {
  const text = value.trim();
  if (text === '') return defaultCacheTtlSeconds;
  const seconds = Math.ceil(/^\d+$/.test(text) ? Number(text) : durationSeconds(text));
  if (!(seconds > 0)) return undefined;
  if (seconds <= limits.cacheTtlSeconds) return seconds;
  throw new GatewayError(
    'invalid_value',
    `The header ${headerNames.cacheTtl} must be at most ${limits.cacheTtlSeconds} seconds.`,
    { param: headerNames.cacheTtl },
  );
}

/** 0 for what is no duration. */
function durationSeconds(text: string): number {
  if (!/^(\d{1,12}(\.\d{1,12})?(h|ms|m|s)){1,8}$/.test(text)) return 0;
  return [...text.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (secondsPer[unit] ?? 0),
    0,
  );
}

const ttlIgnored: Warning = {
  code: 'ttl_ignored',
  param: headerNames.cacheTtl,
  message: `The header ${headerNames.cacheTtl} is neither a positive whole number of seconds nor a duration such as 5m, and was ignored.`,
};
