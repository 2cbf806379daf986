import type { APIGatewayProxyEvent } from 'aws-lambda';

/**
 * A request's body, as API Gateway passes it: text as text, anything else in base64. Each call decodes it anew, so that
 * no reference keeps it in memory longer than needed: the largest bodies take megabytes in every form.
 */
export interface RequestBody {
  /** Length of the raw bytes; 0 where there is no body. */
  readonly byteLength: number;
  bytes(): Buffer;
  /** Without a byte order mark. Throws TypeError where the bytes are no UTF-8. */
  text(): string;
}

export function requestBody(event: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>): RequestBody {
  const content = event.body ?? '';
  const encoding = event.isBase64Encoded ? 'base64' : 'utf8';
  const bytes = (): Buffer => Buffer.from(content, encoding);
  return {
    byteLength: Buffer.byteLength(content, encoding),
    bytes,
    text() {
      if (event.isBase64Encoded) return new TextDecoder('utf-8', { fatal: true }).decode(bytes());
      return content.startsWith('\ufeff') ? content.slice(1) : content;
    },
  };
}
