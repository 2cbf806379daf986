import type { FailureKind, LimitIs } from '../../domain/failure.ts';
import { fieldOf, listOf, parseJson, present, textOf } from './json-fields.ts';
import type { SaidOfFailure } from './status-failure.ts';

/**
 * Reads `{error: {code, message, status, details}}`, the error of all Google APIs; a body of another form leaves everything
 * to the status. https://cloud.google.com/apis/design/errors and https://ai.google.dev/gemini-api/docs/troubleshooting
 */
export function failureSaid(body: string): SaidOfFailure {
  const error = fieldOf(parseJson(body), 'error');
  const details = listOf(error, 'details');
  return present({
    message: textOf(error, 'message'),
    kind: kindSaid(textOf(error, 'status'), details),
    limitIs: limitSaid(details),
    retryAfterSeconds: secondsOf(textOf(detail(details, 'RetryInfo'), 'retryDelay')),
  });
}

function kindSaid(status: string | undefined, details: readonly unknown[]): FailureKind | undefined {
  // A wrong key is a 400 here.
  if (textOf(detail(details, 'ErrorInfo'), 'reason') === 'API_KEY_INVALID') return 'auth';
  // The account can't be served where it is, or as it pays.
  if (status === 'FAILED_PRECONDITION') return 'billing';
  // What is used up for the day isn't back within any job's time, whatever RetryInfo says.
  return quotasIn(details).some((quota) => quota.includes('PerDay')) ? 'billing' : undefined;
}

/** A quota's name says what it counts by, such as `GenerateRequestsPerMinutePerProjectPerModel`. */
function limitSaid(details: readonly unknown[]): LimitIs | undefined {
  const quotas = quotasIn(details);
  if (quotas.length === 0) return undefined;
  return quotas.every((quota) => /Per(Base)?Model/.test(quota)) ? 'model' : 'key';
}

/** The names of the quotas that a request went beyond. */
const quotasIn = (details: readonly unknown[]): readonly string[] =>
  listOf(detail(details, 'QuotaFailure'), 'violations')
    .map((each) => textOf(each, 'quotaId') ?? '')
    .filter((quota) => quota !== '');

const detail = (details: readonly unknown[], type: string): unknown =>
  details.find((each) => textOf(each, '@type') === `type.googleapis.com/google.rpc.${type}`);

/** Reads a duration such as `37.5s`. */
function secondsOf(duration: string | undefined): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(duration ?? '');
  return match ? Number(match[1]) : undefined;
}
