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

/** Max size of a ticket or of a poll's answer. They are a few hundred bytes, but may echo the request. */
const maxAnswerBytes = 1024 * 1024;

/**
 * One exchange with a server that answers in short JSON. Throws as `SendRequest` does, also where the body of a success
 * is truncated; the truncated body of an error is used as it is.
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

/** Keeps the raw answer for a caller who requested it; `shown` removes internal fields. */
export const keepAnswer = ({ text }: JsonAnswer, call: ProviderCall, shown: (answer: JsonValue) => JsonValue): void =>
  keepText(text, call, call.apiKey, shown);
