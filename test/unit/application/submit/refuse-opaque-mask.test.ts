import { describe, expect, it } from 'vitest';
import { refuseOpaqueMask } from '../../../../lambda/application/submit/refuse-opaque-mask.ts';
import type { InspectMask } from '../../../../lambda/domain/images/mask-pixels.ts';

const received = { param: 'mask', bytes: new Uint8Array(9) } as const;
const mask = { type: 'png', width: 8, height: 8, hasAlpha: true, received } as const;
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
    await expect(refuseOpaqueMask(looked('opaque'), mask)).rejects.toMatchObject({
      code: 'invalid_image',
      param: 'mask',
      message: expect.stringContaining('no transparent area'),
    });
  });

  it.each(['edits', 'unknown'] as const)('leaves one alone whose pixels are %s', async (pixels) => {
    await refuseOpaqueMask(looked(pixels), mask);
  });
});
