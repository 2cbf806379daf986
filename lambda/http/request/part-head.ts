import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import { type HeaderValue, headerValue, parameterOf, trimmed } from './header-value.ts';
import type { PartRange } from './multipart-outline.ts';

/** The headers of one part of a multipart/form-data body. */
export interface PartHead {
  readonly name: string;
  /** Whether it names a file: an empty name, which browsers send of an input left empty, names none. */
  readonly hasFilename: boolean;
  /** The file's name; empty where there is none, undefined where it is not UTF-8. */
  readonly filename: string | undefined;
  /** Every charset that its type declares, as it was written. */
  readonly charsets: readonly string[];
  /** In lower case; empty where it is not declared. */
  readonly transferEncoding: string;
  /** Where the head ends and the content begins. */
  readonly contentStart: number;
}

const headEnd = Buffer.from('\r\n\r\n');

/**
 * Reads a part's head as clients write it (RFC 7578, 4.2), with what they get wrong in the names of files: raw quotes
 * and line breaks, and the extended form within quotes. `place` counts parts from 1, for messages. Throws
 * `invalid_request` for a head that has no end or is longer than `limits.partHeadBytes`, and for one without
 * `Content-Disposition: form-data` and a name.
 */
export function readPartHead(body: Buffer, { start, end }: PartRange, place: number): PartHead {
  // The head's last line break may be the one before the boundary: then there is no content, not even an empty one.
  const part = body.subarray(start, end + 2);
  const found = part.subarray(0, limits.partHeadBytes + headEnd.length).indexOf(headEnd);
  if (found < 0 && !part.subarray(0, 2).equals(headEnd.subarray(2))) throw endless(part.length, place);
  // Every byte becomes one letter, so that what isn't UTF-8 in the name of a file spoils nothing else.
  const headers = headersOf(part.toString('latin1', 0, Math.max(0, found)));
  const disposition = headerValue(headers.get('content-disposition') ?? '');
  const name = parameterOf(disposition, 'name');
  if (disposition.word !== 'form-data' || !name) {
    throw refusal(place, 'needs a header `Content-Disposition: form-data; name="…"`.');
  }
  return {
    name: decodedName(name, place),
    hasFilename: namesFile(disposition),
    filename: filenameOf(disposition),
    charsets: charsetsOf(headerValue(headers.get('content-type') ?? '')),
    transferEncoding: headerValue(headers.get('content-transfer-encoding') ?? '').word,
    contentStart: Math.min(start + found + headEnd.length, end),
  };
}

const refusal = (place: number, what: string): GatewayError =>
  new GatewayError('invalid_request', `Part ${place} of the body ${what}`);

function endless(bytes: number, place: number): GatewayError {
  const limit = limits.partHeadBytes;
  if (bytes > limit) return refusal(place, `has a head of more than ${limit} bytes. Shorten the name of its file.`);
  return refusal(place, 'has no empty line between its head and its content. Lines must end in CRLF (`\\r\\n`).');
}

/** Headers by their names in lower case, unfolded. Of a repeated one the first counts. */
function headersOf(head: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let name = '';
  let isOpen = false;
  let lines: string[] = [];
  const keep = () => headers.has(name) || headers.set(name, lines.join('\r\n'));
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const goesOn = isOpen || /^[ \t]/.test(line) || colon < 1;
    if (goesOn) {
      lines.push(line);
    } else {
      keep();
      name = trimmed(line.slice(0, colon)).toLowerCase();
      lines = [line.slice(colon + 1)];
    }
    isOpen = name === 'content-disposition' && leavesOpen(line, isOpen);
  }
  keep();
  return headers;
}

const closingQuote = /"[ \t]*(?:;|$)/;

/** Whether a line ends within a quoted value, which holds the line break then: names of files do. */
function leavesOpen(line: string, isOpen: boolean): boolean {
  const opening = line.lastIndexOf('="');
  if (opening < 0 && !isOpen) return false;
  return !closingQuote.test(opening < 0 ? line : line.slice(opening + 2));
}

const namesFile = (disposition: HeaderValue): boolean =>
  [parameterOf(disposition, 'filename'), parameterOf(disposition, 'filename*')].some((name) => !!name);

/** The extended form, which names its charset, comes first (RFC 6266, 4.3); the other is UTF-8, as browsers write it. */
function filenameOf(disposition: HeaderValue): string | undefined {
  const extended = /^utf-8'[^']*'(.*)$/is.exec(parameterOf(disposition, 'filename*') ?? '')?.[1];
  if (extended !== undefined && isPercentEncoded(extended)) return decodeURIComponent(extended);
  const plain = parameterOf(disposition, 'filename');
  return plain === undefined && extended ? undefined : utf8Of(plain ?? '');
}

function isPercentEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}

const charsetsOf = ({ parameters }: HeaderValue): readonly string[] =>
  parameters.filter(([name]) => name === 'charset').map(([, value]) => value);

function decodedName(name: string, place: number): string {
  const decoded = utf8Of(name);
  if (decoded === undefined) throw refusal(place, 'has a name that is not UTF-8.');
  return decoded;
}

/** The text of which each letter is a byte; undefined where they are not UTF-8. */
function utf8Of(latin1: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return undefined;
  }
}
