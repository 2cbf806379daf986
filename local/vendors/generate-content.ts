/**
 * Google's `generateContent` for images, wherever it is served. Sources: ai.google.dev/api/generate-content (body, answer,
 * `promptFeedback`, `finishReason`, `usageMetadata`), googleapis/js-genai `src/types.ts`. The pixels of each shape are
 * worked out from its ratio and size; Google's own table differs from them by a few.
 */
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { geminiError } from './gemini-errors.ts';
import { inCamelCase } from './gemini-fields.ts';
import {
  checkGemini,
  type GeminiAsked,
  type GeminiModel,
  type GeminiRules,
  geminiModels,
  isRefusal,
  promptOf,
} from './gemini-request.ts';
import { imageText, jsonWithImages } from './image-json.ts';
import { googleCharge, pictureTokens } from './prices/google-prices.ts';
import type { ReceivedRequest } from './received-request.ts';
import { jsonAnswer, type WireAnswer, type WirePlan, type WireRoute } from './vendor-wire.ts';

const contentType = { 'content-type': 'application/json; charset=UTF-8' };

/** The last segment of a path is a resource and what is done to it: `{model}:{verb}`. */
export const modelOf = ({ path }: ReceivedRequest): string =>
  decodeURIComponent(path.split('/').at(-1)?.split(':')[0] ?? '');
const bodyOf = ({ body }: ReceivedRequest): unknown => (body.kind === 'json' ? inCamelCase(body.value) : undefined);

/** Where a service has `generateContent`, and what is its own about it. */
export interface GenerateContentService {
  readonly path: string;
  readonly rules: GeminiRules;
  notFound(request: ReceivedRequest): WireAnswer;
  /** Rejects a request before its body is parsed. */
  refusal?(request: ReceivedRequest): WireAnswer | undefined;
}

/** The route by which a service makes images. */
export const generateContent = (service: GenerateContentService): WireRoute => ({
  method: 'POST',
  path: service.path,
  operation: 'generateContent',
  describe: (request) => ({ model: modelOf(request), prompt: promptOf(bodyOf(request)) }),
  plan: async (request) => {
    const name = modelOf(request);
    const refused = service.refusal?.(request);
    if (refused !== undefined) return refuse(refused);
    const model = Object.hasOwn(geminiModels, name) ? geminiModels[name] : undefined;
    if (model === undefined || !request.path.endsWith(':generateContent')) return refuse(service.notFound(request));
    if (request.body.kind !== 'json') return refuse(geminiError(400, 'Invalid JSON payload received.'));
    const asked = await checkGemini(bodyOf(request), model, service.rules);
    return isRefusal(asked) ? refuse(asked) : makeImage(name, model, asked);
  },
});

/** A refusal as the plan of a request. */
export const refuse = (answer: WireAnswer): WirePlan => ({ kind: 'refuse', answer });

async function makeImage(name: string, model: GeminiModel, asked: GeminiAsked): Promise<WirePlan> {
  const drawing = await drawingOf(name, model, asked);
  const usage = usageOf(name, asked);
  const ending = { modelVersion: name, responseId: randomBytes(12).toString('base64url') };
  return {
    kind: 'make',
    charge: googleCharge(name, usage),
    prompt: asked.prompt,
    images: [() => drawImage(drawing)],
    answer: async (images) => {
      const mimeType = `image/${asked.format}`;
      const parts = images.map((_image, index) => ({ inlineData: { mimeType, data: imageText(index) } }));
      // The thought signature comes with the image, and is base64 like the image.
      const signed = parts.map((part) => ({ ...part, thoughtSignature: randomBytes(600).toString('base64') }));
      const thought = { text: 'The picture is planned, then painted.', thought: true };
      const told = asked.thoughts ? [thought, ...signed] : signed;
      const candidate = { content: { parts: told, role: 'model' }, finishReason: 'STOP', index: 0 };
      const value = { candidates: [candidate], usageMetadata: usage, ...ending };
      return { status: 200, headers: contentType, body: jsonWithImages(value, images) };
    },
    refusal: async () => {
      const feedback = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: usage, ...ending };
      return jsonAnswer(200, feedback, contentType);
    },
  };
}

async function drawingOf(name: string, model: GeminiModel, asked: GeminiAsked): Promise<Drawing> {
  const ratio = numberOf(asked.ratio ?? (await ratioLike(asked.inputs[0], model)));
  const pixels = (edge: number) => Math.round(edge / 16) * 16;
  return {
    model: name,
    prompt: asked.prompt,
    width: pixels(asked.edge * Math.sqrt(ratio)),
    height: pixels(asked.edge / Math.sqrt(ratio)),
    index: 0,
    count: 1,
    format: asked.format,
    compression: asked.compression,
    transparent: false,
    inputs: asked.inputs,
    vary: /variation/i.test(asked.prompt),
  };
}

/** Without a ratio an edit keeps nearly the shape of its first image, and a generation is a square. */
async function ratioLike(first: Buffer | undefined, model: GeminiModel): Promise<string> {
  if (first === undefined) return '1:1';
  const { width, height } = await sharp(first).metadata();
  const far = (ratio: string) => Math.abs(Math.log((numberOf(ratio) * height) / width));
  return model.ratios.toSorted((a, b) => far(a) - far(b))[0] ?? '1:1';
}

function numberOf(ratio: string): number {
  const [width = 1, height = 1] = ratio.split(':').map(Number);
  return width / height;
}

/** Tokens as Google counts them, roughly: 1,120 for a picture that is given, one for four characters. */
function usageOf(model: string, { prompt, inputs, size }: GeminiAsked) {
  const text = Math.ceil(prompt.length / 4);
  const image = inputs.length * 1120;
  const made = pictureTokens(model, size);
  return {
    promptTokenCount: text + image,
    candidatesTokenCount: made,
    thoughtsTokenCount: 64,
    totalTokenCount: text + image + made + 64,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: text },
      ...(image === 0 ? [] : [{ modality: 'IMAGE', tokenCount: image }]),
    ],
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: made }],
  };
}
