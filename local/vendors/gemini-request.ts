/**
 * What Gemini's image models take. Sources: googleapis/js-genai `src/types.ts` (Content, GenerationConfig, ImageConfig)
 * and ai.google.dev/gemini-api/docs/image-generation (ratios, sizes, number of input images).
 */
import sharp from 'sharp';
import { badField, geminiError, unknownField } from './gemini-errors.ts';
import { list, record, strangeField } from './gemini-fields.ts';
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
  'gemini-nano-banana-2.1': { ratios: [...ratios, '1:4', '4:1', '1:8', '8:1'], sizes },
  'gemini-3-pro-image': { ratios, sizes },
  'gemini-3.1-flash-lite-image': { ratios, sizes: { '1K': 1024 } },
};

/** In what the services differ that serve these models. */
export interface GeminiRules {
  /** Fields of `imageConfig` that are the service's own. */
  readonly imageConfig: readonly string[];
  /** Whether a request may ask for an image without text. */
  readonly pictureAlone: boolean;
  /** Whether each content must say whose it is. */
  readonly role: boolean;
}

/** A request that holds to the rules. */
export interface GeminiAsked {
  readonly prompt: string;
  readonly inputs: readonly Buffer[];
  readonly ratio: string | undefined;
  /** The requested size in Google's own words. */
  readonly size: string;
  /** Edge in pixels of a square image of the requested size. */
  readonly edge: number;
  readonly format: 'png' | 'jpeg';
  /** 0 to 100, of jpeg. */
  readonly compression: number;
  /** Whether the answer includes the model's thoughts. */
  readonly thoughts: boolean;
}

const maxInputs = 14;
/** The prompt, for the ledger as well: all texts of a request, one below the other. */
export const promptOf = (body: unknown): string =>
  partsOf(body)
    .flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
    .join('\n');

const partsOf = (body: unknown): readonly Readonly<Record<string, unknown>>[] =>
  list(record(body).contents).flatMap((content) => list(record(content).parts).map(record));

/** Validates a request, in lowerCamelCase, as Google would. Returns the parsed request, or the refusal. */
export async function checkGemini(
  body: unknown,
  model: GeminiModel,
  rules: GeminiRules,
): Promise<GeminiAsked | WireAnswer> {
  const unexpected = strangeField(body, rules.imageConfig);
  if (unexpected !== undefined) return unexpected;
  const breach = breachOf(body, rules);
  if (breach !== undefined) return breach;
  const prompt = promptOf(body);
  if (prompt === '') return geminiError(400, '* GenerateContentRequest.contents: contents is not specified');
  // The simulator keeps no files, and reaches none.
  const file = partsOf(body).find(({ fileData }) => fileData !== undefined);
  if (file !== undefined) {
    const { fileUri = '' } = record(file.fileData);
    const name = String(fileUri).split('/').at(-1);
    return geminiError(403, `You do not have permission to access the File ${name} or it may not exist.`);
  }
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
  const output = outputOf(imageConfigOf(body).imageOutputOptions);
  if (isRefusal(output)) return output;
  const thoughts = record(record(record(body).generationConfig).thinkingConfig).includeThoughts === true;
  const ratio = aspectRatio === undefined ? undefined : String(aspectRatio);
  return { prompt, inputs, ratio, size: String(imageSize), edge, thoughts, ...output };
}

/** The answer to a body that breaks a rule of the service's own. */
function breachOf(body: unknown, rules: GeminiRules): WireAnswer | undefined {
  const roles = list(record(body).contents).map((content) => record(content).role);
  if (rules.role && !roles.every((role) => role === 'user' || role === 'model')) {
    return geminiError(400, 'Please use a valid role: user, model.');
  }
  const modalities = list(record(record(body).generationConfig).responseModalities);
  if (!rules.pictureAlone && !(modalities.includes('TEXT') && modalities.includes('IMAGE'))) {
    return geminiError(400, 'The requested combination of response modalities is not supported by the model.');
  }
  return undefined;
}

/**
 * The type of the picture.
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/GenerationConfig
 */
function outputOf(options: unknown): Pick<GeminiAsked, 'format' | 'compression'> | WireAnswer {
  const place = 'generation_config.image_config.image_output_options';
  const unexpected = Object.keys(record(options)).find((name) => !['mimeType', 'compressionQuality'].includes(name));
  if (unexpected !== undefined) return unknownField(unexpected, place);
  const { mimeType = 'image/png', compressionQuality = 75 } = record(options);
  const format = mimeType === 'image/png' ? 'png' : mimeType === 'image/jpeg' ? 'jpeg' : undefined;
  if (format === undefined) return badField(`${place}.mime_type`, `Unsupported output mime type: ${mimeType}.`);
  const compression = Number(compressionQuality);
  if (!Number.isInteger(compression) || compression < 0 || compression > 100) {
    return badField(`${place}.compression_quality`, 'compression_quality must be between 0 and 100.');
  }
  return { format, compression };
}

export const isRefusal = (value: object): value is WireAnswer => 'status' in value;

const imageConfigOf = (body: unknown) => record(record(record(body).generationConfig).imageConfig);

/** The input images, provided that each is of its declared type, and can be read. */
async function inputsOf(body: unknown): Promise<readonly Buffer[] | WireAnswer> {
  const inline = partsOf(body).flatMap(({ inlineData }) => (inlineData === undefined ? [] : [record(inlineData)]));
  if (inline.length > maxInputs) return geminiError(400, `Please use at most ${maxInputs} images.`);
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
