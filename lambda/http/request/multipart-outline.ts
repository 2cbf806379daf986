import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';

const malformed = (message: string): GatewayError => new GatewayError('invalid_request', message);

const bareLineFeeds = (): GatewayError =>
  malformed('The lines of a multipart body must end in CRLF (`\\r\\n`); this one has bare line feeds.');

/** The boundary that a multipart content type names. Throws `invalid_request` where there is none that could be one. */
export function boundaryOf(contentType: string): string {
  const match = /;\s*boundary=(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined || !/^[\x20\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(boundary)) {
    throw malformed('The content type multipart/form-data needs the `boundary` that divides the body.');
  }
  return boundary;
}

/** The range of one part in the body: its headers begin after a boundary line, its content ends before the next one. */
export interface PartRange {
  readonly start: number;
  /** Before `start` where the line break of one boundary begins the next: there is nothing between them. */
  readonly end: number;
}

/**
 * Finds a multipart body's parts before anything is parsed. It costs a search for the boundary, so that a body of
 * thousands of tiny parts is refused for next to nothing; and it finds what a parser would pass over in silence: a cut
 * body, and a boundary in the middle of a part, which would shorten a file (RFC 2046, 5.1.1 forbids it). What follows
 * the closing boundary is no part of the form. Throws `invalid_request`.
 */
export function outlineOf(body: Buffer, boundary: string): readonly PartRange[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const first = delimiter.subarray(2);
  const parts: PartRange[] = [];
  let at = body.subarray(0, first.length).equals(first) ? first.length : after(body, delimiter, 0);
  while (at !== undefined) {
    const next = body.toString('latin1', at, at + 2);
    if (next === '--') return parts;
    if (next !== '\r\n' && at + 2 <= body.length) throw next.startsWith('\n') ? bareLineFeeds() : withinPart();
    if (parts.length === limits.parts) throw malformed(`The body has more than ${limits.parts} parts.`);
    const start = at + next.length;
    // The line break that ends one delimiter may begin the next: an empty part without headers.
    at = after(body, delimiter, at);
    if (at !== undefined) parts.push({ start, end: at - delimiter.length });
  }
  if (hasBareDelimiter(body, first)) throw bareLineFeeds();
  throw malformed('The multipart body ends before its closing boundary. Was it cut off?');
}

const withinPart = (): GatewayError =>
  malformed("The multipart boundary occurs within a part's content. Choose one that doesn't.");

function after(body: Buffer, delimiter: Buffer, from: number): number | undefined {
  const found = body.indexOf(delimiter, from);
  return found < 0 ? undefined : found + delimiter.length;
}

/** Whether a boundary follows upon a line feed that no carriage return precedes. */
function hasBareDelimiter(body: Buffer, delimiter: Buffer): boolean {
  const bare = Buffer.concat([Buffer.from('\n'), delimiter]);
  const found = body.indexOf(bare);
  return found >= 0 && body[found - 1] !== 0x0d;
}
