import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { ByteStream } from '../../domain/images/image.ts';
import { givenUp } from './connection-failure.ts';
import { type AddressGuard, guardedLookup, guardedUrl } from './ssrf-guard.ts';
import { TransferRefused } from './transfer-refused.ts';
import { unpackedBody } from './unpacked-body.ts';

export interface TransferSettings extends AddressGuard {
  /**
   * Max bytes of one image.
   * @default 64 MiB: twice what the largest png of a model takes
   */
  readonly maxBytes?: number;
  /**
   * Idle timeout of a connection, in milliseconds.
   * @default 10000
   */
  readonly silenceMilliseconds?: number;
}

const defaultMaxBytes = 64 * 1024 * 1024;
const defaultSilenceMilliseconds = 10_000;
const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);
/** Answers of a storage that may know better in a moment. */
const passing = new Set([404, 408, 425, 429]);

/** One image on its way, over as many connections as it takes. */
export class ImageTransfer {
  private readonly url: string;
  private readonly signal: AbortSignal;
  private readonly settings: TransferSettings;
  private delivered = 0;
  /** The validators of the first answer; an answer with others is not its continuation. */
  private identity: string | undefined;

  constructor(url: string, signal: AbortSignal, settings: TransferSettings) {
    this.url = url;
    this.signal = signal;
    this.settings = settings;
  }

  /**
   * What has not been delivered yet, over a connection of its own. Throws TransferRefused for what no further try can
   * mend, and other errors for what one may.
   */
  async *rest(): ByteStream {
    const answer = await this.answer();
    try {
      this.identify(answer);
      let received = 0;
      for await (const chunk of unpackedBody(answer, answer.headers['content-encoding'])) {
        const known = Math.min(chunk.length, Math.max(0, this.delivered - received));
        received += chunk.length;
        this.refuseLength(received);
        if (known === chunk.length) continue;
        this.delivered = received;
        yield chunk.subarray(known);
      }
    } finally {
      answer.destroy();
    }
  }

  private identify({ headers }: IncomingMessage): void {
    const length = headers['content-length'];
    this.refuseLength(Number(length ?? 0));
    const identity = length === undefined ? undefined : `${length} ${headers.etag ?? headers['last-modified'] ?? ''}`;
    if (this.delivered > 0 && (identity === undefined || identity !== this.identity)) {
      throw new TransferRefused('interrupted', 'the transfer broke off and can not be resumed');
    }
    this.identity = identity;
  }

  private refuseLength(bytes: number): void {
    const most = this.settings.maxBytes ?? defaultMaxBytes;
    if (bytes > most) throw new TransferRefused('too_large', `it is longer than ${most} bytes`);
  }

  /** The answer that bears the image, behind any redirects. */
  private async answer(): Promise<IncomingMessage> {
    let url = guardedUrl(this.url, undefined, this.settings);
    const asked = new Set<string>();
    for (let hops = 0; hops <= maxRedirects; hops += 1) {
      asked.add(requestOf(url));
      const answer = await this.ask(url);
      const status = answer.statusCode ?? 0;
      if (status === 200) return answer;
      answer.destroy();
      if (passing.has(status) || status >= 500) throw new Error(`the server answered ${status}`);
      const { location } = answer.headers;
      if (!redirects.has(status) || location === undefined) {
        throw new TransferRefused('status', `the server answered ${status}`);
      }
      url = guardedUrl(location, url, this.settings);
      // An empty location leads here, too.
      if (asked.has(requestOf(url))) throw new TransferRefused('redirects', 'the redirects lead in a circle');
    }
    throw new TransferRefused('redirects', 'there were too many redirects');
  }

  private ask(url: URL): Promise<IncomingMessage> {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      // A new connection: a pooled one would not be resolved, and so not checked, again.
      const outgoing = send(url, {
        agent: false,
        lookup: guardedLookup(url, this.settings),
        headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'darkroom' },
        timeout: this.settings.silenceMilliseconds ?? defaultSilenceMilliseconds,
      });
      const stop = () => outgoing.destroy(givenUp(this.signal));
      this.signal.addEventListener('abort', stop);
      outgoing.once('timeout', () => outgoing.destroy(new Error('the server sent nothing for too long')));
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
      outgoing.once('close', () => {
        this.signal.removeEventListener('abort', stop);
        reject(new Error('the connection was closed'));
      });
      if (this.signal.aborted) stop();
      else outgoing.end();
    });
  }
}

/** A URL without its fragment, which no request carries. */
const requestOf = ({ href, hash }: URL): string => (hash === '' ? href : href.slice(0, -hash.length));
