import type { Charge } from './charge.ts';

/**
 * Dollars for a million tokens, and the tokens of a picture by its size: ai.google.dev/gemini-api/docs/pricing, and
 * BerriAI/litellm discussion 44983 for Nano Banana 2.1, whose 4K picture costs $0.1134.
 */
interface GooglePrice {
  readonly input: number;
  /** Of text that comes out, thoughts included. */
  readonly text: number;
  readonly image: number;
  readonly pictureTokens: Readonly<Record<string, number>>;
}

const prices: Readonly<Record<string, GooglePrice>> = {
  'gemini-nano-banana-2.1': {
    ...{ input: 1.5, text: 7.5, image: 30 },
    pictureTokens: { '1K': 1120, '2K': 1680, '4K': 3780 },
  },
  'gemini-3.1-flash-image': {
    ...{ input: 0.5, text: 3, image: 60 },
    pictureTokens: { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 },
  },
  'gemini-3-pro-image': {
    ...{ input: 2, text: 12, image: 120 },
    pictureTokens: { '1K': 1120, '2K': 1120, '4K': 2000 },
  },
  'gemini-3.1-flash-lite-image': { input: 0.25, text: 1.5, image: 30, pictureTokens: { '1K': 1120 } },
};

/** The tokens of a picture that a model makes. */
export const pictureTokens = (model: string, size: string): number => prices[model]?.pictureTokens[size] ?? 1120;

/** What the tokens of an answer cost. */
export function googleCharge(
  model: string,
  usage: {
    readonly promptTokenCount: number;
    readonly candidatesTokenCount: number;
    readonly thoughtsTokenCount: number;
  },
): Charge {
  const price = prices[model];
  if (price === undefined) return undefined;
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount } = usage;
  const dollars = promptTokenCount * price.input + candidatesTokenCount * price.image + thoughtsTokenCount * price.text;
  return Math.round(dollars);
}
