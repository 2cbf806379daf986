import type { Drawing } from './drawing.ts';

/**
 * Patches along the long edge of a picture, by quality: of gpt-image-2 and older models, of 2.5 (s-anand.net on its quality
 * levels), and about those of 2.6 (docs.laozhang.ai, gpt-image-2-6).
 */
const longEdge: Readonly<Record<string, number>> = { low: 16, medium: 48, high: 96 };
const longEdge25: Readonly<Record<string, number>> = { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 };
const longEdge26: Readonly<Record<string, number>> = { ...longEdge25, low: 32, medium: 46 };

const patchesOf = (model: string): Readonly<Record<string, number>> =>
  model.includes('2.6') ? longEdge26 : model.includes('2.5') ? longEdge25 : longEdge;

/** OpenAI's guide to image generation: each partial image costs that many output tokens more. */
const tokensPerPartial = 100;

/**
 * The `usage` of an answer. The shape is openai-node's `ImagesResponse.Usage`. Output tokens are those of the calculator in
 * OpenAI's guide to image generation. The other figures are guesses: a token for four characters of prompt, 1,024 for an
 * input image.
 */
export function openaiUsage(model: string, drawings: readonly Drawing[], quality: string, partialImages = 0) {
  const [first] = drawings;
  const text = Math.ceil((first?.prompt.length ?? 0) / 4);
  const image = (first?.inputs.length ?? 0) * 1024;
  const patches = patchesOf(model)[quality] ?? 48;
  const whole = drawings.reduce((sum, drawing) => sum + tokensOf(drawing, patches), 0);
  const output = whole + partialImages * tokensPerPartial;
  return {
    input_tokens: text + image,
    input_tokens_details: { image_tokens: image, text_tokens: text },
    output_tokens: output,
    output_tokens_details: { image_tokens: output, text_tokens: 0 },
    total_tokens: text + image + output,
  };
}

/** A square of 1024 pixels takes 196 tokens with 16 patches, 1,756 with 48 and 7,024 with 96. */
function tokensOf({ width, height }: Drawing, patches: number): number {
  const across = Math.round((patches * Math.min(width, height)) / Math.max(width, height));
  return Math.ceil((patches * across * (2_000_000 + width * height)) / 4_000_000);
}
