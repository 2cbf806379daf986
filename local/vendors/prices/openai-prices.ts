import type { Charge } from './charge.ts';

/**
 * Dollars for a million tokens, which are millionths of a dollar for one: developers.openai.com, the pages of
 * gpt-image-2, 2.5 and 2.6 (November 2026). Azure lists the same.
 */
const perToken = { textIn: 5, imageIn: 8, imageOut: 30 };

/** Of gpt-image-1.5, which Azure alone still has: BerriAI/litellm, model_prices_and_context_window.json. */
const imageOutOf15 = 32;

/** What the tokens of an answer cost. */
export const openaiCharge = (
  model: string,
  usage: {
    readonly input_tokens_details: { readonly text_tokens: number; readonly image_tokens: number };
    readonly output_tokens: number;
  },
): Charge =>
  usage.input_tokens_details.text_tokens * perToken.textIn +
  usage.input_tokens_details.image_tokens * perToken.imageIn +
  usage.output_tokens * (model.includes('1.5') ? imageOutOf15 : perToken.imageOut);
