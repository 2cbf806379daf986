import { createHash } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createFetchInput } from '../../../../lambda/adapters/outgoing/fetch-input.ts';
import type { LookupAll } from '../../../../lambda/adapters/outgoing/ssrf-guard.ts';
import { InputNotFetched } from '../../../../lambda/domain/images/input-fetch.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { scripted } from './exchanges.ts';
import { hostOf, resolver } from './image-hosts.ts';

const image = Buffer.from(pngBytes(100_000));
interface Resolved {
  readonly code?: string;
  readonly addresses?: LookupAddress[];
}

const status = (code: number) => (response: ServerResponse) => response.writeHead(code).end();

/** A trusted host that answers in turn as told, and then with the image; how it is fetched from, up to `maxBytes`. */
async function host(maxBytes: number, ...answers: ((response: ServerResponse) => unknown)[]) {
  const server = await scripted((response) => (answers.shift() ?? ((last) => last.end(image)))(response));
  const settings = { trustedHosts: [hostOf(server.baseUrl)], maxBytes, pausesMilliseconds: [1, 1, 1] };
  const fetched = (signal = AbortSignal.timeout(60_000)) =>
    createFetchInput(settings)(`${server.baseUrl}/a.png?signature=secret`, signal);
  const refusal = async (): Promise<InputNotFetched> => {
    const error = await buffer(fetched().bytes).catch((thrown: unknown) => thrown);
    if (error instanceof InputNotFetched) return error;
    throw error instanceof Error ? error : new Error('The input was fetched.');
  };
  return { server, fetched, refusal };
}

describe(createFetchInput, () => {
  it('gives the bytes and their digest, and sends no credential, cookie or referer', async () => {
    const { server, fetched } = await host(image.length, (response) =>
      response.writeHead(302, { location: '/b.png', 'set-cookie': 'a=b' }).end(),
    );
    const { bytes, sha256 } = fetched();
    expect((await buffer(bytes)).equals(image)).toBe(true);
    expect(sha256()).toBe(createHash('sha256').update(image).digest('hex'));
    for (const { headers } of server.received) {
      expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
      expect(headers['accept-encoding']).toBe('identity');
    }
  });

  it.each([404, 408, 425, 429, 500, 503])('asks again after a %i', async (code) => {
    const { server, fetched } = await host(image.length, status(code), status(code));
    expect(await buffer(fetched().bytes)).toHaveLength(image.length);
    expect(server.received).toHaveLength(3);
  });

  it('says what a host answered, and neither where it is nor what the address holds', async () => {
    const { refusal } = await host(image.length, status(403));
    const error = await refusal();
    expect(error).toMatchObject({
      reason: 'status',
      message: 'could not be fetched from its address: the server answered 403.',
    });
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toMatch(/127\.0\.0\.1|secret/);
  });

  it.each([
    ['resolves to a private address', { addresses: [{ address: '10.0.0.1', family: 4 }] }, 'not_public'],
    ['does not exist', { code: 'ENOTFOUND' }, 'unreachable'],
    ['has no address', { addresses: [] }, 'unreachable'],
    ['could not be looked up', { code: 'EAI_AGAIN' }, 'unreachable'],
    ['refuses the connection', { addresses: [{ address: '127.0.0.1', family: 4 }] }, 'unreachable'],
  ])(
    'says in one sentence that no connection was made where a host %s',
    async (_, { code, addresses = [] }: Resolved, reason) => {
      const closed = await host(1);
      await closed.server.stop();
      const { port } = new URL(closed.server.baseUrl);
      const isTrusted = addresses[0]?.address === '127.0.0.1';
      const lookup: LookupAll = (_host, _options, done) => {
        if (code === undefined) return done(null, addresses);
        // As the system's: without a list.
        done(Object.assign(new Error('host.internal'), { code }), undefined as unknown as LookupAddress[]);
      };
      const trustedHosts = isTrusted ? [`host.internal:${port}`] : [];
      const fetchInput = createFetchInput({ trustedHosts, maxBytes: 1, pausesMilliseconds: [1], lookup });
      const address = isTrusted ? `http://host.internal:${port}/` : 'https://host.internal/';
      const error = await buffer(fetchInput(address, AbortSignal.timeout(60_000)).bytes).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ reason, message: 'could not be fetched from its address: the connection failed.' });
    },
  );

  it('looks up a name that does not exist once, as one that is private: the time must not tell them apart', async () => {
    for (const hosts of [{}, { 'host.internal': [['10.0.0.1']] }]) {
      const { lookup, asked } = resolver(hosts);
      const settings = { trustedHosts: [], maxBytes: 1, pausesMilliseconds: [1, 1, 1], lookup };
      const { bytes } = createFetchInput(settings)('https://host.internal/', AbortSignal.timeout(60_000));
      await expect(buffer(bytes)).rejects.toThrow(InputNotFetched);
      expect(asked).toHaveLength(1);
    }
  });

  it('stops reading at its limit, unpacked or not, announced or not', async () => {
    const answers = [
      (response: ServerResponse) => response.writeHead(200, { 'content-length': image.length }).end(image),
      (response: ServerResponse) => response.end(image),
      (response: ServerResponse) => response.end(gzipSync(Buffer.alloc(50_000_000))),
      (response: ServerResponse) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1e7))),
    ];
    for (const answer of answers) {
      const { server, refusal } = await host(image.length - 1, answer);
      expect(await refusal()).toMatchObject({ reason: 'too_large' });
      expect(server.received).toHaveLength(1);
    }
  });

  it("throws the signal's own reason once that has fired", async () => {
    const controller = new AbortController();
    const { fetched } = await host(image.length, () => controller.abort(new Error('The lease was lost.')));
    await expect(buffer(fetched(controller.signal).bytes)).rejects.toThrow('The lease was lost.');
  });
});
