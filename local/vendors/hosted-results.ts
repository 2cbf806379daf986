import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

interface HostedResult {
  readonly contentType: string;
  readonly expiresAtMilliseconds: number;
  readonly image: Buffer;
}

/** The oldest goes when there are more, so that a long load test doesn't fill the memory. */
const maxResults = 500;

/** Results that a vendor answers with as URLs. They are short-lived, and need no credential. */
export class HostedResults {
  private readonly results = new Map<string, HostedResult>();
  private readonly origin: () => string;

  /** `origin` is called when a URL is made, since the port is known only once the server listens. */
  constructor(origin: () => string) {
    this.origin = origin;
  }

  /** Keeps an image for that many seconds and returns its URL. */
  add(image: Buffer, format: 'png' | 'webp' | 'jpeg', seconds: number): string {
    const name = `${randomUUID()}.${format === 'jpeg' ? 'jpg' : format}`;
    const expiresAtMilliseconds = Date.now() + seconds * 1000;
    this.results.set(name, { contentType: `image/${format}`, expiresAtMilliseconds, image });
    const [oldest] = this.results.keys();
    if (this.results.size > maxResults && oldest !== undefined) this.results.delete(oldest);
    return `${this.origin()}/_results/${name}?expires=${new Date(expiresAtMilliseconds).toISOString()}`;
  }

  /**
   * Serves `/_results/{name}`. As with the storage service behind DALL·E's URLs, an expired one is a 403, and a request
   * with a credential, of whichever vendor, is refused: a client that sends its API key to the result's host should
   * notice here.
   */
  serve(name: string, incoming: IncomingMessage, response: ServerResponse, hasCredential: boolean): void {
    const result = this.results.get(name);
    if (result === undefined) {
      refuse(response, 404, 'ResourceNotFound');
    } else if (hasCredential) {
      refuse(response, 400, 'InvalidAuthenticationInfo');
    } else if (Date.now() >= result.expiresAtMilliseconds) {
      refuse(response, 403, 'AuthenticationFailed');
    } else {
      response.writeHead(200, { 'content-type': result.contentType, 'content-length': result.image.length });
      response.end(incoming.method === 'HEAD' ? undefined : result.image);
    }
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`);
}
