import { isDataAddress } from '../../domain/bytes/base64-decoder.ts';
import { ProviderFailure } from '../../domain/failure.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import type { FetchImage } from '../../domain/ports.ts';
import { bytesOfDataAddress } from './data-address.ts';
import { type RetriedTransferSettings, retriedTransfer } from './retried-transfer.ts';
import { TransferRefused } from './transfer-refused.ts';

/** Fetches results of providers: from public addresses, and from the hosts that are trusted with a provider's. */
export const createFetchImage =
  (trustedHostsOf: (provider: string) => readonly string[]): FetchImage =>
  (url, provider, signal) =>
    fetchImage(url, signal, { trustedHosts: trustedHostsOf(provider) });

/**
 * Fetches a provider's result from an untrusted address behind the SSRF guard. A `data:` URI holds the image itself. Throws
 * ProviderFailure `malformed` with `billed: 'yes'`, since the image was paid for and can't be downloaded.
 */
export async function* fetchImage(url: string, signal: AbortSignal, settings: RetriedTransferSettings): ByteStream {
  if (isDataAddress(url)) {
    yield* bytesOfDataAddress(url);
    return;
  }
  try {
    yield* retriedTransfer(url, signal, settings);
  } catch (error) {
    if (!(error instanceof TransferRefused)) throw error;
    const message = `The provider's image could not be fetched: ${error.message}.`;
    throw new ProviderFailure('malformed', message, { billed: 'yes', cause: error.cause });
  }
}
