import type { ByteStream, InputImage } from '../../domain/images/image.ts';
import { type FetchInput, InputNotFetched } from '../../domain/images/input-fetch.ts';
import { imageFlaw, notAnImage } from '../../domain/images/input-flaws.ts';
import type { AddressedInput } from '../../domain/jobs/input-addresses.ts';
import type { ImageStore } from '../../domain/ports.ts';
import { JobLost } from '../timing/heartbeat.ts';
import type { TimeLimit } from '../timing/time-limit.ts';
import { InputRefused } from './input-refused.ts';

export interface FetchOneDependencies {
  readonly images: Pick<ImageStore, 'save'>;
  readonly fetchInput: FetchInput;
}

/**
 * Streams one input from its address into the bucket. Throws InputRefused if it can't be had there in time or is no image that the
 * gateway takes; JobLost; and the bucket's own errors, also where it was the bucket that took too long.
 */
export async function fetchOne(
  { images, fetchInput }: FetchOneDependencies,
  { address, param, keyWithoutExtension }: AddressedInput,
  limit: TimeLimit,
): Promise<InputImage> {
  const fetched = fetchInput(address, limit.signal);
  const host = { isAwaited: true };
  const stored = await images
    .save(keyWithoutExtension, noting(fetched.bytes, host), limit.signal)
    .catch((error: unknown) => {
      throw error instanceof JobLost ? error : (refusalOf(error, param, limit.isOver() && host.isAwaited) ?? error);
    });
  if (!stored) throw new InputRefused(param, 'not_an_image', notAnImage);
  const flaw = imageFlaw(stored);
  if (flaw) throw new InputRefused(param, 'too_many_pixels', flaw);
  const { hasContentCredentials: _, ...image } = stored;
  return { ...image, sha256: fetched.sha256() };
}

function refusalOf(error: unknown, param: string, hostIsLate: boolean): InputRefused | undefined {
  if (error instanceof InputNotFetched) return new InputRefused(param, error.reason, error.message);
  if (hostIsLate) return new InputRefused(param, 'too_slow', 'could not be fetched from its address in time.');
  return undefined;
}

/** The same bytes, noting whether the host is what is waited for. */
async function* noting(bytes: ByteStream, host: { isAwaited: boolean }): ByteStream {
  for await (const chunk of bytes) {
    host.isAwaited = false;
    yield chunk;
    host.isAwaited = true;
  }
  host.isAwaited = false;
}
