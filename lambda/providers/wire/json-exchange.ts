import { buffer } from 'node:stream/consumers';
import type { JsonValue } from '../../domain/generation.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import type { OutgoingRequest, ProviderAnswer, SendRequest } from '../../domain/send-request.ts';
import { parseJson } from './json-fields.ts';
import { keepText } from './keep-answer.ts';
import { readErrorText } from './read-text.ts';

/** An answer without images in it, read whole. */
export interface JsonAnswer extends Pick<ProviderAnswer, 'status' | 'headers'> {
  readonly text: string;
  /** Undefined where the text is no JSON. */
  readonly value: JsonValue | undefined;
}

/** Tickets, and what is said of the work behind them, are a few hundred bytes; an echo of the request may stand in them. */
const maxAnswerBytes = 1024 * 1024;

/**
 * One exchange with a server that answers in short JSON. Throws as `SendRequest` does, also where the body of a success
 * is cut; of an error's body what came is enough.
 */
export async function exchangeJson(
  send: SendRequest,
  request: Omit<OutgoingRequest, 'maxAnswerBytes'>,
): Promise<JsonAnswer> {
  const { status, headers, body } = await send({ ...request, maxAnswerBytes });
  const isSuccess = status >= 200 && status < 300;
  const text = isSuccess ? (await buffer(body)).toString('utf8') : await readErrorText(body);
  return { status, headers, text, value: parseJson(text) };
}

/** Keeps an answer for a caller who asked for it; `shown` takes out what only we may see of it. */
export const keepAnswer = ({ text }: JsonAnswer, call: ProviderCall, shown: (answer: JsonValue) => JsonValue): void =>
  keepText(text, call, call.apiKey, shown);
