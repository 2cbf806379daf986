import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { sendRequest } from '../../../../lambda/providers/shared/http-client.ts';
import type { OutgoingRequest } from '../../../../lambda/providers/shared/send-request.ts';
import {
  freePort,
  type ScriptedProvider,
  startScriptedProvider,
} from '../../../contract/providers/scripted-provider.ts';
import { loopbackCertificate } from '../../../support/loopback-certificate.ts';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function scripted(answer: (response: ServerResponse) => void): Promise<ScriptedProvider> {
  const server = await startScriptedProvider(answer);
  started.push(server);
  return server;
}

/** A server below HTTP, for what no HTTP server would do. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  return `127.0.0.1:${await listen(server, sockets)}`;
}

/** An HTTPS server whose certificate is trusted while the test runs. */
async function secureServer(answer: (response: ServerResponse) => void, options: ServerOptions = {}): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createHttpsServer({ ...loopbackCertificate, ...options }, (incoming, response) => {
    incoming.resume().on('end', () => answer(response));
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const authorities = getCACertificates();
  setDefaultCACertificates([loopbackCertificate.cert]);
  started.push({ stop: async () => setDefaultCACertificates(authorities) });
  return `https://127.0.0.1:${await listen(server, sockets)}/v1`;
}

async function listen(server: Server, sockets: ReadonlySet<Socket>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  started.push({
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
  return (server.address() as AddressInfo).port;
}

const request = (url: string, changes: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{}'),
  signal: AbortSignal.timeout(5_000),
  mostAnswerBytes: 1_000_000,
  ...changes,
});

/** The failure of an exchange, wherever in it. */
async function failureOf(outgoing: OutgoingRequest): Promise<ProviderFailure> {
  try {
    await buffer((await sendRequest(outgoing)).body);
  } catch (error) {
    if (error instanceof ProviderFailure) return error;
    throw error;
  }
  throw new Error('The exchange did not fail.');
}

describe('sendRequest', () => {
  it('sends method, path, headers and body, and streams the answer back', async () => {
    const server = await scripted((response) => response.writeHead(418, { 'x-made-by': 'us' }).end('short and stout'));
    const answer = await sendRequest(request(`${server.baseUrl}/images?a=b`, { body: Buffer.from('{"n":1}') }));
    expect(answer).toMatchObject({ status: 418, headers: { 'x-made-by': 'us' } });
    expect((await buffer(answer.body)).toString()).toBe('short and stout');
    expect(server.received).toMatchObject([{ method: 'POST', url: '/v1/images?a=b' }]);
    expect(server.received[0]?.headers).toMatchObject({ 'content-length': '7', 'accept-encoding': 'identity' });
    expect(server.received[0]?.body.toString()).toBe('{"n":1}');
  });

  it('makes a connection of its own for each request', async () => {
    const server = await scripted((response) => response.end('{}'));
    for (let count = 0; count < 3; count += 1) {
      await buffer((await sendRequest(request(server.baseUrl))).body);
      // Time for the connection to have gone back into a pool, if there were one.
      await sleep(20);
    }
    expect(server.connections).toBe(3);
  });

  it('streams a body of known length, no faster than the server takes it', async () => {
    let taker: Socket | undefined;
    const host = await rawServer((socket) => {
      socket.pause();
      taker = socket;
    });
    let made = 0;
    const body = {
      length: 64_000_000,
      async *chunks() {
        for (; made < 64_000_000; made += 100_000) yield Buffer.alloc(100_000, 'x');
      },
    };
    const answering = sendRequest(request(`http://${host}/`, { body }));
    await sleep(300);
    expect(made).toBeLessThan(32_000_000);
    let taken = '';
    let length = 0;
    taker?.on('data', (chunk) => {
      taken = taken || chunk.toString();
      length += chunk.length;
      if (length >= 64_000_000 + taken.indexOf('\r\n\r\n') + 4)
        taker?.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    taker?.resume();
    expect((await answering).status).toBe(200);
    expect(taken).toContain('content-length: 64000000\r\n');
  });

  it('passes on what a streamed body throws, and never completes the request', async () => {
    const server = await scripted((response) => response.end('{}'));
    const body = {
      length: 100,
      async *chunks() {
        yield Buffer.alloc(50);
        throw new RangeError('the store is down');
      },
    };
    await expect(sendRequest(request(server.baseUrl, { body }))).rejects.toThrow(RangeError);
    expect(server.received).toHaveLength(0);
  });

  it.each([50, 150])('refuses to send a body of 100 bytes that turns out to have %i', async (length) => {
    const server = await scripted((response) => response.end('{}'));
    const body = {
      length: 100,
      async *chunks() {
        yield Buffer.alloc(length);
      },
    };
    await expect(sendRequest(request(server.baseUrl, { body }))).rejects.toThrow('another length');
    expect(server.received).toHaveLength(0);
  });

  it('calls a connection that was refused overloaded', async () => {
    const failure = await failureOf(request(`http://127.0.0.1:${await freePort()}/v1`));
    expect(failure).toMatchObject({ kind: 'overloaded', billed: 'no', statusCode: undefined });
    expect(failure.message).toBe('The provider could not be reached: ECONNREFUSED.');
  });

  it('calls a host without an address overloaded', async () => {
    expect(await failureOf(request('http://nowhere.invalid/v1'))).toMatchObject({ kind: 'overloaded', billed: 'no' });
  });

  it('calls a failed TLS handshake overloaded', async () => {
    const host = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await failureOf(request(`https://${host}/`))).toMatchObject({ kind: 'overloaded', billed: 'no' });
  });

  it('calls a signal that came before the connection overloaded', async () => {
    const server = await scripted((response) => response.end('{}'));
    const failure = await failureOf(request(server.baseUrl, { signal: AbortSignal.abort() }));
    expect(failure).toMatchObject({ kind: 'overloaded', billed: 'no' });
    expect(server.connections).toBe(0);
  });

  it('calls a handshake that never ends overloaded, at the signal', async () => {
    const host = await rawServer(() => {});
    const failure = await failureOf(request(`https://${host}/`, { signal: AbortSignal.timeout(100) }));
    expect(failure).toMatchObject({ kind: 'overloaded', billed: 'no' });
  });

  it('calls silence until the signal an unknown outcome', async () => {
    const server = await scripted(() => {});
    const failure = await failureOf(request(server.baseUrl, { signal: AbortSignal.timeout(150) }));
    expect(failure).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown' });
    expect(failure.message).toBe('No complete answer came from the provider: the request was given up.');
    expect(server.received).toHaveLength(1);
  });

  it('calls a connection cut before the answer an unknown outcome', async () => {
    const server = await scripted((response) => response.destroy());
    expect(await failureOf(request(server.baseUrl))).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown' });
  });

  it('calls a connection cut while the request goes out an unknown outcome', async () => {
    const host = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const body = {
      length: 10_000_000,
      async *chunks() {
        for (let count = 0; count < 100; count += 1) yield Buffer.alloc(100_000);
      },
    };
    expect(await failureOf(request(`http://${host}/`, { body }))).toMatchObject({ kind: 'unknown_outcome' });
  });

  it('calls something else than HTTP an unknown outcome', async () => {
    const host = await rawServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n')));
    expect(await failureOf(request(`http://${host}/`))).toMatchObject({ kind: 'unknown_outcome' });
  });

  it.each([
    ['fewer bytes than promised', { 'content-length': '100' }],
    ['chunks without an end', { 'transfer-encoding': 'chunked' }],
  ])('calls %s an unknown outcome', async (_name, headers) => {
    const server = await scripted((response) => {
      response.writeHead(200, headers);
      response.write('{"data":', () => response.destroy());
    });
    const failure = await failureOf(request(server.baseUrl));
    expect(failure).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown', statusCode: 200 });
  });

  it('calls a signal in the middle of the answer an unknown outcome', async () => {
    const server = await scripted((response) => response.write('{"data":'));
    const failure = await failureOf(request(server.baseUrl, { signal: AbortSignal.timeout(150) }));
    expect(failure).toMatchObject({ kind: 'unknown_outcome', statusCode: 200 });
  });

  it('notices a signal that came while nobody was reading', async () => {
    const server = await scripted((response) => response.write('{"data":'));
    const stopping = new AbortController();
    const answer = await sendRequest(request(server.baseUrl, { signal: stopping.signal }));
    stopping.abort();
    await expect(buffer(answer.body)).rejects.toMatchObject({ kind: 'unknown_outcome' });
  });

  it('notices a connection that was cut while nobody was reading', async () => {
    const server = await scripted((response) => response.write('{"data":', () => response.destroy()));
    const answer = await sendRequest(request(server.baseUrl));
    await sleep(100);
    await expect(buffer(answer.body)).rejects.toMatchObject({ kind: 'unknown_outcome', statusCode: 200 });
  });

  it('closes an answer that nobody reads at the signal', async () => {
    let closed: Promise<unknown> | undefined;
    const server = await scripted((response) => {
      closed = once(response, 'close');
      response.write('beginning');
    });
    const stopping = new AbortController();
    await sendRequest(request(server.baseUrl, { signal: stopping.signal }));
    stopping.abort();
    await closed;
  });

  it('exchanges over TLS', async () => {
    const url = await secureServer((response) => response.end('{}'));
    expect((await buffer((await sendRequest(request(url))).body)).toString()).toBe('{}');
  });

  it('calls a TLS connection cut before the answer an unknown outcome', async () => {
    const url = await secureServer((response) => response.destroy());
    expect(await failureOf(request(url))).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown' });
  });

  it('calls silence over TLS until the signal an unknown outcome', async () => {
    const url = await secureServer(() => {});
    const failure = await failureOf(request(url, { signal: AbortSignal.timeout(300) }));
    expect(failure).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown' });
  });

  it('calls a certificate that nobody vouches for overloaded', async () => {
    const url = await secureServer((response) => response.end('{}'));
    setDefaultCACertificates([]);
    expect(await failureOf(request(url))).toMatchObject({
      kind: 'overloaded',
      billed: 'no',
      message: 'The provider could not be reached: DEPTH_ZERO_SELF_SIGNED_CERT.',
    });
  });

  it('calls an answer above the cap malformed, without reading on', async () => {
    const server = await scripted((response) => response.end('x'.repeat(100_000)));
    const failure = await failureOf(request(server.baseUrl, { mostAnswerBytes: 99_999 }));
    expect(failure).toMatchObject({ kind: 'malformed', billed: 'unknown' });
    const answer = await sendRequest(request(server.baseUrl, { mostAnswerBytes: 100_000 }));
    expect((await buffer(answer.body)).length).toBe(100_000);
  });

  it('lets the provider wait while the reader does', async () => {
    let sent = 0;
    const server = await scripted((response) => {
      const more = () => {
        while (sent < 64_000_000 && !response.destroyed) {
          sent += 64_000;
          if (!response.write(Buffer.alloc(64_000))) return response.once('drain', more);
        }
        return response.end();
      };
      more();
    });
    const answer = await sendRequest(request(server.baseUrl, { mostAnswerBytes: 64_000_000 }));
    await sleep(300);
    expect(sent).toBeLessThan(32_000_000);
    expect((await buffer(answer.body)).length).toBe(64_000_000);
  });

  it('lets go of the connection when the reader has seen enough', async () => {
    let closed: Promise<unknown> | undefined;
    const server = await scripted((response) => {
      closed = once(response, 'close');
      response.write('beginning');
    });
    const answer = await sendRequest(request(server.baseUrl));
    for await (const chunk of answer.body) {
      expect(Buffer.from(chunk).toString()).toBe('beginning');
      break;
    }
    await closed;
  });

  it('does not follow redirects', async () => {
    const elsewhere = await scripted((response) => response.end('{}'));
    const server = await scripted((response) => response.writeHead(307, { location: elsewhere.baseUrl }).end());
    expect((await sendRequest(request(server.baseUrl))).status).toBe(307);
    expect(elsewhere.received).toHaveLength(0);
  });

  it('takes an answer that comes before the request is out', async () => {
    const host = await rawServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno'));
    });
    const body = {
      length: 50_000_000,
      async *chunks() {
        for (let count = 0; count < 500; count += 1) yield Buffer.alloc(100_000);
      },
    };
    const answer = await sendRequest(request(`http://${host}/`, { body }));
    expect(answer.status).toBe(413);
    expect((await buffer(answer.body)).toString()).toBe('no');
  });

  it('says nothing of addresses or headers in its messages', async () => {
    const failure = await failureOf(request('not an address', { headers: { authorization: 'Bearer sk-secret' } }));
    expect(failure).toMatchObject({ kind: 'overloaded' });
    const odd = await failureOf(request('http://127.0.0.1:1/', { headers: { authorization: 'Bearer sk-secret\n' } }));
    expect(odd).toMatchObject({ kind: 'overloaded', message: expect.not.stringContaining('sk-secret') });
  });
});
