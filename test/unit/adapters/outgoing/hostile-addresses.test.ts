import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFetchInput, type FetchInputSettings } from '../../../../lambda/adapters/outgoing/fetch-input.ts';
import { createRefuseAddress } from '../../../../lambda/adapters/outgoing/refuse-address.ts';
import { InputNotFetched } from '../../../../lambda/domain/images/input-fetch.ts';
import { scripted, secureServer } from './exchanges.ts';
import { type HostileAddresses, hostileAddresses, hostileHosts } from './hostile-addresses.ts';
import { hostOf, resolver } from './image-hosts.ts';

const categories: readonly (readonly [string, HostileAddresses])[] = Object.entries(hostileAddresses);
const all = categories.flatMap(([category, { refusedAs, addresses }]) =>
  addresses.map((each) => {
    const [address, reason] = typeof each === 'string' ? [each, refusedAs] : each;
    return { category, address, reason };
  }),
);

/** Every connection that any socket of this process begins, as `host:port`. */
let connections: string[];
beforeEach(() => {
  connections = [];
  const emit = Socket.prototype.emit;
  vi.spyOn(Socket.prototype, 'emit').mockImplementation(function (this: Socket, ...event: Parameters<typeof emit>) {
    const [name, ...about] = event as unknown[];
    if (name === 'connectionAttempt') connections.push(`${about[0]}:${about[1]}`);
    return emit.apply(this, event);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function refusalOf(address: string, settings: Partial<FetchInputSettings> = {}): Promise<InputNotFetched> {
  const { lookup } = resolver(hostileHosts);
  const fetchInput = createFetchInput({
    ...{ trustedHosts: [], maxBytes: 1000, pausesMilliseconds: [1, 1], lookup },
    ...settings,
  });
  const error = await buffer(fetchInput(address, AbortSignal.timeout(60_000)).bytes).catch((thrown: unknown) => thrown);
  if (error instanceof InputNotFetched) return error;
  throw error instanceof Error ? error : new Error(`${address} was fetched.`);
}

const redirect = (location: string) => (response: ServerResponse) => response.writeHead(302, { location }).end();

describe('hostile addresses', () => {
  it('are more than a hundred', () => {
    expect(new Set(all.map(({ address }) => address)).size).toBeGreaterThan(100);
  });

  it.each(all)('of $category: $address is not connected to', async ({ address, reason }) => {
    const refusal = await refusalOf(address);
    expect(refusal.reason).toBe(reason);
    expect(refusal.message).not.toMatch(/\d+\.\d+\.\d+|::|secret/);
    expect(connections).toEqual([]);
  });

  it.each(all.filter(({ reason }) => !['unreachable'].includes(reason)))(
    'of $category are not followed to: $address',
    async ({ address, reason }) => {
      // A header can't hold these characters as they are.
      const location = /[^\x20-\x7e]/.test(address) ? encodeURI(address).replaceAll('%25', '%') : address;
      const server = new URL(await secureServer(redirect(location)));
      const { lookup } = resolver({ ...hostileHosts, 'trusted.example': [['127.0.0.1']] });
      const trustedHosts = [`127.0.0.1:${server.port}`];
      const refusal = await refusalOf(server.href, { trustedHosts, lookup });
      // A redirect's address is relative to the one before, and spaces around it are the header's.
      const others = ['not_a_url', 'spelling'].includes(reason) || /^(?:\s|https:[^/])/.test(address);
      if (!others && location === address) expect(refusal.reason).toBe(reason);
      expect(connections.filter((each) => each !== `127.0.0.1:${server.port}`)).toEqual([]);
    },
  );

  it('are not followed to by a chain, and an endless one ends', async () => {
    const chain = ['/1', '/2', 'https://10.0.0.1/'];
    const server = await scripted((response) => redirect(chain.shift() ?? `/${server.received.length}`)(response));
    const trustedHosts = [hostOf(server.baseUrl)];
    expect((await refusalOf(server.baseUrl, { trustedHosts })).reason).toBe('not_public');
    expect(server.received).toHaveLength(3);
    expect((await refusalOf(server.baseUrl, { trustedHosts })).reason).toBe('redirects');
    expect(server.received).toHaveLength(3 + 4);
    expect(new Set(connections)).toEqual(new Set(trustedHosts));
  });

  it('gain nothing from answers of DNS that change between two connections', async () => {
    const server = new URL(await secureServer(redirect('/again.png')));
    const { lookup, asked } = resolver({ localhost: [['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1']] });
    const trustedHosts = [`localhost:${server.port}`];
    const refusal = await refusalOf(`https://localhost:${server.port}/a.png`, { trustedHosts, lookup });
    expect(refusal.reason).toBe('not_public');
    expect(asked).toHaveLength(2);
    expect(connections).toEqual([`127.0.0.1:${server.port}`]);
  });

  it('are refused at submission already, where no name must be resolved for it', () => {
    const refuse = createRefuseAddress({ trustedHosts: [], maxCharacters: 2048 });
    const taken = all.filter(({ address }) => refuse(address) === undefined).map(({ category }) => category);
    expect(new Set(taken)).toEqual(new Set(['names that resolve to them']));
  });

  it('are listed by category in docs/security.md', () => {
    const rows = categories.map(([category, { addresses }]) => {
      const reasons = new Set(all.filter((each) => each.category === category).map(({ reason }) => reason));
      return `| ${category} | ${addresses.length} | ${[...reasons].map((each) => `\`${each}\``).join(', ')} |`;
    });
    expect(readFileSync('docs/security.md', 'utf8')).toContain(rows.join('\n'));
  });
});
