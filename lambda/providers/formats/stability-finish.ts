import { ProviderFailure } from '../../domain/failure.ts';

/**
 * The failure inside a 200 of Stability's, by its finish reason: `SUCCESS` or none where there is an image, else
 * `CONTENT_FILTERED` or `Filter reason: …` for moderation and `Inference error` for a model that failed. It is
 * undocumented whether either is charged, so a failed model isn't retried as freely as after an error status.
 */
export function failureOfFinish(reason: string | undefined): ProviderFailure | undefined {
  if (reason === undefined) return undefined;
  if (/filter/i.test(reason)) return new ProviderFailure('refused', refusalOf(reason), { statusCode: 200 });
  if (!/error/i.test(reason)) return undefined;
  return new ProviderFailure('malformed', "The provider's model failed, and made no image.", { statusCode: 200 });
}

function refusalOf(reason: string): string {
  if (/input image/i.test(reason)) return "The provider's moderation refused the input image.";
  if (/prompt/i.test(reason)) return "The provider's moderation refused the prompt.";
  return "The provider's moderation withheld the image.";
}
