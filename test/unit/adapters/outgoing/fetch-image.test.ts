import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { fetchImage } from '../../../../lambda/adapters/outgoing/fetch-image.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { signalOnce } from '../../../support/signal-once.ts';
import { rawServer, scripted, secureServer } from './exchanges.ts';
import { fetched, hostOf, refusalOf, resolver } from './image-hosts.ts';

const image = Buffer.from(pngBytes(300_000));
const head = `HTTP/1.1 200 OK\r\nContent-Length: ${image.length}\r\n`;
const send = (response: ServerResponse) => response.writeHead(200, { 'content-length': image.length }).end(image);

/** An image server on loopback that answers in turn as told, and then with the image. */
async function imageServer(...answers: ((response: ServerResponse) => unknown)[]) {
  const left = [...answers];
  const server = await scripted((response) => (left.shift() ?? send)(response));
  return { server, url: `${server.baseUrl}/a.png?signature=secret`, trustedHosts: [hostOf(server.baseUrl)] };
}

const status = (code: number) => (response: ServerResponse) => response.writeHead(code).end();
const redirect =
  (location: string, code = 302) =>
  (response: ServerResponse) =>
    response.writeHead(code, { location }).end();

describe('fetchImage', () => {
  it.each([
    (base64: string) => `data:image/png;base64,${base64}`,
    (base64: string) => ` DATA:;base64,${encodeURIComponent(base64)}`,
  ])('reads a data address without asking anybody', async (addressOf) => {
    expect((await fetched(addressOf(Buffer.from(image).toString('base64')), {})).equals(image)).toBe(true);
  });

  it.each(['data:image/svg+xml,<svg/>', 'data:image/png;base64,***', 'data:'])('refuses %s', async (url) => {
    expect(await refusalOf(url, {})).toMatchObject({ kind: 'malformed', billed: 'yes' });
  });

  it('gives the bytes, with neither credential nor cookie sent', async () => {
    const { server, url, trustedHosts } = await imageServer((response) => {
      response.writeHead(302, { location: '/elsewhere.png', 'set-cookie': 'a=b' }).end();
    });
    expect((await fetched(url, { trustedHosts })).equals(image)).toBe(true);
    expect(server.received.map((request) => [request.method, request.url])).toEqual([
      ['GET', '/v1/a.png?signature=secret'],
      ['GET', '/elsewhere.png'],
    ]);
    for (const { headers } of server.received) {
      expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
    }
  });

  it('connects over TLS to the very address that was checked', async () => {
    const server = new URL(await secureServer((response) => send(response)));
    const { lookup, asked } = resolver({ localhost: [['127.0.0.1']] });
    const checked: string[] = [];
    const isPublic = (address: string) => checked.push(address) > 0;
    const url = `https://localhost:${server.port}/a.png`;
    expect((await fetched(url, { lookup, isPublic })).equals(image)).toBe(true);
    expect([asked, checked]).toEqual([['localhost'], ['127.0.0.1']]);
  });

  it('looks a host up again for each hop, so that a name which has changed its address is refused', async () => {
    const server = new URL(await secureServer((response) => void redirect('/again.png')(response)));
    const { lookup, asked } = resolver({ localhost: [['127.0.0.1'], ['10.0.0.1']] });
    const isPublic = (address: string) => address === '127.0.0.1';
    const failure = await refusalOf(`https://localhost:${server.port}/a.png`, { lookup, isPublic });
    expect(failure.message).toContain('not public');
    expect(asked).toEqual(['localhost', 'localhost']);
  });

  it.each([
    ['another scheme', 'ftp://images.example/'],
    ['a file', 'file:///etc/passwd'],
    ['a private host', 'https://10.0.0.1/'],
    ['a metadata service', 'http://169.254.169.254/latest/meta-data/'],
    ['loopback in figures', 'https://2130706433/'],
    ['another port of the trusted host', 'http://127.0.0.1:1/'],
    ['an address with a credential', 'https://user:secret@images.example/'],
    ['no address', 'https://['],
  ])('does not follow a redirect to %s', async (_what, location) => {
    const { server, url, trustedHosts } = await imageServer(redirect('/b.png', 308), redirect(location));
    const failure = await refusalOf(url, { trustedHosts });
    expect(failure).toMatchObject({ kind: 'malformed', billed: 'yes' });
    expect(failure.message).toContain('could not be fetched');
    expect(server.received).toHaveLength(2);
  });

  it.each([301, 302, 303, 307, 308])('follows a %i', async (code) => {
    const { url, trustedHosts } = await imageServer(redirect('/b.png', code));
    expect(await fetched(url, { trustedHosts })).toHaveLength(image.length);
  });

  it('follows three redirects and no fourth', async () => {
    const hops = [redirect('/1'), redirect('/2'), redirect('/3')];
    const three = await imageServer(...hops);
    expect(await fetched(three.url, three)).toHaveLength(image.length);
    const four = await imageServer(...hops, redirect('/4'));
    expect((await refusalOf(four.url, four)).message).toContain('too many redirects');
    expect(four.server.received).toHaveLength(4);
  });

  it.each([
    ['an empty location', '', 1],
    ['one of spaces', '  ', 1],
    ['its own address', '/v1/a.png?signature=secret', 1],
    ['a part of itself', '#top', 1],
    ['an address that was asked before', '/b.png', 2],
  ])('follows no redirect to %s', async (_what, location, requests) => {
    const first = requests === 1 ? [] : [redirect('/b.png')];
    const { server, url, trustedHosts } = await imageServer(...first, redirect(location));
    expect((await refusalOf(url, { trustedHosts })).message).toContain('the redirects lead in a circle');
    expect(server.received).toHaveLength(requests);
  });

  it.each([404, 408, 425, 429, 500, 502, 503, 504])('asks again after a %i', async (code) => {
    const { server, url, trustedHosts } = await imageServer(status(code), status(code));
    expect((await fetched(url, { trustedHosts })).equals(image)).toBe(true);
    expect(server.received).toHaveLength(3);
  });

  it.each([204, 206, 304, 400, 401, 403, 410])('takes a %i for the end of it', async (code) => {
    const { server, url, trustedHosts } = await imageServer(status(code));
    const failure = await refusalOf(url, { trustedHosts });
    expect(failure).toMatchObject({ kind: 'malformed', billed: 'yes' });
    expect(failure.message).toBe(`The provider's image could not be fetched: the server answered ${code}.`);
    expect(server.received).toHaveLength(1);
  });

  it('gives up after its tries, telling neither host nor signature', async () => {
    const { server, url, trustedHosts } = await imageServer(...Array.from({ length: 9 }, () => status(404)));
    const failure = await refusalOf(url, { trustedHosts });
    expect(failure.message).toBe("The provider's image could not be fetched: the server answered 404.");
    expect(server.received).toHaveLength(4);
    expect(`${failure.message} ${failure.cause} ${failure.stack}`).not.toContain('secret');
  });

  it('goes on where a transfer was cut', async () => {
    let connections = 0;
    const host = await rawServer((socket) => {
      connections += 1;
      socket.write(`${head}ETag: "1"\r\n\r\n`);
      const cut = connections * 100_000;
      socket.write(image.subarray(0, cut), () => (cut < image.length ? socket.destroy() : socket.end()));
    });
    expect((await fetched(`http://${host}/a.png`, { trustedHosts: [host] })).equals(image)).toBe(true);
    expect(connections).toBe(3);
  });

  it.each([
    ['has another length', 'Content-Length: 299999\r\n'],
    ['has another tag', `Content-Length: ${image.length}\r\nETag: "2"\r\n`],
    ['has no length', ''],
  ])('does not piece together a file that %s when asked again', async (_what, headers) => {
    let connections = 0;
    const host = await rawServer((socket) => {
      connections += 1;
      socket.write(connections === 1 ? `${head}ETag: "1"\r\n\r\n` : `HTTP/1.1 200 OK\r\n${headers}\r\n`);
      socket.write(image.subarray(0, 100_000), () => socket.destroy());
    });
    const failure = await refusalOf(`http://${host}/a.png`, { trustedHosts: [host] });
    expect(failure.message).toContain('can not be resumed');
    expect(connections).toBe(2);
  });

  it('refuses a file that says it is too long, before its body', async () => {
    const { server, url, trustedHosts } = await imageServer();
    const failure = await refusalOf(url, { trustedHosts, maxBytes: image.length - 1 });
    expect(failure).toMatchObject({ kind: 'malformed', billed: 'yes' });
    expect(failure.message).toContain(`longer than ${image.length - 1} bytes`);
    expect(server.received).toHaveLength(1);
    expect(await fetched(url, { trustedHosts, maxBytes: image.length })).toHaveLength(image.length);
  });

  it('counts the bytes of a file that does not say how long it is', async () => {
    const endless = (response: ServerResponse) => {
      const more = () => {
        while (!response.destroyed && response.write(image));
        response.once('drain', more);
      };
      response.writeHead(200);
      more();
    };
    const { url, trustedHosts } = await imageServer(endless);
    expect((await refusalOf(url, { trustedHosts, maxBytes: 1_000_000 })).message).toContain('longer than 1000000');
  });

  it('tries again where a server stays silent', async () => {
    const { server, url, trustedHosts } = await imageServer(() => {});
    expect((await fetched(url, { trustedHosts, silenceMilliseconds: 100 })).equals(image)).toBe(true);
    expect(server.received).toHaveLength(2);
  });

  it.each([
    ['before the answer', () => {}],
    ['within the body', (response: ServerResponse) => void response.writeHead(200).write(image)],
  ])('ends with the signal %s', async (_when, answer) => {
    const { server, url, trustedHosts } = await imageServer(answer);
    const failure = await refusalOf(
      url,
      { trustedHosts },
      signalOnce(() => server.received.length > 0),
    );
    expect(failure).toMatchObject({ kind: 'malformed', billed: 'yes' });
    expect(failure.message).toContain('the request was aborted');
  });

  it('ends with the signal between two tries', async () => {
    const { server, url, trustedHosts } = await imageServer(status(503));
    // No test waits for an hour: it is the signal that ends it.
    const pausesMilliseconds = [3_600_000];
    await refusalOf(
      url,
      { trustedHosts, pausesMilliseconds },
      signalOnce(() => server.received.length > 0),
    );
    expect(server.received).toHaveLength(1);
  });

  it('asks nothing where the signal has fired before', async () => {
    const { server, url, trustedHosts } = await imageServer();
    await refusalOf(url, { trustedHosts }, AbortSignal.abort());
    expect(server.received).toHaveLength(0);
  });

  it('lets the connection go where its reader has had enough', async () => {
    const closed = Promise.withResolvers<void>();
    const { url, trustedHosts } = await imageServer((response) => {
      response.once('close', () => closed.resolve());
      response.writeHead(200).write(image);
    });
    for await (const chunk of fetchImage(url, AbortSignal.timeout(60_000), { trustedHosts })) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await closed.promise;
  });

  it('asks for nothing before it is read', async () => {
    const { server, url, trustedHosts } = await imageServer();
    const stream = fetchImage(url, AbortSignal.timeout(60_000), { trustedHosts });
    expect(server.received).toHaveLength(0);
    await buffer(stream);
    expect(server.received).toHaveLength(1);
  });
});
