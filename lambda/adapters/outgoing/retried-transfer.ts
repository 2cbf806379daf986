import { setTimeout as delay } from 'node:timers/promises';
import type { ByteStream } from '../../domain/images/image.ts';
import { givenUp } from './connection-failure.ts';
import { ImageTransfer, type TransferSettings } from './image-transfer.ts';
import { TransferRefused } from './transfer-refused.ts';

export interface RetriedTransferSettings extends TransferSettings {
  /**
   * Milliseconds before each further try, after a network error, a 404 or a 5xx: storage may lag behind what writes to it.
   * @default [250, 1000, 2000, 4000]
   */
  readonly pausesMilliseconds?: readonly number[];
}

const defaultPausesMilliseconds = [250, 1000, 2000, 4000];

/**
 * Streams an image from an untrusted address, chunk by chunk. Only https to public IP addresses is allowed, or a host that
 * the stage trusts; the same holds for each redirect. No credential or cookie is sent. An interrupted transfer is resumed
 * where it stopped. Throws TransferRefused where no image can be had, `unreachable` after the last try or an abort.
 */
export async function* retriedTransfer(
  url: string,
  signal: AbortSignal,
  settings: RetriedTransferSettings,
): ByteStream {
  const transfer = new ImageTransfer(url, signal, settings);
  const pauses = settings.pausesMilliseconds ?? defaultPausesMilliseconds;
  for (let failures = 0; ; failures += 1) {
    try {
      yield* transfer.rest();
      return;
    } catch (error) {
      if (error instanceof TransferRefused) throw error;
      const pause = pauses[failures];
      if (pause === undefined) throw unreachable(error);
      // The signal is checked below, wherever it fired.
      await delay(pause, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw unreachable(givenUp(signal));
    }
  }
}

/** System errors by their code alone: their messages name addresses, which aren't the caller's business. */
function unreachable(cause: unknown): TransferRefused {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const told = cause instanceof Error && /^the /.test(cause.message) ? cause.message : 'the connection failed';
  return new TransferRefused('unreachable', typeof code === 'string' ? code : told, { cause });
}
