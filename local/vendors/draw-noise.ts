import { seededNoise } from './draw-random.ts';
import type { Picture } from './drawing.ts';

/** Pixels that no format can compress, for tests and benchmarks that need large results: 4K is a PNG of 25 MB. */
export function drawNoise(seed: string, width: number, height: number): Picture {
  const pixels = seededNoise(seed, width * height * 4);
  for (let position = 3; position < pixels.length; position += 4) pixels[position] = 255;
  return { pixels, width, height };
}
