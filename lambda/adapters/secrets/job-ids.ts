import { createHmac, randomUUID } from 'node:crypto';
import type { JobIds } from '../../domain/ports.ts';
import type { RootSecret } from './root-secret.ts';

/** Random ids, and ids derived by HMAC-SHA256. The root secret is read only for the latter. */
export function createJobIds(rootSecret: RootSecret): JobIds {
  return {
    random: () => randomUUID(),
    async derived(owner, idempotencyKey) {
      const key = await rootSecret.keyFor('job-ids');
      // The owner's length goes before it, so that no other pair of owner and key makes up the same text.
      const text = `${Buffer.byteLength(owner)}:${owner}${idempotencyKey}`;
      return uuidOf(createHmac('sha256', key).update(text).digest());
    },
  };
}

/** The first 16 bytes as a UUID of version 8, the one for bytes of one's own making (RFC 9562, section 5.8). */
function uuidOf(digest: Buffer): string {
  const bytes = digest.subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
