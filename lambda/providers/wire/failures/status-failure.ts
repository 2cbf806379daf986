import { type Billed, type FailureKind, type LimitIs, ProviderFailure } from '../../../domain/failure.ts';
import type { ProviderAnswer } from '../../../domain/send-request.ts';
import { cleanMessage, type Secrets } from './clean-message.ts';
import { isFree } from './free-words.ts';

/** The parsed body of a provider's error, as far as it could be read. */
export interface SaidOfFailure {
  readonly message?: string;
  /** The invalid field, by its name in the contract. */
  readonly param?: string;
  /** Where the body knows better than the status. */
  readonly kind?: FailureKind;
  /** The retry delay in the body, for answers without such a header. */
  readonly retryAfterSeconds?: number;
  /** Whether a refusal is of the key or of the model with it, where that is known better than from the kind. */
  readonly limitIs?: LimitIs;
  /** Whether the request was charged, where that is known better than from the kind. */
  readonly billed?: Billed;
}

/** The scope of a 429 from a provider that limits an account's requests or tasks, across models. */
export const limitOfAccount = (status: number): Pick<SaidOfFailure, 'limitIs'> =>
  status === 429 ? { limitIs: 'key' } : {};

const kindsByStatus: ReadonlyMap<number, FailureKind> = new Map([
  [401, 'auth'],
  [402, 'billing'],
  [403, 'auth'],
  // The path is ours and known to be right, so what wasn't found is the model.
  [404, 'unsupported'],
  [410, 'unsupported'],
  // What is too large for this provider may not be for the next one.
  [413, 'unsupported'],
  // A gateway gave up waiting for an upstream that may have done the work.
  [408, 'unknown_outcome'],
  [504, 'unknown_outcome'],
  ...[520, 521, 522, 523, 524].map((status) => [status, 'unknown_outcome'] as const),
  // "Conflict" is how OpenAI's family reports that a lock could not be had; its SDKs try again.
  [409, 'overloaded'],
  [429, 'rate_limited'],
]);

/**
 * The kind of failure by HTTP status alone. A redirect, or a success other than 200, is `malformed`: no image API
 * documents one, and a 303 may well follow work that was done and charged. Redirects are never followed, since the
 * credential would be sent along.
 */
export function kindOfStatus(status: number): FailureKind {
  const known = kindsByStatus.get(status);
  if (known) return known;
  if (status < 400) return 'malformed';
  return status < 500 ? 'invalid' : 'overloaded';
}

/** The failure of an answer that is no success. No message repeats the `secrets`. */
export function failureOfAnswer(
  answer: Pick<ProviderAnswer, 'status' | 'headers'>,
  said: SaidOfFailure,
  secrets: Secrets,
): ProviderFailure {
  const message = said.message === undefined ? '' : cleanMessage(said.message, secrets);
  const billed = said.billed ?? billedSaid(message);
  const retryAfterSeconds = readRetryAfter(answer.headers) ?? bounded(said.retryAfterSeconds);
  return new ProviderFailure(
    said.kind ?? kindOfStatus(answer.status),
    message || `The provider answered ${answer.status}.`,
    {
      statusCode: answer.status,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(said.param === undefined ? {} : { param: said.param }),
      ...(said.limitIs === undefined ? {} : { limitIs: said.limitIs }),
      ...(billed === undefined ? {} : { billed }),
    },
  );
}

/** `no` where the provider's message says that the request is not charged. */
export const billedSaid = (message: string): Billed | undefined => (isFree(message) ? 'no' : undefined);

/** No provider has a reason to ask for more; a longer hint would park a job beyond any deadline. */
const maxHintSeconds = 24 * 3600;

/**
 * The provider's retry delay: `retry-after-ms` (OpenAI's), else `Retry-After` in seconds or as a date, which is
 * compared with the answer's own `Date`, so that clock skew doesn't matter. Undefined where there is no usable hint.
 */
export function readRetryAfter(headers: ProviderAnswer['headers'], now: number = Date.now()): number | undefined {
  const seconds = (text: string | undefined, unit: number): number | undefined =>
    text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) / unit : undefined;
  const hint =
    seconds(headers['retry-after-ms'], 1000) ??
    seconds(headers['retry-after'], 1) ??
    secondsUntil(headers['retry-after'], headers.date, now);
  return bounded(hint);
}

const bounded = (hint: number | undefined): number | undefined =>
  hint === undefined ? undefined : Math.min(Math.max(hint, 0), maxHintSeconds);

function secondsUntil(date: string | undefined, sentAt: string | undefined, now: number): number | undefined {
  const until = Date.parse(date ?? '');
  if (Number.isNaN(until)) return undefined;
  const from = Date.parse(sentAt ?? '');
  return (until - (Number.isNaN(from) ? now : from)) / 1000;
}
