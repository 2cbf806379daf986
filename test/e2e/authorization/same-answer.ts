import type { Answer } from '../client.ts';

/** Headers that name the one answer they stand in, whatever it says. */
const ownHeaders = new Set(['x-request-id', 'x-amzn-requestid', 'x-amz-apigw-id', 'x-amzn-trace-id', 'date']);

/** All that an answer tells: status, headers and body, without what names the request itself. */
export function toldBy({ status, headers, bytes }: Answer): string {
  const told = [...headers].filter(([name]) => !ownHeaders.has(name)).map(([name, value]) => `${name}: ${value}`);
  const body = bytes.toString().replaceAll(headers.get('x-request-id') ?? '', 'ID');
  return [status, ...told.toSorted(), body].join('\n');
}
