import { ProviderFailure } from '../../domain/failure.ts';
import type { JsonValue } from '../../domain/generation.ts';
import type { SendRequest } from '../../domain/send-request.ts';
import { cleanMessage } from '../wire/failures/clean-message.ts';
import { readRetryAfter } from '../wire/failures/status-failure.ts';
import { exchangeJson, type JsonAnswer } from '../wire/json-exchange.ts';
import { fieldOf, textOf } from '../wire/json-fields.ts';

/** An access token, and for how long it is good. */
export interface Granted {
  readonly token: string;
  readonly lifetimeSeconds: number;
}

/** A request to a token service. */
export interface TokenRequest {
  readonly url: string;
  /** Sent as a form, as OAuth has it, or as JSON. */
  readonly body: URLSearchParams | JsonValue;
  /** A token that lets the request in. */
  readonly bearer?: string;
  /** The secrets that are sent, and must not appear in a message. */
  readonly secrets: readonly string[];
}

/** All that Google's image models need. https://developers.google.com/identity/protocols/oauth2/scopes */
export const scope = 'https://www.googleapis.com/auth/cloud-platform';

/** Retries are pointless for these; for 408 and 429 they are not. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;

/**
 * One exchange with a token service. The provider's models haven't been called by then, so a failure costs nothing:
 * throws ProviderFailure `auth` where the credential was refused, and `overloaded` for all else.
 */
export async function askForToken(send: SendRequest, request: TokenRequest, signal: AbortSignal): Promise<JsonAnswer> {
  const { url, body, bearer, secrets } = request;
  const isForm = body instanceof URLSearchParams;
  const answer = await exchangeJson(send, {
    method: 'POST',
    url,
    headers: {
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      accept: 'application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    body: Buffer.from(isForm ? body.toString() : JSON.stringify(body)),
    signal,
  }).catch((error: unknown) => {
    throw new ProviderFailure('overloaded', "The provider's token service did not answer.", { cause: error });
  });
  if (answer.status !== 200) throw failureOf(answer, secrets);
  return answer;
}

/** The token in a success, in OAuth's format: `{access_token, expires_in}`. */
export function grantedIn({ value, status }: JsonAnswer): Granted {
  return granted(textOf(value, 'access_token'), Number(fieldOf(value, 'expires_in')), status);
}

/**
 * A token without a usable lifetime is good for one request. Throws ProviderFailure `overloaded` where there is no
 * token.
 */
export function granted(token: string | undefined, lifetimeSeconds: number, statusCode: number): Granted {
  if (token === undefined) {
    const message = "The provider's token service answered without a token.";
    throw new ProviderFailure('overloaded', message, { statusCode });
  }
  return { token, lifetimeSeconds: Number.isFinite(lifetimeSeconds) ? lifetimeSeconds : 0 };
}

/**
 * The caller gets the error's name alone; Google's description may name the account, and is logged without credentials.
 */
function failureOf({ status, headers, value, text }: JsonAnswer, secrets: readonly string[]): ProviderFailure {
  const error = fieldOf(value, 'error');
  const name = typeof error === 'string' ? error : textOf(error, 'status');
  const known = name !== undefined && /^\w{1,40}$/.test(name) ? ` (${name})` : '';
  const said = textOf(value, 'error_description') ?? textOf(error, 'message') ?? text;
  const details = { statusCode: status, cause: new Error(cleanMessage(said, secrets)) };
  if (isRefusal(status)) {
    return new ProviderFailure('auth', `The provider refused the gateway's credential${known}.`, details);
  }
  const retryAfterSeconds = readRetryAfter(headers);
  return new ProviderFailure('overloaded', `The provider's token service answered ${status}${known}.`, {
    ...details,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
