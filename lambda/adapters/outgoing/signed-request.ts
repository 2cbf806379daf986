import { createHash } from 'node:crypto';
import { ProviderFailure } from '../../domain/failure.ts';
import type { SignRequest } from '../../domain/ports.ts';
import type { OutgoingRequest, SendRequest } from '../../domain/send-request.ts';
import { failureOf, givenUp } from './connection-failure.ts';

/**
 * Sends requests that are signed as the function's own role, for providers that have no key. A body is read twice: once
 * for the digest that is signed, and once on its way.
 */
export const signedRequest =
  (send: SendRequest, sign: SignRequest, region: string): SendRequest =>
  async (request) => {
    const headers = await untilGivenUp(request.signal, () => signedHeaders(request, sign, region));
    return send({ ...request, headers });
  };

async function signedHeaders({ method, url, headers, body }: OutgoingRequest, sign: SignRequest, region: string) {
  const bodySha256 = await digestOf(body);
  return sign({ method, url, headers, bodySha256, region }).catch((cause: unknown) => {
    throw new ProviderFailure('auth', 'The gateway has no credentials for this provider.', { cause });
  });
}

/** Reading the body may stall like any transfer. Nothing has been sent to the provider by then. */
function untilGivenUp<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(failureOf(givenUp(signal), false));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}

async function digestOf(body: OutgoingRequest['body']): Promise<string> {
  const hash = createHash('sha256');
  if (body instanceof Uint8Array) hash.update(body);
  else if (body !== undefined) for await (const chunk of body.chunks()) hash.update(chunk);
  return hash.digest('hex');
}
