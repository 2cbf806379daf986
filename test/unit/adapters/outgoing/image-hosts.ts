import { buffer } from 'node:stream/consumers';
import { fetchImage } from '../../../../lambda/adapters/outgoing/fetch-image.ts';
import type { RetriedTransferSettings } from '../../../../lambda/adapters/outgoing/retried-transfer.ts';
import type { LookupAll } from '../../../../lambda/adapters/outgoing/ssrf-guard.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';

/** A resolver that knows each host's addresses, one list for each time it is asked; the last one stays. */
export function resolver(hosts: Readonly<Record<string, readonly (readonly string[])[]>>) {
  const asked: string[] = [];
  const lookup: LookupAll = (host, _options, done) => {
    const answers = hosts[host] ?? [];
    const before = asked.filter((each) => each === host).length;
    asked.push(host);
    const addresses = answers[Math.min(before, answers.length - 1)];
    const error = Object.assign(new Error('There is no such host.'), { code: 'ENOTFOUND' });
    setImmediate(() =>
      addresses === undefined
        ? done(error, [])
        : done(
            null,
            addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          ),
    );
  };
  return { lookup, asked };
}

/** Fetches the whole image. On loopback, with hardly a pause between tries, unless the settings say otherwise. */
export const fetched = (
  url: string,
  settings: Partial<RetriedTransferSettings> = {},
  signal: AbortSignal = AbortSignal.timeout(60_000),
): Promise<Buffer> => buffer(fetchImage(url, signal, { trustedHosts: [], pausesMilliseconds: [1, 1, 1], ...settings }));

/** How fetching fails. */
export async function refusalOf(...asked: Parameters<typeof fetched>): Promise<ProviderFailure> {
  const error = await fetched(...asked).catch((thrown: unknown) => thrown);
  if (error instanceof ProviderFailure) return error;
  throw error instanceof Error ? error : new Error('The image was fetched.');
}

/** The host and port of an address, as a stage names a host that it trusts. */
export const hostOf = (url: string): string => new URL(url).host;
