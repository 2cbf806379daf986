import type { FailureKind } from '../../domain/failure.ts';
import type { ImageRequest } from '../../domain/generation.ts';
import type { ImagesApiProfile, WordedParameters } from '../formats/images-api-request.ts';

/**
 * Together's dialect: one route for generations and edits, width and height as numbers, and a value of its own for
 * base64 in the request (the answer has `b64_json`). https://docs.together.ai/reference/post-images-generations
 */
export const togetherProfile: ImagesApiProfile = {
  paths: { generation: '/images/generations', edit: '/images/generations' },
  responseFormat: 'base64',
  images: {
    sentAs: 'json',
    // Documented as addresses. Other clients send data URIs in `image_url`; that they are taken here too is not
    // confirmed.
    fields: (images) => ({ reference_images: images }),
  },
  words,
  kindOfMessage,
};

function words({ size, parameters }: ImageRequest): WordedParameters {
  const { num_inference_steps, ...others } = parameters;
  return { fields: { width: size?.width, height: size?.height, steps: num_inference_steps, ...others } };
}

/** A model that is only available on a dedicated endpoint: HeyPuter/puter#3168. */
function kindOfMessage(message: string): FailureKind | undefined {
  return /non-serverless model/i.test(message) ? 'unsupported' : undefined;
}
