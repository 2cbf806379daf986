import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { LinkAddress, LinkSigner } from '../../domain/ports.ts';
import type { RootSecret } from './root-secret.ts';

/**
 * HMAC-signed links: with the HMAC's 32 bytes, base64url has no spare bits, so a signature has exactly one spelling.
 */
const markBytes = 10;
const signatureForm = /^[A-Za-z0-9_-]{56}$/;

/**
 * Signs links by HMAC-SHA-256, as base64url without padding, and verifies them by a constant-time comparison. The HMAC
 * is prefixed by a mark, the start of the SHA-256 of the submission's nonce: a forged link is rejected without a read,
 * and a link to an earlier job of the same id after it. Throws where the root secret can't be read.
 */
export function createLinkSigner(rootSecret: RootSecret): LinkSigner {
  async function signed({ jobId, index, expires }: LinkAddress, mark: Buffer): Promise<string> {
    const key = await rootSecret.keyFor('link-signing');
    const text = `v2\n${jobId}\n${index}\n${expires}\n${mark.toString('base64url')}`;
    return Buffer.concat([mark, createHmac('sha256', key).update(text).digest()]).toString('base64url');
  }
  const sign = (address: LinkAddress, nonce: string) => signed(address, markOf(nonce));
  return {
    sign,
    async isGenuine(address, signature) {
      if (!signatureForm.test(signature)) return false;
      const mark = Buffer.from(signature, 'base64url').subarray(0, markBytes);
      return isSame(signature, await signed(address, mark));
    },
    isFor: async (address, nonce, signature) => isSame(signature, await sign(address, nonce)),
  };
}

const markOf = (nonce: string): Buffer => createHash('sha256').update(nonce).digest().subarray(0, markBytes);

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
