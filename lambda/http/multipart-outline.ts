import { limits } from '../contract/limits.ts';
import { GatewayError } from '../domain/error-code.ts';

const malformed = (message: string): GatewayError => new GatewayError('invalid_request', message);

/** The boundary that a multipart content type names. Throws `invalid_request` where there is none that could be one. */
export function boundaryOf(contentType: string): string {
  const match = /;\s*boundary=(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined || !/^[\x20\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(boundary)) {
    throw malformed('The content type multipart/form-data needs a `boundary` that the body is divided by.');
  }
  return boundary;
}

export interface MultipartOutline {
  readonly parts: number;
  /** Where the closing boundary ends. */
  readonly end: number;
}

/**
 * Counts a multipart body's parts, and finds its end, before anything is parsed. It costs a search for the boundary, so
 * that a body of thousands of tiny parts is refused for next to nothing; and it finds what the parser would pass over in
 * silence: a cut body, and a boundary in the middle of a part, which would shorten a file (RFC 2046, 5.1.1 forbids it).
 * What follows the closing boundary is no part of the form, but the parser would go on there, and wait for files without
 * an end.
 * Throws `invalid_request`.
 */
export function outlineOf(body: Buffer, boundary: string): MultipartOutline {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const first = delimiter.subarray(2);
  let at = body.subarray(0, first.length).equals(first) ? first.length : after(body, delimiter, 0);
  for (let parts = 0; at !== undefined; parts += 1) {
    const next = body.toString('latin1', at, at + 2);
    if (next === '--') return { parts, end: at + next.length };
    if (next !== '\r\n' && at + 2 <= body.length) {
      throw malformed("The multipart boundary occurs within a part's content. Choose one that doesn't.");
    }
    if (parts === limits.parts) throw malformed(`The body has more than ${limits.parts} parts.`);
    // The line break that ends one delimiter may begin the next: an empty part without headers.
    at = after(body, delimiter, at);
  }
  throw malformed('The multipart body ends before its closing boundary. Was it cut off?');
}

function after(body: Buffer, delimiter: Buffer, from: number): number | undefined {
  const found = body.indexOf(delimiter, from);
  return found < 0 ? undefined : found + delimiter.length;
}
