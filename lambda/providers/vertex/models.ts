import type { ModelSpec, ProviderModels } from '../../planning/model-spec.ts';
import { geminiImageModels, retiredGoogleModels } from '../formats/gemini-image.ts';

// Sources besides those of the model specs themselves: Google Cloud's pages of the models
// (docs.cloud.google.com/vertex-ai and, since it was renamed, /gemini-enterprise-agent-platform,
// models/gemini/3-1-flash-image and 3-pro-image; 2026) for sizes, 14 input images of at most 7 MB each (inline), 500 MB
// of input in all, and the end of the previews;
// its reference of `ImageConfig.ImageOutputOptions`, googleapis/js-genai `src/types.ts`. The pages name `global` as the
// only location of the two larger models, and the launch of gemini-3.1-flash-lite-image names no location. Not
// confirmed: which of them `us`, `eu` and regions have had since, so the specs are the same for all locations; a model
// that isn't available in the location is a 404, and a job's fallbacks take over. Nor is it confirmed when
// gemini-2.5-flash-image was retired here.

/** Vertex AI lets the caller choose the type of the answer. */
const onVertex = (row: ModelSpec): ModelSpec => ({
  ...row,
  inputLimits: { maxBytes: 7_000_000, request: { maxBytes: 500_000_000, sends: 'base64' } },
  parameters: { ...row.parameters, output_format: 'mapped', output_compression: 'mapped' },
  conditions: [{ param: 'output_compression', needs: { param: 'output_format', oneOf: ['jpeg'] } }],
  values: { output_format: ['png', 'jpeg'] },
});

/** Gemini's image models as Vertex AI serves them in a customer's project. */
export const vertexModels: ProviderModels = {
  models: geminiImageModels.map(onVertex),
  retired: [
    ...retiredGoogleModels,
    // These were here alone.
    { model: 'imagen-3.0-generate-001', successor: 'gemini-nano-banana-2.1' },
    { model: 'imagen-3.0-fast-generate-001', successor: 'gemini-3.1-flash-lite-image' },
    // Edited by masks, which nothing of Google's takes any more.
    { model: 'imagen-3.0-capability-001', successor: 'gemini-3-pro-image' },
  ],
};
