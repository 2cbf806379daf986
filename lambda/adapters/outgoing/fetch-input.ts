import { createHash } from 'node:crypto';
import type { ByteStream } from '../../domain/images/image.ts';
import { type FetchInput, InputNotFetched } from '../../domain/images/input-fetch.ts';
import { refusalWithAdvice } from './address-advice.ts';
import { type RetriedTransferSettings, retriedTransfer } from './retried-transfer.ts';
import { TransferRefused } from './transfer-refused.ts';

export type FetchInputSettings = Omit<RetriedTransferSettings, 'isStrict' | 'maxBytes'> & {
  readonly maxBytes: number;
};

/** A caller waits for what a passing fault delays, and its job's other inputs share the time: fewer tries than for results. */
const pausesMilliseconds = [250, 1000, 2000];

/** Fetches inputs behind the SSRF guard, by the rules for addresses that callers give. */
export const createFetchInput =
  (settings: FetchInputSettings): FetchInput =>
  (address, signal) => {
    const hash = createHash('sha256');
    const bytes = fetched(address, signal, { pausesMilliseconds, ...settings, isStrict: true });
    return { bytes: hashed(bytes, hash), sha256: () => hash.digest('hex') };
  };

async function* hashed(bytes: ByteStream, hash: { update(chunk: Uint8Array): unknown }): ByteStream {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* fetched(address: string, signal: AbortSignal, settings: RetriedTransferSettings): ByteStream {
  try {
    yield* retriedTransfer(address, signal, settings);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TransferRefused)) throw error;
    throw new InputNotFetched(error.reason, `could not be fetched from its address: ${whyOf(error)}`);
  }
}

/**
 * One sentence for a name with a private address, one that doesn't exist, and a host that takes no connection: callers could map the
 * stage's network by the difference. Of a host that can't be reached, only what its server did is said.
 */
function whyOf(error: TransferRefused): string {
  const isUnconnected =
    error.revealsName || (error.reason === 'unreachable' && !error.message.startsWith('the server '));
  return isUnconnected ? 'the connection failed.' : refusalWithAdvice(error, error.message);
}
