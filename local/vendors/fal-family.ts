/**
 * What fal's two hosts have in common: credential, errors, request ids, and the format of results. Sources: as those of
 * `fal.ts`; that each answer has its request id in `x-fal-request-id` is from fal-ai/fal-js
 * `libs/client/src/response.ts`, which reads it.
 */
import { randomUUID } from 'node:crypto';
import { detailAnswer, fieldAnswer } from './detail-errors.ts';
import { falModels } from './fal-models.ts';
import type { ImageSource } from './image-source.ts';
import type { ReceivedRequest } from './received-request.ts';
import { jsonAnswer, type VendorContext, type VendorWire, type WireAnswer } from './vendor-wire.ts';

const keyOf = (headers: ReceivedRequest['headers']): string | undefined =>
  /^Key (.+)$/.exec(headers.authorization ?? '')?.[1];

/** The header that names the request of an answer. */
export const requestIs = (id: string): Record<string, string> => ({ 'x-fal-request-id': id });

/** All of a wire but its name, its base path and its routes. */
export const falFamily: Omit<VendorWire, 'name' | 'basePath' | 'routes'> = {
  credential: keyOf,
  authorize: ({ headers }) => {
    const key = keyOf(headers);
    return key !== undefined && key !== 'sk-invalid'
      ? undefined
      : detailAnswer(401, 'No user found for Key ID and Secret');
  },
  notFound: () => detailAnswer(404, 'Not Found'),
  failure: ({ status, code, message, retryAfter }) => {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    if (code === 'insufficient_quota') {
      return detailAnswer(403, 'User is locked. Reason: Exhausted balance. Top up your balance.', headers);
    }
    return detailAnswer(status, message ?? 'The request could not be processed.', headers);
  },
  // An answer about a request that is kept names that request instead.
  headers: () => requestIs(randomUUID()),
};

/** The 422 of moderation. */
export const flagged = (): WireAnswer =>
  fieldAnswer('prompt', 'The content could not be processed because it was flagged.', 'content_policy_violation');

/** Draws images, and gives the addresses where they lie. */
export const hosted = (
  images: readonly ImageSource[],
  format: 'png' | 'webp' | 'jpeg',
  { results, profile }: VendorContext,
): Promise<readonly string[]> =>
  Promise.all(images.map(async (image) => results.add(await image(), format, profile.resultSeconds ?? 3600)));

/** The output of an endpoint: a list of images, or the only one that it ever makes. */
export function answerOf(
  { model, prompt, format }: { readonly model: string; readonly prompt: string; readonly format: string },
  urls: readonly string[],
  headers: Record<string, string> = {},
): WireAnswer {
  const images = urls.map((url) => ({ url, content_type: `image/${format}` }));
  const { single, extends: extending } = falModels[model] ?? {};
  if (single || extending) return jsonAnswer(200, { image: images[0] ?? null }, headers);
  return jsonAnswer(200, { images, seed: 42, has_nsfw_concepts: images.map(() => false), prompt }, headers);
}
