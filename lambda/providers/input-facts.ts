import type { ProviderName } from '../contract/provider-names.ts';

/** Where a provider's bounds of input images come from, and what is not confirmed. Only the page of limits reads this. */
export interface InputFacts {
  readonly source: string;
  readonly unconfirmed: string;
}

const openAi =
  "OpenAI's reference of image edits (openai/openai-node, src/resources/images.ts): less than 50MB an image, 4MB a mask, 16 images";

/** By provider. The addresses of pages are written without `https://`. */
export const inputFacts: Readonly<Record<ProviderName, InputFacts>> = {
  openai: { source: openAi, unconfirmed: 'how much all images of a request may have together' },
  azure: {
    source: 'MicrosoftDocs/azure-ai-docs, articles/foundry/openai/how-to/dall-e.md: less than 50MB, png and jpeg',
    unconfirmed: "the mask's bound, which is OpenAI's; how much all images may have together",
  },
  gemini: {
    source: 'blog.google/innovation-and-ai/technology/developers-tools/gemini-api-new-file-limits: 100 MB inline',
    unconfirmed: 'that it holds for image models as for others',
  },
  vertex: {
    source:
      'docs.cloud.google.com/gemini-enterprise-agent-platform/models/gemini/3-pro-image-preview: 7 MB a file inline, 500 MB in all, 14 images',
    unconfirmed: 'that it holds for gemini-nano-banana-2.1 and the lite model',
  },
  bedrock: {
    source:
      'docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html: 25,000,000 bytes; pixels as Stability',
    unconfirmed: 'a bound of one image',
  },
  xai: {
    source: 'docs.x.ai/developers/models: 20MiB an image, said of image inputs as such',
    unconfirmed: 'that it holds for edits; the bound of a request',
  },
  fal: {
    source:
      'schemas of @fal-ai/client (qwen-image-2); fal.ai/docs/documentation/model-apis/fal-cdn recommends addresses',
    unconfirmed: 'the bound of a request, and of an image by all other models',
  },
  bfl: {
    source:
      'schemas of api.bfl.ai (input_image: 20MB or 20 megapixels); docs.comfy.org, Comfy Router, flux-3-image (15 MB, 16 MP)',
    unconfirmed: 'that it holds for Fill and Expand; the bound of a request',
  },
  replicate: {
    source:
      "Replicate's OpenAPI document, files.create: 100MiB an upload; replicate.com/black-forest-labs/flux-3-image: 20 MB",
    unconfirmed: 'what single models take beyond that',
  },
  stability: {
    source: 'platform.stability.ai/docs/api-reference: 413 above 10MiB a request, 64 pixels a side, 9,437,184 in all',
    unconfirmed: '',
  },
  recraft: {
    source: 'recraft.ai/docs/api-reference/tools: 10 MB, 16 MP, sides of 256 to 4096 pixels',
    unconfirmed: 'the bound of a request in JSON',
  },
  ideogram: {
    source:
      "github.com/qmediat/ideogram-mcp/releases/tag/v1.1.0 on Ideogram's documentation: 25 MB an image, 50 MB a request",
    unconfirmed: "Ideogram's own page of it, which could not be read; its OpenAPI document of v1 still says 10MB",
  },
  together: {
    source: 'docs.together.ai/docs/inference/images: 8 reference images',
    unconfirmed: 'any bound of bytes',
  },
};
