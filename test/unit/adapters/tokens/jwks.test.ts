import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchJwks } from '../../../../lambda/adapters/tokens/jwks.ts';
import { createIssuerKey } from '../../../support/token-issuer.ts';

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

/** What keys are looked up for, beside the header. */
const any = { payload: '', signature: '' };

/** An issuer on this machine that answers as the test says; gives its address. */
async function issuer(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
}

describe('fetchJwks', () => {
  it('gives the keys that are published', async () => {
    const { jwk } = await createIssuerKey('first');
    const keys = await fetchJwks(await issuer((response) => response.end(JSON.stringify({ keys: [jwk] }))));
    expect(await keys({ alg: 'ES256', kid: 'first' }, any)).toMatchObject({ type: 'public' });
    await expect(keys({ alg: 'ES256', kid: 'second' }, any)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
    await expect(keys({ alg: 'HS256', kid: 'first' }, any)).rejects.toMatchObject({ code: 'ERR_JOSE_NOT_SUPPORTED' });
  });

  it.each([
    ['another status', (response: ServerResponse) => response.writeHead(503).end('{"keys":[]}'), '503'],
    ['no JSON', (response: ServerResponse) => response.end('<html>'), 'JSON'],
    ['no set of keys', (response: ServerResponse) => response.end('{"keys":{}}'), 'malformed'],
    ['nothing', (response: ServerResponse) => response.end(), 'JSON'],
    [
      'more than 128 KiB',
      (response: ServerResponse) => response.end(JSON.stringify({ keys: [], pad: 'x'.repeat(140_000) })),
      'larger than',
    ],
  ])('throws where the issuer answers with %s', async (_, answer, words) => {
    await expect(fetchJwks(await issuer(answer))).rejects.toThrow(words);
  });

  it('goes nowhere else, wherever it is led', async () => {
    const address = await issuer((response) => response.writeHead(302, { location: '/other' }).end());
    await expect(fetchJwks(address)).rejects.toThrow('fetch failed');
  });

  it('waits five seconds for the issuer, and no longer', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new Error('too long')));
    const address = await issuer(() => undefined);
    await expect(fetchJwks(address)).rejects.toThrow('too long');
    expect(timeout).toHaveBeenCalledWith(5000);
    timeout.mockRestore();
  });

  it('throws where nobody answers', async () => {
    const address = await issuer((response) => response.destroy());
    await expect(fetchJwks(address)).rejects.toThrow('fetch failed');
  });
});
