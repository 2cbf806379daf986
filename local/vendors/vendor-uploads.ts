import { randomUUID } from 'node:crypto';
import type { ReceivedFile } from './received-request.ts';

/** The oldest goes when there are more, so that a long load test doesn't fill the memory. */
const maxUploads = 200;

/** What a vendor keeps of the files that were uploaded to it ahead of a request. */
export class VendorUploads {
  private readonly files = new Map<string, ReceivedFile>();

  /** Keeps a file and returns its id. */
  keep(file: ReceivedFile): string {
    const id = randomUUID();
    this.files.set(id, file);
    const [oldest] = this.files.keys();
    if (this.files.size > maxUploads && oldest !== undefined) this.files.delete(oldest);
    return id;
  }

  find(id: string): ReceivedFile | undefined {
    return this.files.get(id);
  }
}
