import type { FailureKind } from '../../domain/failure.ts';
import type { ImageRequest, Warning } from '../../domain/generation.ts';
import type { ImagesApiProfile, WordedParameters } from '../formats/images-api-request.ts';
import { costSaid } from '../wire/cost-said.ts';
import { fieldOf } from '../wire/json-fields.ts';

/**
 * xAI's dialect: JSON only (a multipart edit is refused), shapes instead of sizes, and moderation that hides in a 200.
 */
export const xaiProfile: ImagesApiProfile = {
  paths: { generation: '/images/generations', edit: '/images/edits' },
  // The default is an address that lives for a time xAI doesn't name.
  responseFormat: 'b64_json',
  images: {
    sentAs: 'json',
    fields: (images) => {
      const [first, ...others] = images.map((url) => ({ type: 'image_url', url }));
      return others.length === 0
        ? { image: first }
        : { images: [first, ...others].filter((each) => each !== undefined) };
    },
  },
  words,
  // Such an item has no image, or one that xAI's own SDK refuses to hand out (xai-sdk-python `src/xai_sdk/image.py`).
  isRefused: (item) => `${fieldOf(item, 'respect_moderation')}`.toLowerCase() === 'false',
  costIn: (answer) => costSaid(fieldOf(fieldOf(answer, 'usage'), 'cost_in_usd_ticks'), microsPerTick),
  kindOfMessage,
};

/** 10,000,000,000 ticks are a dollar: docs.x.ai, cost tracking. */
const microsPerTick = 1 / 10_000;

function words(request: ImageRequest): WordedParameters {
  const { aspect_ratio, quality, ...others } = request.parameters;
  const keepsShape = request.operation === 'edit' && request.images.length === 1;
  const fields = {
    ...others,
    aspect_ratio: keepsShape ? undefined : aspect_ratio,
    // It is the default: leaving the choice to the model is to say nothing.
    quality: quality === 'auto' ? undefined : quality,
  };
  return { fields, warnings: keepsShape && aspect_ratio !== undefined ? [shapeKept(aspect_ratio)] : [] };
}

/** "For image editing with a single image, the output aspect ratio respects the input": xAI's page on generation. */
const shapeKept = (ratio: string): Warning => ({
  code: 'param_dropped',
  param: 'aspect_ratio',
  message: `An edit of one image keeps the aspect ratio of that image; ${ratio} was left out.`,
});

/**
 * xAI's errors have statuses of gRPC's making, whose texts say more. Spent credits come as a 429 or a 403 (quoted in
 * continuedev/continue issue 10373 and router-for-me/CLIProxyAPI issue 5335). The other two texts are not confirmed by
 * a page of xAI's.
 */
function kindOfMessage(message: string): FailureKind | undefined {
  if (/\bcredits\b|spending limit/i.test(message)) return 'billing';
  if (/incorrect api key/i.test(message)) return 'auth';
  return /usage guidelines/i.test(message) ? 'refused' : undefined;
}
