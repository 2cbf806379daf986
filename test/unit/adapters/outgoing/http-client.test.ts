import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { rawServer, request, scripted } from './exchanges.ts';

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
    const answer = await sendRequest(request(server.baseUrl, { maxAnswerBytes: 64_000_000 }));
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
});
