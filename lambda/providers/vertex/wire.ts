import type { ImageParameters, JsonObject } from '../../domain/generation.ts';
import { mediaTypeOf } from '../../domain/images/image.ts';
import type { GenerateContentProfile } from '../formats/generate-content-request.ts';
import { present } from '../wire/json-fields.ts';

/**
 * `generateContent` on Vertex AI: the model's path is below a project and a location.
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
 */
export const vertexProfile = (project: string, location: string): GenerateContentProfile => ({
  path: (model) =>
    `/projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(location)}` +
    `/publishers/google/models/${encodeURIComponent(model)}:generateContent`,
  // Both are required here: according to the page on image generation, images alone are not supported.
  responseModalities: ['TEXT', 'IMAGE'],
  imageOutput,
});

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/GenerationConfig#ImageOutputOptions */
function imageOutput({ output_format, output_compression }: ImageParameters): JsonObject {
  if (output_format === undefined) return {};
  const options = present({ mimeType: mediaTypeOf(output_format), compressionQuality: output_compression });
  return { imageOutputOptions: options };
}
