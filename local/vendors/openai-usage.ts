import type { Drawing } from './drawing.ts';

/** Patches along the long edge of a picture, by quality. */
const longEdge: Readonly<Record<string, number>> = { low: 16, medium: 48, high: 96, xhigh: 112, max: 128 };

/** OpenAI's guide to image generation: each partial image costs that many output tokens more. */
const tokensPerPartial = 100;

/**
 * The `usage` of an answer. The shape is openai-node's `ImagesResponse.Usage`. Output tokens are those of the calculator in
 * OpenAI's guide to image generation; it lacks `xhigh` and `max`, which are guesses, as are the other figures: a token
 * for four characters of prompt, 1,024 for an input image.
 */
export function openaiUsage(drawings: readonly Drawing[], quality: string, partialImages = 0) {
  const [first] = drawings;
  const text = Math.ceil((first?.prompt.length ?? 0) / 4);
  const image = (first?.inputs.length ?? 0) * 1024;
  const whole = drawings.reduce((sum, drawing) => sum + tokensOf(drawing, longEdge[quality] ?? 48), 0);
  const output = whole + partialImages * tokensPerPartial;
  return {
    input_tokens: text + image,
    input_tokens_details: { image_tokens: image, text_tokens: text },
    output_tokens: output,
    output_tokens_details: { image_tokens: output, text_tokens: 0 },
    total_tokens: text + image + output,
  };
}

/** A square of 1024 pixels takes 196 tokens at low quality, 1,756 at medium and 7,024 at high. */
function tokensOf({ width, height }: Drawing, patches: number): number {
  const across = Math.round((patches * Math.min(width, height)) / Math.max(width, height));
  return Math.ceil((patches * across * (2_000_000 + width * height)) / 4_000_000);
}
