import { describe, expect, it } from 'vitest';
import { inspectMaskPixels } from '../../../lambda/application/inspect-mask-pixels.ts';

const received = { param: 'mask', bytes: new Uint8Array(9) } as const;
const mask = { type: 'png', width: 8, height: 8, hasAlpha: true, received } as const;
const inspect = (pixels: { isEdited: boolean; isSoft: boolean } | undefined) =>
  inspectMaskPixels(async (bytes) => (bytes === mask.received.bytes ? pixels : { isEdited: true, isSoft: true }), mask);

describe(inspectMaskPixels, () => {
  it.each([true, false])('refuses a mask that leaves nothing to edit, by the name of its part', async (isSoft) => {
    await expect(inspect({ isEdited: false, isSoft })).rejects.toMatchObject({
      code: 'invalid_image',
      param: 'mask',
      message: expect.stringContaining('no transparent area'),
    });
  });

  it('tells of half transparent pixels beside others', async () => {
    expect(await inspect({ isEdited: true, isSoft: true })).toEqual({ ...mask, isSoft: true });
    expect(await inspect({ isEdited: true, isSoft: false })).toEqual(mask);
  });

  it('leaves a mask that can not be looked at to whoever redraws it', async () => {
    expect(await inspect(undefined)).toEqual(mask);
  });
});
