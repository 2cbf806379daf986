import { createHmac, timingSafeEqual } from 'node:crypto';
import type { LinkSigner } from '../domain/ports.ts';
import type { RootSecret } from './root-secret.ts';

/** Signs links by HMAC-SHA256, as base64url without padding. Throws where the root secret can't be read. */
export function createLinkSigner(rootSecret: RootSecret): LinkSigner {
  async function sign(jobId: string, index: number, expires: number): Promise<string> {
    const key = await rootSecret.keyFor('link-signing');
    return createHmac('sha256', key).update(`v1\n${jobId}\n${index}\n${expires}`).digest('base64url');
  }
  return {
    sign,
    async verify(jobId, index, expires, signature) {
      const expected = Buffer.from(await sign(jobId, index, expires));
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
