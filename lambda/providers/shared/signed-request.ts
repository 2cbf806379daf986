import { createHash } from 'node:crypto';
import { ProviderFailure } from '../../domain/failure.ts';
import type { SignRequest } from '../../domain/ports.ts';
import type { OutgoingRequest, SendRequest } from './send-request.ts';

/**
 * Sends requests that are signed as the function's own role, for providers that have no key. A body is read twice: once for
 * the digest that is signed, and once on its way.
 */
export const signedRequest =
  (send: SendRequest, sign: SignRequest, region: string): SendRequest =>
  async (request) => {
    const bodySha256 = await digestOf(request.body);
    const { method, url, headers } = request;
    const signed = await sign({ method, url, headers, bodySha256, region }).catch((cause: unknown) => {
      throw new ProviderFailure('auth', 'The gateway has no credentials for this provider.', { cause });
    });
    return send({ ...request, headers: signed });
  };

async function digestOf(body: OutgoingRequest['body']): Promise<string> {
  const hash = createHash('sha256');
  if (body instanceof Uint8Array) hash.update(body);
  else if (body !== undefined) for await (const chunk of body.chunks()) hash.update(chunk);
  return hash.digest('hex');
}
