import type { ImageParameters, ImageRequest, JsonObject, JsonValue } from '../../domain/generation.ts';
import { mediaTypeOf } from '../../domain/images/image.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import type { StreamedBody } from '../../domain/send-request.ts';
import { type BodyObject, base64Of, jsonBody, shownBody } from '../wire/json-body.ts';
import { present } from '../wire/json-fields.ts';

/** How requests differ between the services that implement Gemini's `generateContent`. */
export interface GenerateContentProfile {
  /** The call's path below the service's base address. */
  readonly path: (model: string) => string;
  /** The response modalities. By default the models may answer in text alone. */
  readonly responseModalities: readonly string[];
  /**
   * Fields of `imageConfig` besides aspect ratio and size.
   * @default - none
   */
  readonly imageOutput?: (parameters: ImageParameters) => JsonObject;
}

/** A request as it goes out, and as the caller may see it. */
export interface GenerateContentRequest {
  readonly path: string;
  readonly body: StreamedBody;
  readonly raw: JsonValue;
}

/**
 * Builds a request: the prompt, followed by the input images in base64. Planning has left only what the model takes.
 * https://ai.google.dev/api/generate-content
 */
export function generateContentRequest(
  profile: GenerateContentProfile,
  request: ImageRequest,
  openImage: ProviderCall['openImage'],
): GenerateContentRequest {
  const pictures = request.images.map((image) => ({
    inlineData: { mimeType: mediaTypeOf(image.type), data: base64Of(image) },
  }));
  const body: BodyObject = {
    contents: [{ role: 'user', parts: [{ text: request.prompt }, ...pictures] }],
    generationConfig: generationConfigOf(profile, request),
  };
  return { path: profile.path(request.model), body: jsonBody(body, openImage), raw: shownBody(body) };
}

function generationConfigOf(profile: GenerateContentProfile, { parameters }: ImageRequest): JsonObject {
  const { aspect_ratio, resolution, seed } = parameters;
  const imageConfig: JsonObject = {
    ...present({ aspectRatio: aspect_ratio, imageSize: resolution }),
    ...profile.imageOutput?.(parameters),
  };
  return {
    responseModalities: profile.responseModalities,
    ...(Object.keys(imageConfig).length === 0 ? {} : { imageConfig }),
    ...present({ seed }),
  };
}
