import { GatewayError } from '../../domain/error-code.ts';
import type { ApiRequest } from './api-request.ts';
import { headerValue, parameterOf } from './header-value.ts';

/**
 * The media type of a request's body, in lower case; empty where it isn't declared. Throws `unsupported_media_type`
 * where the body is declared to be compressed, or text in another charset than UTF-8, which would be misread.
 */
export function bodyTypeOf({ header }: Pick<ApiRequest, 'header'>): string {
  const encoding = (header('content-encoding') ?? '').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') {
    throw new GatewayError('unsupported_media_type', 'Send the body as it is, without a Content-Encoding.', {
      param: 'content-encoding',
    });
  }
  const type = headerValue(header('content-type') ?? '');
  if (isUtf8(parameterOf(type, 'charset') ?? 'utf-8')) return type.word;
  throw new GatewayError(
    'unsupported_media_type',
    'The body must be UTF-8, and its Content-Type must not declare another charset.',
    {
      param: 'content-type',
    },
  );
}

/** What a declared charset may be: UTF-8, and what is a part of it. */
const utf8Names: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** Whether a declared charset promises what the gateway reads all text as. */
export const isUtf8 = (charset: string): boolean => utf8Names.has(charset.toLowerCase());
