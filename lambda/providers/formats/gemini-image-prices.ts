import type { TokenPrice } from '../../domain/money/model-price.ts';

// Prices of Google's models, by Gemini's API and by Vertex AI's global endpoint alike. An answer has at most 32,768
// tokens, thoughts among them, which are charged as text. Not confirmed: that number for the two newest models.

const common = {
  kind: 'tokens',
  readOn: '2026-11-28',
  // "You will not be charged for blocked images."
  refusal: 'free',
  inputTokens: { likely: 1120, max: 1120 },
  textTokens: { likely: 100, max: 32_768 },
  defaults: { resolution: '1K' },
} as const satisfies Partial<TokenPrice>;

const pricingPage = 'ai.google.dev/gemini-api/docs/pricing';

export const nanoBanana21Price: TokenPrice = {
  ...common,
  source: 'github.com/BerriAI/litellm/discussions/44983',
  unconfirmed: 'tokens of input images, whether they cost as much as text, and tokens of thoughts',
  usdPerMillion: { textIn: 1.5, imageIn: 1.5, imageOut: 30, textOut: 7.5 },
  imageTokens: { by: 'resolution', tokens: { '1K': 1120, '2K': 1680, '4K': 3780 } },
  textTokens: { likely: 350, max: 32_768 },
};

export const gemini31FlashPrice: TokenPrice = {
  ...common,
  source: `${pricingPage}; Vertex AI's page of the model (tokens)`,
  usdPerMillion: { textIn: 0.5, imageIn: 0.5, imageOut: 60, textOut: 3 },
  imageTokens: { by: 'resolution', tokens: { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 } },
};

export const gemini3ProPrice: TokenPrice = {
  ...common,
  source: pricingPage,
  usdPerMillion: { textIn: 2, imageIn: 2, imageOut: 120, textOut: 12 },
  imageTokens: { by: 'resolution', tokens: { '1K': 1120, '2K': 1120, '4K': 2000 } },
  inputTokens: { likely: 560, max: 1120 },
  // Its thoughts can't be turned off: discuss.ai.google.dev/t/121299.
  textTokens: { likely: 800, max: 32_768 },
};

export const gemini31FlashLitePrice: TokenPrice = {
  ...common,
  source: `${pricingPage}, as BerriAI/litellm has it`,
  unconfirmed: 'tokens of input images',
  usdPerMillion: { textIn: 0.25, imageIn: 0.25, imageOut: 30, textOut: 1.5 },
  imageTokens: { by: 'resolution', tokens: { '1K': 1120 } },
};
