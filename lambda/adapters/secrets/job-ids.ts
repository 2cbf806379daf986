import { createHmac, randomUUID } from 'node:crypto';
import type { JobIds } from '../../domain/ports.ts';
import type { KeyPurpose, RootSecret } from './root-secret.ts';

/** Random ids, and ids derived by HMAC-SHA256. The root secret is read only for the latter. */
export function createJobIds(rootSecret: RootSecret): JobIds {
  async function digestOf(purpose: KeyPurpose, text: string): Promise<Buffer> {
    return createHmac('sha256', await rootSecret.keyFor(purpose))
      .update(text)
      .digest();
  }
  return {
    random: () => randomUUID(),
    async derived(owner, idempotencyKey) {
      // The owner's length goes before it, so that no other pair of owner and key makes up the same text.
      return uuidOf(await digestOf('job-ids', `${Buffer.byteLength(owner)}:${owner}${idempotencyKey}`));
    },
    ofAnswer: async (identity) => uuidOf(await digestOf('answer-ids', identity)),
  };
}

/** The first 16 bytes as a UUID of version 8, the one for bytes of one's own making (RFC 9562, section 5.8). */
function uuidOf(digest: Buffer): string {
  const bytes = digest.subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
