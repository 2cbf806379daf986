import type { Drawing } from './drawing.ts';

const outputTokens: Readonly<Record<string, number>> = { low: 272, medium: 1056, high: 4160, xhigh: 6240, max: 8320 };

/** OpenAI's guide to image generation: each partial image costs that many output tokens more. */
const tokensPerPartial = 100;

/**
 * The `usage` of an answer. The shape is openai-node's `ImagesResponse.Usage`; the figures are an estimate in the right
 * order: so many output tokens for each megapixel (1024x1024) by quality, a token for four characters of prompt.
 */
export function openaiUsage(drawings: readonly Drawing[], quality: string, partialImages = 0) {
  const [first] = drawings;
  const pixels = drawings.reduce((sum, drawing) => sum + drawing.width * drawing.height, 0);
  const text = Math.ceil((first?.prompt.length ?? 0) / 4);
  const image = (first?.inputs.length ?? 0) * 1024;
  const whole = Math.round((pixels / 1_048_576) * (outputTokens[quality] ?? 1056));
  const output = whole + partialImages * tokensPerPartial;
  return {
    input_tokens: text + image,
    input_tokens_details: { image_tokens: image, text_tokens: text },
    output_tokens: output,
    output_tokens_details: { image_tokens: output, text_tokens: 0 },
    total_tokens: text + image + output,
  };
}
