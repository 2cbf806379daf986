import { ProviderFailure } from '../../lambda/domain/failure.ts';
import type { Failed, Finished, ImageProvider, ProviderCall, Waiting } from '../../lambda/domain/provider.ts';
import { seconds } from './virtual-time.ts';
import { onePixelPng, streamOf } from './worker-fixture.ts';

/** What a provider does with one request, or with the work behind a ticket. */
export interface ProviderScript {
  readonly takesSeconds: number;
  readonly says:
    | 'images'
    | 'ticket'
    | 'rate_limited'
    | 'overloaded'
    | 'unknown_outcome'
    | 'malformed'
    | 'refused'
    | 'auth';
}

/** What a provider knows of a request. */
export interface SeenRequest {
  readonly at: number;
  /** True if its client hung up before the answer. */
  hungUp: boolean;
  /** Set for work behind a ticket. */
  ticket?: { readonly id: number; readonly readyAt: number; calledOff: boolean; answered: boolean };
}

/** A provider that follows a script, one part a request, and keeps a ledger of its own. */
export interface SimulatedProvider extends ImageProvider {
  readonly requests: readonly SeenRequest[];
  /** The key of each call, polls and cancellations included, in order. */
  readonly apiKeys: readonly string[];
  /** How many requests were under way at the same time, at the most. */
  readonly maxAtOnce: () => number;
}

/** `onRequest` is told of each request before anything else happens. After the script's end it delivers at once. */
export function createSimulatedProvider(script: readonly ProviderScript[], onRequest: () => void): SimulatedProvider {
  const requests: SeenRequest[] = [];
  const apiKeys: string[] = [];
  let [running, most] = [0, 0];
  const images = async (call: ProviderCall): Promise<Finished> => {
    call.keepRawRequest({ prompt: 'secret' });
    call.keepRawResponse(() => ({ images: 1 }));
    const image = await call.saveImage(0, streamOf(onePixelPng));
    return { status: 'finished', images: [{ image }], warnings: [] };
  };
  /** Time goes by at the provider whatever its client does. */
  async function work(request: SeenRequest, call: ProviderCall, takesSeconds: number): Promise<void> {
    const hungUp = new Promise<never>((_, reject) => {
      call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true });
    });
    hungUp.catch(() => {
      request.hungUp = true;
    });
    running += 1;
    most = Math.max(most, running);
    await Promise.race([seconds(takesSeconds), hungUp]).finally(() => {
      running -= 1;
    });
  }
  return {
    requests,
    apiKeys,
    maxAtOnce: () => most,
    async start(_, call) {
      apiKeys.push(call.apiKey);
      onRequest();
      const { takesSeconds, says } = script[requests.length] ?? { takesSeconds: 1, says: 'images' };
      const request: SeenRequest = { at: Date.now(), hungUp: false };
      requests.push(request);
      if (says === 'ticket') {
        call.keepRawRequest({ prompt: 'secret' });
        const id = requests.length;
        request.ticket = { id, readyAt: Date.now() + takesSeconds * 1000, calledOff: false, answered: false };
        await work(request, call, 1);
        return { status: 'waiting', ticket: { id }, checkAfterSeconds: 5 };
      }
      await work(request, call, takesSeconds);
      if (says === 'images') return images(call);
      throw new ProviderFailure(says, says, says === 'rate_limited' ? { retryAfterSeconds: 20 } : {});
    },
    async resume({ id }, call): Promise<Finished | Waiting | Failed> {
      apiKeys.push(call.apiKey);
      const request = requests[Number(id) - 1];
      if (!request?.ticket) throw new Error(`There is no ticket ${id}.`);
      if (request.ticket.calledOff)
        return { status: 'failed', failure: new ProviderFailure('refused', 'It was called off.') };
      await work({ ...request }, call, 0.2);
      if (Date.now() < request.ticket.readyAt) {
        return { status: 'waiting', ticket: { id }, checkAfterSeconds: 15 } as Waiting;
      }
      request.ticket.answered = true;
      return images(call);
    },
    async cancel({ id }, call) {
      apiKeys.push(call.apiKey);
      const request = requests[Number(id) - 1];
      if (!request?.ticket) throw new Error(`There is no ticket ${id}.`);
      request.ticket.calledOff = true;
    },
  };
}
