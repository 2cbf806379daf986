import type { TokenPrice } from '../../domain/money/model-price.ts';

// Prices of OpenAI's models, which Azure lists as well. Documented for gpt-image-1 alone: how many tokens an input image
// takes, at most 65 and four tiles of 129, and 6,240 more at high fidelity.

const common = {
  kind: 'tokens',
  readOn: '2026-11-28',
  refusal: 'unknown',
  inputTokens: { likely: 1500, max: 6821 },
  partialTokens: 100,
} as const satisfies Partial<TokenPrice>;

const usdPerMillion = { textIn: 5, imageIn: 8, imageOut: 30 } as const;
const unconfirmed = 'tokens of input images; what `auto` usually chooses';

/** The tokens of `low`, `medium` and `high` are those of the calculator in OpenAI's guide. */
export const gptImage2Price: TokenPrice = {
  ...common,
  source: 'developers.openai.com/api/docs/pricing; community.openai.com/t/1382699 (tokens)',
  unconfirmed,
  usdPerMillion,
  imageTokens: { by: 'patches', longEdge: { low: 16, medium: 48, high: 96 } },
  usual: { quality: 'medium' },
};

export const gptImage25Price: TokenPrice = {
  ...gptImage2Price,
  source: 'developers.openai.com/api/docs/pricing; s-anand.net, quality levels of 2.5 (tokens)',
  unconfirmed: `${unconfirmed}; tokens by quality`,
  imageTokens: { by: 'patches', longEdge: { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 }, margin: 0.1 },
  usual: { quality: 'high' },
};

/** Measured: from `high` on as many tokens as 2.5, below that three to four times as many. */
export const gptImage26Price: TokenPrice = {
  ...gptImage25Price,
  source: 'developers.openai.com/api/docs/models/gpt-image-2.6-sunburst; docs.laozhang.ai, gpt-image-2-6 (tokens)',
  imageTokens: { by: 'patches', longEdge: { low: 33, medium: 48, high: 48, xhigh: 64, max: 96 }, margin: 0.1 },
};

const sizes = (square: number, portrait: number, landscape: number) => ({
  '1024x1024': square,
  '1024x1536': portrait,
  '1536x1024': landscape,
});

export const gptImage15Price: TokenPrice = {
  ...common,
  source: 'BerriAI/litellm, model_prices_and_context_window.json; the guide to image generation (tokens)',
  unconfirmed: `${unconfirmed}; whether text comes out`,
  usdPerMillion: { textIn: 5, imageIn: 8, imageOut: 32, textOut: 10 },
  imageTokens: {
    by: 'size',
    tokens: {
      low: sizes(272, 408, 400),
      medium: sizes(1056, 1584, 1568),
      high: sizes(4160, 6240, 6208),
    },
  },
  usual: { quality: 'high' },
};
