import type { FailureKind, LimitIs } from '../../domain/failure.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { messageIn } from '../wire/failures/error-message.ts';
import type { SaidOfFailure } from '../wire/failures/status-failure.ts';
import { fieldOf, listOf, parseJson, present, textOf } from '../wire/json-fields.ts';

/**
 * Parses `{error: {code, message, status, details}}`, the error of all Google APIs, also inside a list, as in streaming
 * calls (google-gemini/gemini-cli#15186); for a body of another form all but the message follows from the status.
 * https://cloud.google.com/apis/design/errors and https://ai.google.dev/gemini-api/docs/troubleshooting
 */
export function failureSaid(body: string): SaidOfFailure {
  const error = errorIn(parseJson(body));
  const details = listOf(error, 'details');
  const message = messageIn(body);
  return present({
    message,
    kind: kindSaid(textOf(error, 'status'), details, message ?? ''),
    limitIs: limitSaid(details),
    retryAfterSeconds: secondsOf(textOf(detail(details, 'RetryInfo'), 'retryDelay')),
  });
}

const errorIn = (answer: JsonValue | undefined): unknown =>
  [answer].flat().flatMap((each) => fieldOf(each, 'error') ?? [])[0];

/**
 * Distinctions that only the message makes. An account without credit gets a 429 like one that is rate limited: "Your
 * prepayment credits are depleted", "exceeded its monthly spending cap" (quoted by many users in 2026). "Check your
 * plan and billing details" is in every 429, so that the word alone means nothing; a limit of 0 is that of a plan
 * without the model.
 */
const kindsByWords: readonly (readonly [RegExp, FailureKind])[] = [
  [/api[ _-]?key (?:is )?(?:not valid|invalid|expired|not found)/i, 'auth'],
  [/prepa(?:id|yment)\b.*\b(?:depleted|exhausted|used up|insufficient)/is, 'billing'],
  [/\b(?:credits?|balance)\b.{0,40}\b(?:depleted|exhausted|used up|insufficient|run out)/is, 'billing'],
  [/\binsufficient\b.{0,20}\b(?:credits?|balance|funds)\b|\bout of credits?\b/is, 'billing'],
  [/\bspend(?:ing)?[ -](?:cap|limit)/i, 'billing'],
  [/\bbilling\b.{0,40}\b(?:disabled|closed|not enabled|not active|inactive|suspended|to be enabled)\b/is, 'billing'],
  [/\blimit: 0\b/i, 'billing'],
];

const kindsByReason: Readonly<Record<string, FailureKind>> = {
  // A wrong key is a 400 here.
  API_KEY_INVALID: 'auth',
  BILLING_DISABLED: 'billing',
};

function kindSaid(status: string | undefined, details: readonly unknown[], message: string): FailureKind | undefined {
  const reason = textOf(detail(details, 'ErrorInfo'), 'reason');
  const byReason = reason !== undefined && Object.hasOwn(kindsByReason, reason) ? kindsByReason[reason] : undefined;
  if (byReason) return byReason;
  // The account can't be served where it is, or as it pays.
  if (status === 'FAILED_PRECONDITION') return 'billing';
  // A daily quota isn't restored within any job's time, whatever RetryInfo says.
  if (quotasIn(details).some((quota) => quota.includes('PerDay'))) return 'billing';
  return kindsByWords.find(([words]) => words.test(message))?.[1];
}

/** A quota's name contains its scope, such as `GenerateRequestsPerMinutePerProjectPerModel`. */
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
