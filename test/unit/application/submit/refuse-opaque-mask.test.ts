import { describe, expect, it } from 'vitest';
import { refuseOpaqueMask } from '../../../../lambda/application/submit/refuse-opaque-mask.ts';
import type { ByteStream } from '../../../../lambda/domain/images/image.ts';
import type { InspectMask } from '../../../../lambda/domain/images/mask-pixels.ts';

const received = { param: 'mask', bytes: new Uint8Array(9) } as const;
const mask = { type: 'png', width: 8, height: 8, hasAlpha: true, bytes: 9, source: received } as const;
const fileReads = {
  open: async (key: string, etag: string) => inPieces(key, etag),
};

async function* inPieces(...pieces: string[]): ByteStream {
  for (const piece of pieces) yield Buffer.from(piece);
}

const looked =
  (pixels: Awaited<ReturnType<InspectMask>>): InspectMask =>
  async (facts, open) => {
    expect(facts).toMatchObject({ type: 'png', width: 8, height: 8 });
    const pieces: Uint8Array[] = [];
    for await (const piece of await open()) pieces.push(piece);
    expect(pieces).toEqual([received.bytes]);
    return pixels;
  };

describe(refuseOpaqueMask, () => {
  it('refuses a mask that leaves nothing to edit, by the name of its part', async () => {
    await expect(refuseOpaqueMask({ inspectMask: looked('opaque'), fileReads }, mask)).rejects.toMatchObject({
      code: 'invalid_image',
      param: 'mask',
      message: expect.stringContaining('no transparent area'),
    });
  });

  it.each(['edits', 'unknown'] as const)('leaves one alone whose pixels are %s', async (pixels) => {
    await refuseOpaqueMask({ inspectMask: looked(pixels), fileReads }, mask);
  });

  const file = { param: 'mask', fileId: `file-${'0'.repeat(32)}`, key: 'files/r2/0', etag: '"1"' } as const;

  it('reads those bytes of a file that were inspected, and names it', async () => {
    const read: string[] = [];
    const inspectMask: InspectMask = async (_, open) => {
      for await (const piece of await open()) read.push(Buffer.from(piece).toString());
      return 'opaque';
    };
    const refused = refuseOpaqueMask({ inspectMask, fileReads }, { ...mask, source: file });
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_image',
      param: 'mask',
      message: `The file ${file.fileId} in "mask" has no transparent area. Make the area to edit transparent.`,
    });
    expect(read).toEqual([file.key, file.etag]);
  });

  it.each([
    ['changed', 'invalid_image', 'was uploaded again while the request was being read'],
    ['gone', 'invalid_value', "doesn't exist"],
  ] as const)('refuses a file that has %s since it was inspected', async (outcome, code, message) => {
    const inspectMask: InspectMask = async (_, openFile) => {
      await openFile();
      return 'edits';
    };
    const refused = refuseOpaqueMask(
      { inspectMask, fileReads: { open: async () => outcome } },
      { ...mask, source: file },
    );
    await expect(refused).rejects.toMatchObject({ code, param: 'mask', message: expect.stringContaining(message) });
  });

  it('takes a file that can not be read for a fault that may pass', async () => {
    const open = () => Promise.reject(new Error('503'));
    const inspectMask: InspectMask = async (_, openFile) => {
      await openFile();
      return 'edits';
    };
    const refused = refuseOpaqueMask({ inspectMask, fileReads: { open } }, { ...mask, source: file });
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('looks at no mask that is yet to be fetched', async () => {
    const source = { param: 'mask', address: 'https://masks.example/1.png' };
    const inspectMask = () => Promise.reject(new Error('It was looked at.'));
    await refuseOpaqueMask({ inspectMask, fileReads }, { ...mask, isAssumed: true, source });
  });
});
