import type { FailureKind, LimitIs } from '../../domain/failure.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { messageIn } from '../wire/failures/error-message.ts';
import type { SaidOfFailure } from '../wire/failures/status-failure.ts';
import { fieldOf, listOf, parseJson, present, textOf } from '../wire/json-fields.ts';

/**
 * Reads `{error: {code, message, status, details}}`, the error of all Google APIs, also where it stands in a list, as on calls that
 * stream (google-gemini/gemini-cli#15186); a body of another form leaves everything but the message to the status.
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
 * What only the words tell. An account without money is a 429 like one that goes too fast: "Your prepayment credits are depleted",
 * "exceeded its monthly spending cap" (quoted by many users in 2026). "Check your plan and billing details" stands in every 429, so that
 * the word alone says nothing; a limit of 0 is that of a plan without the model.
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
  // What is used up for the day isn't back within any job's time, whatever RetryInfo says.
  if (quotasIn(details).some((quota) => quota.includes('PerDay'))) return 'billing';
  return kindsByWords.find(([words]) => words.test(message))?.[1];
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
