import { describe, expect, it } from 'vitest';
import { imageText, jsonWithImages } from '../../../local/vendors/image-json.ts';

describe('jsonWithImages', () => {
  it('joins base64 without a seam, whatever the length of the image', async () => {
    for (const length of [0, 1, 2, 3, 48 * 1024 - 1, 48 * 1024, 48 * 1024 + 1, 100_000]) {
      const image = Buffer.from(Array.from({ length }, (_, position) => position % 251));
      let text = '';
      for await (const piece of jsonWithImages({ a: 1, b: [imageText(0)] }, [async () => image])) text += piece;
      const parsed = JSON.parse(text) as { a: number; b: string[] };
      expect(parsed.a).toBe(1);
      expect(Buffer.from(parsed.b[0] ?? '', 'base64').equals(image)).toBe(true);
    }
  });

  it('draws an image only when its place comes', async () => {
    let drawn = 0;
    const image = async () => {
      drawn += 1;
      return Buffer.alloc(200_000);
    };
    const pieces = jsonWithImages([imageText(0), imageText(1)], [image, image]);
    await pieces.next();
    expect(drawn).toBe(0);
    // 200,000 bytes are five slices.
    for (let slice = 0; slice < 5; slice += 1) await pieces.next();
    expect(drawn).toBe(1);
    for await (const _rest of pieces);
    expect(drawn).toBe(2);
  });
});
