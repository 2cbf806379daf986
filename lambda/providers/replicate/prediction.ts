import { type FailureKind, ProviderFailure } from '../../domain/failure.ts';
import type { JsonValue } from '../../domain/generation.ts';
import type { Ticket } from '../../domain/jobs/attempt.ts';
import type { Failed, Finished } from '../../domain/provider.ts';
import { cleanMessage } from '../wire/failures/clean-message.ts';
import { wordsOf } from '../wire/failures/error-message.ts';
import { countOf, fieldOf, textOf } from '../wire/json-fields.ts';
import { missingImages } from '../wire/pictures/answer-images.ts';
import { addressIn, entriesIn } from '../wire/pictures/picture-places.ts';
import { type Polled, polledIn, taskEnded } from '../wire/ticket-exchange.ts';

/** A prediction as a later worker finds it again, at the addresses that came with it. */
export interface ReplicateTicket extends Polled {
  readonly getUrl: string;
  readonly cancelUrl: string;
  /** The requested number of images. */
  readonly asked: number;
}

/** The ticket in an answer to a request; undefined where it gives no address. */
export function ticketIn(
  answer: JsonValue | undefined,
  { typicalSeconds, asked }: Pick<ReplicateTicket, 'typicalSeconds' | 'asked'>,
): ReplicateTicket | undefined {
  const urls = fieldOf(answer, 'urls');
  const getUrl = textOf(urls, 'get');
  if (getUrl === undefined) return undefined;
  return { getUrl, cancelUrl: textOf(urls, 'cancel') ?? `${getUrl}/cancel`, typicalSeconds, asked, polls: 0 };
}

/** A ticket read back. Only our own workers write them. */
export const readTicket = (ticket: Ticket): ReplicateTicket => ({
  getUrl: textOf(ticket, 'getUrl') ?? '',
  cancelUrl: textOf(ticket, 'cancelUrl') ?? '',
  asked: countOf(ticket, 'asked') ?? 1,
  ...polledIn(ticket),
});

export type PredictionState = Finished | Failed | { readonly status: 'working' };

/**
 * The state of a prediction in an answer; undefined where it has none. An undocumented status counts as working.
 * `secret` is the credential, which no message may repeat.
 */
export function predictionStateIn(
  answer: JsonValue | undefined,
  asked: number,
  secret: string,
): PredictionState | undefined {
  const status = textOf(answer, 'status');
  switch (status) {
    case undefined:
      return undefined;
    case 'succeeded':
      return taskEnded(() => resultIn(answer, asked));
    case 'failed':
      return failedWork(answer, asked, secret);
    case 'canceled':
      return failed('called_off', 'The task was cancelled at the provider.');
    case 'aborted':
      // Nothing had begun, and nothing is charged: replicate.com/changelog/2025-10-16-prediction-deadlines.
      return failed('overloaded', 'The provider dropped the task before it started.', 'no');
    default:
      return { status: 'working' };
  }
}

/** Work that failed. Its outputs so far are paid for, and passed on unless moderation refused them. */
function failedWork(answer: JsonValue | undefined, asked: number, secret: string): Finished | Failed {
  const [kind, message] = kindAndMessage(wordsOf(fieldOf(answer, 'error')) ?? '', secret);
  const urls = urlsIn(fieldOf(answer, 'output'));
  return urls.length > 0 && kind !== 'refused' ? finishedWith(urls, asked) : failed(kind, message);
}

/** The addresses in an output: one or a list of them, each by itself or in an object. */
const urlsIn = (output: unknown): readonly string[] => entriesIn({ output }).flatMap((entry) => addressIn(entry) ?? []);

const finishedWith = (urls: readonly string[], asked: number): Finished => ({
  status: 'finished',
  images: urls.map((url) => ({ url })),
  warnings: missingImages(urls.length, asked),
});

/** Throws ProviderFailure `malformed` where there is no image. */
function resultIn(answer: JsonValue | undefined, asked: number): Finished {
  const urls = urlsIn(fieldOf(answer, 'output'));
  if (urls.length > 0) return finishedWith(urls, asked);
  // Output is removed an hour after its making.
  const isRemoved = fieldOf(answer, 'data_removed') === true;
  const message = isRemoved
    ? 'The provider has already deleted the images.'
    : 'The provider answered without an image.';
  throw new ProviderFailure('malformed', message, { statusCode: 200, ...(isRemoved ? { billed: 'yes' } : {}) });
}

/**
 * Failure kinds by the message of a failed model, which has no code. None is documented: users have reported these.
 * Replicate itself suggests a retry after the second group. Whether failed work is charged depends on the model.
 */
const kindsByWords: readonly (readonly [RegExp, FailureKind])[] = [
  [/\bE005\b|nsfw|\bflagged\b|sensitive content|content (?:policy|moderation)|moderat(?:ed|ion)/i, 'refused'],
  [/safety (?:polic|system|filter|checker)|(?:violat|against)\w*\b.{0,40}\b(?:polic|guidelines|terms)/is, 'refused'],
  [/code: PA\b|\bE(?:8765|9828|003|004)\b|prediction interrupted|unexpected error handling prediction/i, 'overloaded'],
  [/\bE006\b|input was invalid/i, 'invalid'],
];

function kindAndMessage(error: string, secret: string): [FailureKind, string] {
  const kind = kindsByWords.find(([words]) => words.test(error))?.[1] ?? 'malformed';
  return [kind, cleanMessage(error, secret) || 'The provider reports that the task has failed.'];
}

const failed = (kind: FailureKind, message: string, billed: 'no' | 'unknown' = 'unknown'): Failed => ({
  status: 'failed',
  failure: new ProviderFailure(kind, message, { statusCode: 200, billed }),
});
