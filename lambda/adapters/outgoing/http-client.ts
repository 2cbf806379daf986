import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ProviderFailure } from '../../domain/failure.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import type { OutgoingRequest, ProviderAnswer, SendRequest, StreamedBody } from '../../domain/send-request.ts';
import { failureOf, givenUp, withStatus } from './connection-failure.ts';
import { unpackedBody } from './unpacked-body.ts';

/** Idle time after which TCP keep-alive probes the peer: NAT devices drop the state of idle connections. */
const keepAliveProbeMilliseconds = 60_000;

/**
 * HTTP client: `SendRequest` over node:http. The global fetch won't do: it times out after 300 seconds without an
 * answer, whatever the model's timeout, and doesn't say whether a failed request had been sent.
 */
export const sendRequest: SendRequest = (request) =>
  new Promise<ProviderAnswer>((resolve, reject) => {
    const exchange = open(request);
    if (exchange instanceof ProviderFailure) return reject(exchange);
    const { outgoing, begun } = exchange;
    let message: IncomingMessage | undefined;
    let sourceFault: { readonly error: unknown } | undefined;
    const stop = () => (message ?? outgoing).destroy(givenUp(request.signal));
    request.signal.addEventListener('abort', stop);

    outgoing.once('response', (incoming) => {
      message = incoming;
      resolve({ status: incoming.statusCode ?? 0, headers: flat(incoming), body: bodyOf(incoming, request) });
    });
    // Stays for the whole exchange: an error after the answer's head reaches the caller through the body's stream.
    outgoing.on('error', (error) => reject(sourceFault ? sourceFault.error : failureOf(error, begun())));
    outgoing.once('close', () => {
      request.signal.removeEventListener('abort', stop);
      reject(failureOf(new Error('the connection was closed'), begun()));
    });
    upload(outgoing, request.body).catch((error: unknown) => {
      sourceFault = { error };
      outgoing.destroy(error instanceof Error ? error : new Error('the request body failed', { cause: error }));
    });
  });

interface Exchange {
  readonly outgoing: ClientRequest;
  /** Whether the connection was established, so that the provider may have received part of the request. */
  readonly begun: () => boolean;
}

/**
 * Each request has a new connection (`agent: false`). On a pooled one, a server that closes it at that moment causes a
 * reset that looks like one during the work: an unknown outcome, which may cost the caller an image.
 */
function open(request: OutgoingRequest): Exchange | ProviderFailure {
  if (request.signal.aborted) return failureOf(givenUp(request.signal), false);
  let begun = false;
  try {
    const url = new URL(request.url);
    const isTls = url.protocol === 'https:';
    const outgoing = (isTls ? httpsRequest : httpRequest)(url, {
      method: request.method,
      headers: headersOf(request),
      agent: false,
    });
    outgoing.once('socket', (socket) => {
      // Over TLS nothing of the request is sent before the handshake is over.
      socket.once(isTls ? 'secureConnect' : 'connect', () => {
        begun = true;
      });
    });
    outgoing.setSocketKeepAlive(true, keepAliveProbeMilliseconds);
    return { outgoing, begun: () => begun };
  } catch (error) {
    return failureOf(error, false);
  }
}

function headersOf({ headers, body }: OutgoingRequest): Record<string, string> {
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  // Images don't shrink further, and an answer that isn't packed can be read and bounded as it comes.
  return { 'accept-encoding': 'identity', 'user-agent': 'darkroom', ...headers, ...length };
}

async function upload(outgoing: ClientRequest, body: OutgoingRequest['body']): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  for await (const chunk of exactly(body)) {
    // The answer or a failure came before the whole body was sent; the rest of it no longer matters.
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) await roomIn(outgoing);
  }
  outgoing.end();
}

/** The body's chunks. Throws where their length differs from the declared one, which would corrupt the HTTP framing. */
async function* exactly(body: StreamedBody): ByteStream {
  let length = 0;
  for await (const chunk of body.chunks()) {
    length += chunk.length;
    if (length > body.length) break;
    yield chunk;
  }
  if (length !== body.length) throw new Error(`A request body declared as ${body.length} bytes had another length`);
}

const roomIn = (outgoing: ClientRequest): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.once('drain', done).once('close', done);
  });

const flat = (message: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : `${value}`,
    ]),
  );

async function* bodyOf(message: IncomingMessage, { signal, maxAnswerBytes }: OutgoingRequest): ByteStream {
  let received = 0;
  try {
    for await (const chunk of unpackedBody(message, message.headers['content-encoding'])) {
      received += chunk.length;
      if (received > maxAnswerBytes) throw tooLong(maxAnswerBytes, message.statusCode);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ProviderFailure) throw error;
    throw failureOf(signal.aborted ? givenUp(signal) : error, true, message.statusCode);
  }
}

const tooLong = (most: number, statusCode: number | undefined): ProviderFailure =>
  new ProviderFailure('malformed', `The provider's response is longer than ${most} bytes.`, withStatus(statusCode));
