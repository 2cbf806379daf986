import type { Drawing } from './drawing.ts';
import { openaiTokens } from './prices/openai-prices.ts';

/** OpenAI's guide to image generation: each partial image costs that many output tokens more. */
const tokensPerPartial = 100;

/**
 * The `usage` of an answer, in the shape of openai-node's `ImagesResponse.Usage`. The tokens that go in are an estimate:
 * one for four characters of prompt, 1,024 for an input image.
 */
export function openaiUsage(model: string, drawings: readonly Drawing[], quality: string, partialImages = 0) {
  const [first] = drawings;
  const text = Math.ceil((first?.prompt.length ?? 0) / 4);
  const image = (first?.inputs.length ?? 0) * 1024;
  const whole = drawings.reduce((sum, drawing) => sum + openaiTokens(model, drawing, quality), 0);
  const output = whole + partialImages * tokensPerPartial;
  return {
    input_tokens: text + image,
    input_tokens_details: { image_tokens: image, text_tokens: text },
    output_tokens: output,
    output_tokens_details: { image_tokens: output, text_tokens: 0 },
    total_tokens: text + image + output,
  };
}
