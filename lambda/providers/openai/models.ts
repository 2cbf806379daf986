import type { ProviderModels } from '../../planning/model-spec.ts';
import { gptImage, gptImage25Qualities } from '../formats/gpt-image.ts';
import { gptImage2Price, gptImage25Price, gptImage26Price } from '../formats/gpt-image-prices.ts';

// Sources: the API reference of the image endpoints and openai/openai-node `src/resources/images.ts` (21 August 2026)
// for fields and limits; OpenAI's model and deprecation pages (October 2026) for what exists until when; the same sizes
// in Microsoft's guide to these models on Azure.

/**
 * The line of 4 November 2026: docs.apiyi.com/en/api-capabilities/gpt-image-2/gpt-image-2-6 and
 * apidog.com/blog/gpt-image-2-6-api (names, qualities, `complexity`),
 * docs.comfy.org/built-in-nodes/OpenAIGPTImageNodeV3 (sizes, as of 2.5). Its gif and svg are no types of the gateway's,
 * and its marked-up edits have no field of the contract. Transparency is taken over from 2.5, and not confirmed.
 */
const gptImage26 = {
  ...gptImage,
  qualities: gptImage25Qualities,
  price: gptImage26Price,
  extras: ['complexity'],
} as const;

const gptImage25 = { ...gptImage, qualities: gptImage25Qualities, price: gptImage25Price } as const;

export const openAiModels: ProviderModels = {
  models: [
    {
      ...gptImage,
      model: 'gpt-image-2',
      // Transparency was a preview until 30 September 2026; since then it is a 400.
      editTypes: { ...gptImage.editTypes, background_removal: 'none' },
      values: { ...gptImage.values, background: ['opaque', 'auto'] },
      price: gptImage2Price,
      typicalSeconds: 30,
    },
    { ...gptImage25, model: 'gpt-image-2.5-sunburst', typicalSeconds: 45 },
    { ...gptImage25, model: 'gpt-image-2.5-flare', typicalSeconds: 15 },
    { ...gptImage26, model: 'gpt-image-2.6-sunburst', typicalSeconds: 30 },
    { ...gptImage26, model: 'gpt-image-2.6-flare', typicalSeconds: 10 },
  ],
  retired: [
    // Gone since 12 May 2026.
    { model: 'dall-e-2', successor: 'gpt-image-2' },
    { model: 'dall-e-3', successor: 'gpt-image-2' },
    // Gone since 23 October 2026.
    { model: 'gpt-image-1', successor: 'gpt-image-2' },
    // OpenAI takes these away on 1 December 2026. A job is not worth starting on a model with days to live, and a row
    // would have to be removed on the day, so the gateway has never offered them. OpenAI names the 2.6 line as their
    // successor; which of its two models for which of these isn't confirmed.
    { model: 'gpt-image-1-mini', successor: 'gpt-image-2.6-flare' },
    { model: 'gpt-image-1.5', successor: 'gpt-image-2.6-flare' },
    { model: 'chatgpt-image-latest', successor: 'gpt-image-2.6-sunburst' },
  ],
};
