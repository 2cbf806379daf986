import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { setDefaultCACertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { freePort } from '../../../contract/providers/scripted-provider.ts';
import { signalOnce } from '../../../support/signal-once.ts';
import { failureOf, rawServer, request, scripted, secureServer } from './exchanges.ts';

describe('sendRequest', () => {
  it('calls a connection that was refused overloaded', async () => {
    const failure = await failureOf(request(`http://127.0.0.1:${await freePort()}/v1`));
    expect(failure).toMatchObject({ kind: 'overloaded', billed: 'no', statusCode: undefined });
    expect(failure.message).toBe('The provider could not be reached: ECONNREFUSED.');
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
    const signal = signalOnce(() => server.received.length > 0);
    const failure = await failureOf(request(server.baseUrl, { signal }));
    expect(failure).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown' });
    expect(failure.message).toBe("The provider's response was incomplete or missing: the request was aborted.");
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
    const limit = new AbortController();
    const answer = await sendRequest(request(server.baseUrl, { signal: limit.signal }));
    const reading = buffer(answer.body);
    limit.abort();
    await expect(reading).rejects.toMatchObject({ kind: 'unknown_outcome', statusCode: 200 });
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
    let isAsked = false;
    const url = await secureServer(() => {
      isAsked = true;
    });
    const failure = await failureOf(request(url, { signal: signalOnce(() => isAsked) }));
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
    const failure = await failureOf(request(server.baseUrl, { maxAnswerBytes: 99_999 }));
    expect(failure).toMatchObject({ kind: 'malformed', billed: 'unknown' });
    const answer = await sendRequest(request(server.baseUrl, { maxAnswerBytes: 100_000 }));
    expect((await buffer(answer.body)).length).toBe(100_000);
  });

  it('says nothing of addresses or headers in its messages', async () => {
    const failure = await failureOf(request('not an address', { headers: { authorization: 'Bearer sk-secret' } }));
    expect(failure).toMatchObject({ kind: 'overloaded' });
    const odd = await failureOf(request('http://127.0.0.1:1/', { headers: { authorization: 'Bearer sk-secret\n' } }));
    expect(odd).toMatchObject({ kind: 'overloaded', message: expect.not.stringContaining('sk-secret') });
  });
});
