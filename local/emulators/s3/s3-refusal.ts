import type { ServerResponse } from 'node:http';

/** An error response of S3: docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Further elements of the body, such as `ProposedSize`. */
  readonly details: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** A 403 with S3's code for whatever a caller has no permission for. */
export const accessDenied = (message = 'Access Denied', details: Readonly<Record<string, string>> = {}): S3Refusal =>
  new S3Refusal(403, 'AccessDenied', message, details);

/** A 412: `condition` is the header or rule that did not hold. */
export const preconditionFailed = (condition: string): S3Refusal =>
  new S3Refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

/** Sends the error as S3 does: XML, or no body in answer to HEAD. */
export function sendRefusal(response: ServerResponse, { status, code, message, details }: S3Refusal): void {
  const elements = Object.entries({ Code: code, Message: message, ...details });
  const inner = elements.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('');
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`);
}

/** Text as it stands in an element. */
export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
