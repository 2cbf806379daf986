import type { ImageRequest, JsonObject, JsonValue } from '../../domain/generation.ts';
import { mediaTypeOf } from '../../domain/image.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import { type BodyObject, base64Of, jsonBody, shownBody } from '../shared/json-body.ts';
import { present } from '../shared/json-fields.ts';
import type { StreamedBody } from '../shared/send-request.ts';

/** A request as it goes out, and as the caller may see it. */
export interface GeminiRequest {
  readonly path: string;
  readonly body: StreamedBody;
  readonly raw: JsonValue;
}

/**
 * Words a request: the prompt, and behind it the input images in base64. Planning has left only what the model takes.
 * https://ai.google.dev/api/generate-content
 */
export function geminiRequest(request: ImageRequest, openImage: ProviderCall['openImage']): GeminiRequest {
  const pictures = request.images.map((image) => ({
    inlineData: { mimeType: mediaTypeOf(image.type), data: base64Of(image) },
  }));
  const body: BodyObject = {
    contents: [{ role: 'user', parts: [{ text: request.prompt }, ...pictures] }],
    generationConfig: generationConfigOf(request),
  };
  return {
    path: `/models/${encodeURIComponent(request.model)}:generateContent`,
    body: jsonBody(body, openImage),
    raw: shownBody(body),
  };
}

function generationConfigOf({ parameters }: ImageRequest): JsonObject {
  const { aspect_ratio, resolution, seed } = parameters;
  const imageConfig = present({ aspectRatio: aspect_ratio, imageSize: resolution });
  return {
    // Without it the models may answer in words alone.
    responseModalities: ['IMAGE'],
    ...(Object.keys(imageConfig).length === 0 ? {} : { imageConfig }),
    ...present({ seed }),
  };
}
