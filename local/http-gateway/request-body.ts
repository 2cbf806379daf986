import type { IncomingMessage, ServerResponse } from 'node:http';

/** The largest body API Gateway takes. */
const maximumBodyBytes = 10 * 1024 * 1024;

/**
 * How much of a body that is refused is still read, so that its sender gets to see the answer instead of a broken
 * connection.
 */
const maximumDrainedBytes = 64 * 1024 * 1024;

/**
 * Reads a request's body. Undefined for one above the limit, which is then drained (or never requested, where the
 * client waits for a `100 Continue`). Throws when the client disconnects.
 */
export async function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer | undefined> {
  const waits = request.headers.expect?.toLowerCase() === '100-continue';
  if (waits && Number(request.headers['content-length'] ?? 0) > maximumBodyBytes) {
    response.shouldKeepAlive = false;
    return undefined;
  }
  if (waits) response.writeContinue();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maximumBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > maximumDrainedBytes) break;
  }
  return bytes > maximumBodyBytes ? undefined : Buffer.concat(chunks);
}

/** Whether a media type (of a Content-Type or Accept header) is one of the API's binary ones. */
export function isBinary(mediaType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  const type = mediaType?.split(';')[0]?.trim().toLowerCase();
  return binaryMediaTypes.some((binary) => {
    if (binary === '*/*') return true;
    if (type === undefined) return false;
    return binary.endsWith('/*') ? type.startsWith(binary.slice(0, -1)) : type === binary;
  });
}
