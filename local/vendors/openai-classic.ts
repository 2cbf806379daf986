/**
 * A server that is compatible with OpenAI's Images API as of DALL·E 2: sizes of 256, 512 and 1024 pixels, variations,
 * and results as short-lived URLs. Source: openai/openai-node `src/resources/images.ts` (its comments on `dall-e-2`,
 * and `ImageCreateVariationParams`). Self-hosted servers of this format take any shape of png, jpeg or webp, so the
 * rule that images be square PNGs isn't enforced; the one on 4 MB is.
 */
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { imageText, jsonWithImages } from './image-json.ts';
import type { ImageSource } from './image-source.ts';
import { imageUserError } from './openai-errors.ts';
import { describeOpenai, openaiFamily, refuse } from './openai-family.ts';
import {
  checkChoice,
  checkInteger,
  checkKnown,
  checkPrompt,
  firstRefusal,
  integerOf,
  isForm,
  type OpenaiForm,
  openaiForm,
  textOf,
} from './openai-form.ts';
import { type InputImages, isInput, openaiInput } from './openai-input.ts';
import { parseSize } from './openai-size.ts';
import type { VendorContext, VendorWire, WireAnswer, WirePlan, WireRoute } from './vendor-wire.ts';
import { jsonAnswer } from './vendor-wire.ts';

const sizes = ['256x256', '512x512', '1024x1024'];
const inputRules = { maxImages: 1, maxBytes: 4 * 1024 * 1024 };
const defaultModels = ['dall-e-2'];
const defaultResultSeconds = 3600;
const shared = ['model', 'n', 'size', 'response_format', 'user'];

interface ClassicEndpoint {
  readonly path: string;
  readonly operation: string;
  readonly known: readonly string[];
  readonly needsPrompt: boolean;
  readonly needsImage: boolean;
}

const endpoints: readonly ClassicEndpoint[] = [
  {
    path: '/images/generations',
    operation: 'generation',
    known: [...shared, 'prompt'],
    needsPrompt: true,
    needsImage: false,
  },
  {
    path: '/images/edits',
    operation: 'edit',
    known: [...shared, 'prompt', 'image', 'mask'],
    needsPrompt: true,
    needsImage: true,
  },
  {
    path: '/images/variations',
    operation: 'variation',
    known: [...shared, 'image'],
    needsPrompt: false,
    needsImage: true,
  },
];

export const openaiClassic: VendorWire = {
  name: 'openai-classic',
  ...openaiFamily,
  routes: endpoints.map(
    (endpoint): WireRoute => ({
      method: 'POST',
      path: endpoint.path,
      operation: endpoint.operation,
      describe: describeOpenai,
      plan: ({ body }, vendor) => plan(endpoint, openaiForm(body), vendor),
    }),
  ),
};

async function plan(
  endpoint: ClassicEndpoint,
  form: OpenaiForm | WireAnswer,
  vendor: VendorContext,
): Promise<WirePlan> {
  if (!isForm(form)) return refuse(form);
  const refusal = checkClassic(endpoint, form, vendor.profile.models ?? defaultModels);
  if (refusal !== undefined) return refuse(refusal);
  if (!endpoint.needsImage) return makeImages(form, vendor, undefined, false);
  const input = await openaiInput(form, inputRules);
  return isInput(input) ? makeImages(form, vendor, input, endpoint.operation === 'variation') : refuse(input);
}

function checkClassic(endpoint: ClassicEndpoint, form: OpenaiForm, models: readonly string[]): WireAnswer | undefined {
  const model = textOf(form, 'model') ?? models[0] ?? '';
  if (!models.includes(model)) return imageUserError(`The model '${model}' does not exist.`, 'invalid_value', 'model');
  return firstRefusal([
    () => checkKnown(form, endpoint.known),
    () => (endpoint.needsPrompt ? checkPrompt(form, 1000) : undefined),
    () => checkInteger(form, 'n', 1, 10),
    () => checkChoice(form, 'size', sizes),
    () => checkChoice(form, 'response_format', ['url', 'b64_json']),
  ]);
}

function makeImages(form: OpenaiForm, vendor: VendorContext, input: InputImages | undefined, vary: boolean): WirePlan {
  const prompt = textOf(form, 'prompt') ?? '';
  const count = integerOf(form, 'n') ?? 1;
  const drawing = {
    model: textOf(form, 'model') ?? vendor.profile.models?.[0] ?? '',
    prompt: vary ? 'Variation' : prompt,
    ...(parseSize(textOf(form, 'size') ?? '1024x1024') ?? { width: 1024, height: 1024 }),
    count,
    format: 'png',
    compression: 100,
    transparent: false,
    inputs: input?.images ?? [],
    ...(input?.mask === undefined ? {} : { mask: input.mask }),
    vary,
  } satisfies Omit<Drawing, 'index'>;
  const inline = textOf(form, 'response_format') === 'b64_json';
  return {
    kind: 'make',
    // The models of this generation are gone, and with them their prices.
    charge: undefined,
    prompt,
    images: Array.from({ length: count }, (_, index) => () => drawImage({ ...drawing, index })),
    answer: (images) => (inline ? answerInline(images) : answerUrls(images, vendor)),
  };
}

async function answerInline(images: readonly ImageSource[]): Promise<WireAnswer> {
  const value = { created: now(), data: images.map((_image, index) => ({ b64_json: imageText(index) })) };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: jsonWithImages(value, images) };
}

async function answerUrls(images: readonly ImageSource[], vendor: VendorContext): Promise<WireAnswer> {
  const seconds = vendor.profile.resultSeconds ?? defaultResultSeconds;
  const data: { url: string }[] = [];
  for (const image of images) data.push({ url: vendor.results.add(await image(), 'png', seconds) });
  return jsonAnswer(200, { created: now(), data });
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
