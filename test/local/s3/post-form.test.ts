import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { receiveForm } from '../../../local/emulators/s3/post-form.ts';
import { accessDenied } from '../../../local/emulators/s3/s3-refusal.ts';

const chunk = Buffer.alloc(64 * 1024, 7);
const chunks = 763;
const fileBytes = chunk.length * chunks;

/** A posted form with a file of 50 MB, of which one chunk exists; `peak` is the most bytes in buffers since it began. */
function largeForm(): { readonly request: IncomingMessage; peak(): number } {
  const start = process.memoryUsage().arrayBuffers;
  let highest = 0;
  const head = Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n');
  const tail = Buffer.from('\r\n--b--\r\n');
  function* pieces() {
    yield head;
    for (let count = 0; count < chunks; count += 1) {
      highest = Math.max(highest, process.memoryUsage().arrayBuffers - start);
      yield chunk;
    }
    yield tail;
  }
  const headers = {
    'content-type': 'multipart/form-data; boundary=b',
    'content-length': String(head.length + fileBytes + tail.length),
  };
  const request = Object.assign(Readable.from(pieces()), { headers, complete: true });
  return { request: request as unknown as IncomingMessage, peak: () => highest };
}

describe('receiveForm', () => {
  it('holds a file of 50 MB once', async () => {
    const form = largeForm();
    const bytes = await receiveForm(form.request, () => ({ min: 0, max: fileBytes }));
    expect(bytes).toHaveLength(fileBytes);
    expect(form.peak()).toBeLessThan(fileBytes + 8_000_000);
  });

  it('holds nothing of a file that is refused, or that is longer than it may be', async () => {
    const denied = largeForm();
    await expect(
      receiveForm(denied.request, () => {
        throw accessDenied();
      }),
    ).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(denied.peak()).toBeLessThan(8_000_000);
    const long = largeForm();
    const answer = receiveForm(long.request, () => ({ min: 0, max: 1_000_000 }));
    await expect(answer).rejects.toMatchObject({
      code: 'EntityTooLarge',
      details: { ProposedSize: String(fileBytes) },
    });
    expect(long.peak()).toBeLessThan(8_000_000);
  });
});
