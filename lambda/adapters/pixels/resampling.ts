/**
 * What each pixel of a line takes of a line of another length. Pixel `n` takes of the source's pixels from `firsts[n]`
 * on; how much of each, the weights from `offsets[n]` up to `offsets[n + 1]` say, which add up to 1. In flat arrays,
 * since a list of numbers takes several times the memory.
 */
export interface Resampling {
  readonly firsts: Uint32Array;
  readonly offsets: Uint32Array;
  readonly weights: Float32Array;
}

/**
 * How a line of `from` pixels becomes one of `to`, by the kernel of Catmull and Rom: some `4 * from + 5 * to` weights.
 */
export function resampling(from: number, to: number): Resampling {
  const step = from / to;
  // Where many pixels become one, the kernel is stretched over all of them.
  const stretch = Math.max(1, step);
  const middleOf = (index: number): number => (index + 0.5) * step;
  const firsts = new Uint32Array(to);
  const offsets = new Uint32Array(to + 1);
  for (let index = 0; index < to; index += 1) {
    const first = Math.max(0, Math.floor(middleOf(index) - 2 * stretch));
    const end = Math.min(from, Math.ceil(middleOf(index) + 2 * stretch));
    firsts[index] = first;
    offsets[index + 1] = (offsets[index] as number) + end - first;
  }
  const weights = new Float32Array(offsets[to] as number);
  for (let index = 0; index < to; index += 1) {
    const middle = middleOf(index) - 0.5;
    const distanceOf = (offset: number) => ((firsts[index] as number) + offset - middle) / stretch;
    writeWeights(weights.subarray(offsets[index], offsets[index + 1]), distanceOf);
  }
  return { firsts, offsets, weights };
}

function writeWeights(weights: Float32Array, distanceOf: (offset: number) => number): void {
  let sum = 0;
  for (let offset = 0; offset < weights.length; offset += 1) {
    const weight = catmullRom(distanceOf(offset));
    weights[offset] = weight;
    sum += weight;
  }
  for (let offset = 0; offset < weights.length; offset += 1) weights[offset] = (weights[offset] as number) / sum;
}

/** The cubic kernel with B = 0 and C = 1/2 (Mitchell and Netravali, 1988). */
function catmullRom(distance: number): number {
  const x = Math.abs(distance);
  if (x >= 2) return 0;
  return x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2;
}
