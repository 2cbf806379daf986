import type { ImagePrice } from '../../domain/money/model-price.ts';

// Prices depend on quality and resolution, and edits pay for their input images as well.

const common = { kind: 'image', readOn: '2026-11-28', refusal: 'unknown', defaults: { resolution: '1k' } } as const;

export const grokImaginePrice: ImagePrice = {
  ...common,
  source: 'docs.x.ai/docs/models/grok-imagine-image',
  rates: [{ usd: 0.02 }],
  inputUsd: 0.002,
};

export const grokImagine2Price: ImagePrice = {
  ...common,
  source: 'docs.x.ai/docs/models/grok-imagine-image-2.0, as docs.laozhang.ai quotes it',
  unconfirmed: 'the quality of a request that names none',
  rates: [
    { usd: 0.04, quality: 'low', resolution: '1k' },
    { usd: 0.06, quality: 'low' },
    { usd: 0.06, resolution: '1k' },
    { usd: 0.08 },
  ],
  inputUsd: 0.01,
  usual: { quality: 'medium' },
};
