/**
 * What Gemini's image models take. Sources: googleapis/js-genai `src/types.ts` (Content, GenerationConfig, ImageConfig)
 * and ai.google.dev/gemini-api/docs/image-generation (ratios, sizes, number of input images).
 */
import sharp from 'sharp';
import { badField, geminiError, unknownField } from './gemini-errors.ts';
import { decodeBase64 } from './receive-request.ts';
import type { WireAnswer } from './vendor-wire.ts';

export interface GeminiModel {
  readonly ratios: readonly string[];
  /** Each size with the edge of a square picture of it. */
  readonly sizes: Readonly<Record<string, number>>;
}

const ratios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const sizes = { '1K': 1024, '2K': 2048, '4K': 4096 };

export const geminiModels: Readonly<Record<string, GeminiModel>> = {
  'gemini-3.1-flash-image': { ratios: [...ratios, '1:4', '4:1', '1:8', '8:1'], sizes: { '512': 512, ...sizes } },
  'gemini-3-pro-image': { ratios, sizes },
  'gemini-3.1-flash-lite-image': { ratios, sizes: { '1K': 1024 } },
};

/** A request that holds to the rules. */
export interface GeminiAsked {
  readonly prompt: string;
  readonly inputs: readonly Buffer[];
  readonly ratio: string | undefined;
  /** Edge in pixels of a square picture of the size that was asked for. */
  readonly edge: number;
}

const mostInputs = 14;
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The prompt, for the ledger as well: all texts of a request, one below the other. */
export const promptOf = (body: unknown): string =>
  partsOf(body)
    .flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
    .join('\n');

const partsOf = (body: unknown): readonly Record<string, unknown>[] =>
  list(record(body).contents).flatMap((content) => list(record(content).parts).map(record));

/** Checks a request as Google would. Gives what it asks for, or the refusal. */
export async function checkGemini(body: unknown, model: GeminiModel): Promise<GeminiAsked | WireAnswer> {
  const known: readonly (readonly [place: string, value: unknown, names: readonly string[]])[] = [
    ['', body, ['contents', 'generationConfig', 'safetySettings', 'systemInstruction', 'tools', 'toolConfig']],
    ['generation_config', record(body).generationConfig, ['responseModalities', 'imageConfig', 'seed', 'temperature']],
    ['generation_config.image_config', imageConfigOf(body), ['aspectRatio', 'imageSize']],
  ];
  for (const [place, value, names] of known) {
    const stranger = Object.keys(record(value)).find((name) => !names.includes(name));
    if (stranger !== undefined) return unknownField(stranger, place);
  }
  const prompt = promptOf(body);
  if (prompt === '') return geminiError(400, '* GenerateContentRequest.contents: contents is not specified');
  const inputs = await inputsOf(body);
  if (isRefusal(inputs)) return inputs;
  const { aspectRatio, imageSize = '1K' } = imageConfigOf(body);
  if (aspectRatio !== undefined && !model.ratios.includes(String(aspectRatio))) {
    return badField('generation_config.image_config.aspect_ratio', `Unsupported aspect ratio: ${aspectRatio}.`);
  }
  const edge = model.sizes[String(imageSize)];
  if (edge === undefined) {
    return badField('generation_config.image_config.image_size', `Unsupported image size: ${imageSize}.`);
  }
  return { prompt, inputs, ratio: aspectRatio === undefined ? undefined : String(aspectRatio), edge };
}

export const isRefusal = (value: object): value is WireAnswer => 'status' in value;

const imageConfigOf = (body: unknown) => record(record(record(body).generationConfig).imageConfig);

/** The input images, provided that each is what its type says, and can be read. */
async function inputsOf(body: unknown): Promise<readonly Buffer[] | WireAnswer> {
  const inline = partsOf(body).flatMap(({ inlineData }) => (inlineData === undefined ? [] : [record(inlineData)]));
  if (inline.length > mostInputs) return geminiError(400, `Please use at most ${mostInputs} images.`);
  const inputs: Buffer[] = [];
  for (const { mimeType, data } of inline) {
    const file = typeof data === 'string' ? decodeBase64(data) : undefined;
    const isReadable = file !== undefined && file.contentType === mimeType && (await decodes(file.content));
    if (!isReadable) return geminiError(400, 'Unable to process input image. Please retry or report in the forum.');
    inputs.push(file.content);
  }
  return inputs;
}

const decodes = (content: Buffer): Promise<boolean> =>
  sharp(content, { failOn: 'error' })
    .resize(8, 8)
    .raw()
    .toBuffer()
    .then(
      () => true,
      () => false,
    );
