import { setTimeout as delay } from 'node:timers/promises';
import { isDataAddress } from '../../domain/bytes/base64-decoder.ts';
import { ProviderFailure } from '../../domain/failure.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import type { FetchImage } from '../../domain/ports.ts';
import { givenUp } from './connection-failure.ts';
import { bytesOfDataAddress } from './data-address.ts';
import { ImageTransfer, type TransferSettings } from './image-transfer.ts';

export interface ImageFetchSettings extends TransferSettings {
  /**
   * Milliseconds before each further try, after a network error, a 404 or a 5xx: storage behind a provider may lag.
   * @default [250, 1000, 2000, 4000]
   */
  readonly pausesMilliseconds?: readonly number[];
}

const defaultPausesMilliseconds = [250, 1000, 2000, 4000];

/** Fetches results of providers: from public addresses, and from the hosts that are trusted with a provider's. */
export const createFetchImage =
  (trustedHostsOf: (provider: string) => readonly string[]): FetchImage =>
  (url, provider, signal) =>
    fetchImage(url, signal, { trustedHosts: trustedHostsOf(provider) });

/**
 * Fetches an image from an untrusted address behind the SSRF guard, streaming it chunk by chunk. A `data:` URI holds
 * the image itself. Otherwise only https to public IP addresses is allowed, or a host that the stage trusts; the same
 * holds for each redirect. No credential or cookie is sent. An interrupted transfer is resumed where it stopped. Throws
 * ProviderFailure `malformed` with `billed: 'yes'`, since the image was paid for and can't be downloaded.
 */
export async function* fetchImage(url: string, signal: AbortSignal, settings: ImageFetchSettings): ByteStream {
  if (isDataAddress(url)) {
    yield* bytesOfDataAddress(url);
    return;
  }
  const transfer = new ImageTransfer(url, signal, settings);
  const pauses = settings.pausesMilliseconds ?? defaultPausesMilliseconds;
  for (let failures = 0; ; failures += 1) {
    try {
      yield* transfer.rest();
      return;
    } catch (error) {
      if (error instanceof ProviderFailure) throw error;
      const pause = pauses[failures];
      if (pause === undefined) throw notFetched(error);
      // The signal is checked below, wherever it fired.
      await delay(pause, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw notFetched(givenUp(signal));
    }
  }
}

/** System errors by their code alone: their messages name addresses, which aren't the caller's business. */
function notFetched(cause: unknown): ProviderFailure {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const told = cause instanceof Error && /^the /.test(cause.message) ? cause.message : 'the connection failed';
  const why = typeof code === 'string' ? code : told;
  return new ProviderFailure('malformed', `The provider's image could not be fetched: ${why}.`, {
    billed: 'yes',
    cause,
  });
}
