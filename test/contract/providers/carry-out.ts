import { setTimeout as delay } from 'node:timers/promises';
import { fetchImage } from '../../../lambda/adapters/outgoing/fetch-image.ts';
import type { ImageRequest } from '../../../lambda/domain/generation.ts';
import type { Ticket } from '../../../lambda/domain/jobs/attempt.ts';
import type { Failed, Finished, ImageProvider, ProviderImage, Waiting } from '../../../lambda/domain/provider.ts';
import type { MemoryCall } from './memory-call.ts';

/** A ticket as another worker finds it: through JSON. */
export const kept = (ticket: Ticket): Ticket => JSON.parse(JSON.stringify(ticket));

/**
 * Sees a request through as the gateway does: asks after a ticket until there is an end, each time with a fresh adapter, and
 * fetches the images that are only named. Throws what `start` throws, and the failure of the work.
 */
export async function carryOut(
  adapter: () => Promise<ImageProvider>,
  request: ImageRequest,
  call: MemoryCall,
  trustedHosts: readonly string[],
): Promise<Finished> {
  return delivered(await seenThrough(adapter, await (await adapter()).start(request, call), call), call, trustedHosts);
}

async function seenThrough(
  adapter: () => Promise<ImageProvider>,
  started: Finished | Waiting,
  call: MemoryCall,
): Promise<Finished | Failed> {
  let outcome: Finished | Waiting | Failed = started;
  for (let polls = 0; outcome.status === 'waiting'; polls += 1) {
    const { resume } = await adapter();
    if (!resume || polls > 100) throw new Error('The work came to no end.');
    if (polls > 0) await delay(10);
    outcome = await resume(kept(outcome.ticket), call);
  }
  return outcome;
}

async function delivered(
  outcome: Finished | Failed,
  call: MemoryCall,
  trustedHosts: readonly string[],
): Promise<Finished> {
  if (outcome.status === 'failed') throw outcome.failure;
  const images: ProviderImage[] = [];
  for (const [index, result] of outcome.images.entries()) {
    if ('image' in result) images.push(result);
    else images.push({ image: await call.saveImage(index, fetchImage(result.url, call.signal, { trustedHosts })) });
  }
  return { ...outcome, images };
}
