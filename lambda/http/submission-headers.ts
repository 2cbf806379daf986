import { headerNames } from '../contract/headers.ts';
import { limits } from '../contract/limits.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { ReceivedSubmission } from '../domain/received-submission.ts';
import type { ApiRequest } from './api-request.ts';

/** What the headers of a submission say. */
export type SubmissionHeaders = Pick<
  ReceivedSubmission,
  'resultTtlSeconds' | 'waitSeconds' | 'idempotencyKey' | 'rawWanted'
>;

/** Throws `invalid_value` for a result's time to live or an idempotency key that can't be; the rest has no wrong value. */
export function submissionHeaders(request: Pick<ApiRequest, 'header'>): SubmissionHeaders {
  const resultTtlSeconds = resultTtl(request.header(headerNames.resultTtl));
  const key = idempotencyKey(request.header(headerNames.idempotencyKey));
  return {
    ...(resultTtlSeconds === undefined ? {} : { resultTtlSeconds }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    waitSeconds: waitSeconds(request.header(headerNames.prefer) ?? ''),
    rawWanted: {
      request: isTrue(request.header(headerNames.rawRequest)),
      response: isTrue(request.header(headerNames.rawResponse)),
    },
  };
}

const isTrue = (value: string | undefined): boolean => value?.trim().toLowerCase() === 'true';

function resultTtl(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d{1,10}$/.test(value.trim()) ? Number(value) : 0;
  if (seconds >= 1 && seconds <= limits.resultTtlSeconds) return seconds;
  throw new GatewayError(
    'invalid_value',
    `The header ${headerNames.resultTtl} must be whole seconds from 1 to ${limits.resultTtlSeconds}.`,
    { param: headerNames.resultTtl },
  );
}

function idempotencyKey(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const key = value.trim();
  if (/^[\x21-\x7e]+$/.test(key) && key.length <= limits.idempotencyKeyCharacters) return key;
  throw new GatewayError(
    'invalid_value',
    `The header Idempotency-Key must be 1 to ${limits.idempotencyKeyCharacters} visible ASCII characters.`,
    { param: headerNames.idempotencyKey },
  );
}

/** What stands between the commas of a list, a comma within quotes being none; an open quote reaches to the end. */
const listItem = /(?:"(?:\\.|[^"\\])*(?:"|\\?$)|[^,"])+/g;

/**
 * How long the client lets an answer wait for a job's end: `wait` of its Prefer header (RFC 7240, section 4.3), at most
 * what the gateway grants, and 0 without one. Of a repeated preference the first counts, and one that can't be
 * understood is as good as absent (section 2), so nothing is ever thrown.
 */
export function waitSeconds(prefer: string): number {
  for (const preference of prefer.match(listItem) ?? []) {
    const [assignment = ''] = preference.split(';');
    const [name = '', ...value] = assignment.split('=');
    if (name.trim().toLowerCase() === 'wait') return grantedSeconds(value.join('=').trim());
  }
  return 0;
}

/** However many digits there are, they are a number, and more than is granted at worst: the header's length bounds them. */
function grantedSeconds(wait: string): number {
  const seconds = /^(?:(\d+)|"(\d+)")$/.exec(wait);
  return seconds ? Math.min(Number(seconds[1] ?? seconds[2]), limits.waitSeconds) : 0;
}
