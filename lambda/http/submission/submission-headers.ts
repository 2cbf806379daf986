import { headerNames } from '../../contract/headers.ts';
import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { Warning } from '../../domain/generation.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { ApiRequest } from '../request/api-request.ts';
import { preferredWaitSeconds } from '../request/prefer-wait.ts';
import { cacheHeaders } from './cache-headers.ts';
import { isTrue, keyText } from './header-texts.ts';

/** What the headers of a submission say. */
export type SubmissionHeaders = Pick<
  ReceivedSubmission,
  'resultTtlSeconds' | 'waitSeconds' | 'idempotencyKey' | 'rawWanted' | 'cache'
> & { readonly warnings: readonly Warning[] };

/**
 * Throws `invalid_value` for a result's time to live that is too long, an idempotency key that can't be, a webhook, and for what
 * `cacheHeaders` refuses; the rest has no wrong value.
 */
export function submissionHeaders(request: Pick<ApiRequest, 'header'>): SubmissionHeaders {
  refuseWebhook(request.header(headerNames.webhook));
  const given = request.header(headerNames.idempotencyKey);
  const key = keyText(given, headerNames.idempotencyKey, limits.idempotencyKeyCharacters, 'Idempotency-Key');
  const { warnings: ofResult, ...ofTtl } = resultTtl(request.header(headerNames.resultTtl));
  const { warnings: ofCache, ...cache } = cacheHeaders(request);
  return {
    ...ofTtl,
    ...cache,
    warnings: [...ofResult, ...ofCache],
    ...(key === undefined ? {} : { idempotencyKey: key }),
    waitSeconds: preferredWaitSeconds(request),
    rawWanted: {
      request: isTrue(request.header(headerNames.rawRequest)),
      response: isTrue(request.header(headerNames.rawResponse)),
    },
  };
}

/** A client that waits for a webhook which never comes would wait for ever, so it is refused at once. */
function refuseWebhook(value = ''): void {
  if (value.trim() === '') return;
  throw new GatewayError('invalid_value', 'This stage has no webhooks. Poll the job instead.', {
    param: headerNames.webhook,
  });
}

/** As with Bifrost, what is no number of seconds counts as absent; here with a warning. */
function resultTtl(value: string | undefined): Pick<SubmissionHeaders, 'resultTtlSeconds' | 'warnings'> {
  if (value === undefined) return { warnings: [] };
  const text = value.trim();
  const resultTtlSeconds = /^\d+$/.test(text) ? Number(text) : 0;
  if (resultTtlSeconds === 0) return { warnings: [ttlIgnored] };
  if (resultTtlSeconds <= limits.resultTtlSeconds) return { resultTtlSeconds, warnings: [] };
  throw new GatewayError(
    'invalid_value',
    `The header ${headerNames.resultTtl} must be whole seconds from 1 to ${limits.resultTtlSeconds}.`,
    { param: headerNames.resultTtl },
  );
}

const ttlIgnored: Warning = {
  code: 'ttl_ignored',
  param: headerNames.resultTtl,
  message: `The header ${headerNames.resultTtl} is not a positive whole number of seconds and was ignored.`,
};
