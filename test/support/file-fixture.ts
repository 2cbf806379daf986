import { newFileId } from '../../lambda/adapters/secrets/new-file-id.ts';
import { sha256 } from '../../lambda/adapters/secrets/sha256.ts';
import type { FileUploads, UploadOrder } from '../../lambda/domain/files/file-objects.ts';
import type { FileLimits } from '../../lambda/domain/files/file-store.ts';
import type { EventCode, EventFields, Telemetry } from '../../lambda/domain/telemetry.ts';
import { createFixedClock } from './fixed-clock.ts';
import { knownCallers } from './known-callers.ts';
import { createMemoryFileStore } from './memory-file-store.ts';

/** Objects of files in memory; `orders` are the forms that were made. */
export function createMemoryFileUploads() {
  const objects = new Map<string, Uint8Array>();
  const orders: UploadOrder[] = [];
  const uploads: FileUploads = {
    put: async (key, bytes) => void objects.set(key, bytes.slice()),
    async uploadForm(order) {
      orders.push(order);
      return { url: 'https://bucket.example/', fields: { key: order.key, 'Content-Type': order.contentType } };
    },
    length: async (key) => objects.get(key)?.length,
    async remove(keys) {
      for (const key of keys) objects.delete(key);
    },
  };
  return { objects, orders, uploads };
}

/** All that those need who deal with files, in memory: three files of an owner, with 1,000 bytes together, live a day. */
export function createFileFixture(limits: Partial<FileLimits> = {}) {
  const clock = createFixedClock();
  const events: { readonly code: EventCode; readonly fields: EventFields }[] = [];
  const telemetry: Telemetry = { record: (code, fields) => void events.push({ code, fields }) };
  return {
    ...createMemoryFileUploads(),
    ...{ files: createMemoryFileStore(), clock, telemetry, events, newFileId, sha256 },
    authentication: knownCallers(clock),
    settings: { fileRetentionSeconds: 86_400, fileLimits: { files: 3, bytes: 1000, ...limits } },
  };
}
