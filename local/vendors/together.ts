/**
 * Together's images API for the FLUX.2 models: one route, width and height, `base64` in the request and `b64_json` in the
 * answer, references instead of edits. Sources: togethercomputer/together-typescript `src/resources/images.ts` and
 * `src/core/error.ts` (the error body, which is OpenAI's), docs.together.ai/docs/inference/images (parameters,
 * reference-images). That fields it doesn't know are refused, and the words of the safety checker, are assumptions.
 */
import { randomUUID } from 'node:crypto';
import { drawImage } from './draw.ts';
import { imageText, jsonWithImages } from './image-json.ts';
import { bearerKey, checkBearer, invalidParameter, openaiError, openaiFailure } from './openai-errors.ts';
import { describeOpenai, invalidUrl, refuse } from './openai-family.ts';
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
import { isDecodable } from './openai-input.ts';
import { togetherCharge } from './prices/together-prices.ts';
import type { ReceivedFile } from './received-request.ts';
import type { VendorContext, VendorWire, WireAnswer, WirePlan } from './vendor-wire.ts';
import { jsonAnswer } from './vendor-wire.ts';

const defaultModels = ['pro', 'flex', 'dev', 'max'].map((name) => `black-forest-labs/FLUX.2-${name}`);
const known =
  'model prompt width height n steps seed negative_prompt guidance_scale image_url reference_images image_loras output_format response_format disable_safety_checker'.split(
    ' ',
  );
const defaultResultSeconds = 3600;

export const together: VendorWire = {
  name: 'together',
  basePath: '/v1',
  routes: [
    {
      method: 'POST',
      path: '/images/generations',
      operation: 'generation',
      describe: describeOpenai,
      plan: async ({ body }, vendor) => {
        const form =
          body.kind === 'multipart' ? openaiError(415, { message: 'Only JSON is taken.' }) : openaiForm(body);
        return isForm(form) ? plan(form, vendor) : refuse(form);
      },
    },
  ],
  authorize: ({ headers }) => checkBearer(headers.authorization),
  credential: (headers) => bearerKey(headers.authorization),
  notFound: invalidUrl,
  failure: (failure) => {
    if (failure.code !== 'moderation_blocked') return openaiFailure(failure);
    return openaiError(422, { message: failure.message ?? 'NSFW content was detected in the request.' });
  },
  headers: () => ({ 'x-request-id': randomUUID() }),
};

async function plan(form: OpenaiForm, vendor: VendorContext): Promise<WirePlan> {
  const inputs = form.files.filter(({ field }) => /^(image_url|reference_images\[\d+\])$/.test(field));
  const refusal = checkFields(form, vendor.profile.models ?? defaultModels) ?? checkReferences(form, inputs);
  if (refusal !== undefined) return refuse(refusal);
  const decodable = await Promise.all(inputs.map(({ content }) => isDecodable(content)));
  if (decodable.includes(false)) return refuse(invalidParameter('An image could not be read.', 'reference_images'));
  return makeImages(form, inputs, vendor);
}

function checkFields(form: OpenaiForm, models: readonly string[]): WireAnswer | undefined {
  const model = textOf(form, 'model') ?? '';
  if (!models.includes(model)) {
    return openaiError(404, { message: `Unable to access model ${model}.`, code: 'model_not_available' });
  }
  const edge = (name: string) => checkInteger(form, name, 64, 2048);
  return firstRefusal([
    () => checkKnown(form, known),
    () => checkPrompt(form, 32_000),
    () => checkInteger(form, 'n', 1, 4),
    () => edge('width'),
    () => edge('height'),
    () => checkInteger(form, 'steps', 1, 50),
    () => checkInteger(form, 'seed', 0, Number.MAX_SAFE_INTEGER),
    () => checkChoice(form, 'output_format', ['jpeg', 'png']),
    () => checkChoice(form, 'response_format', ['base64', 'url']),
  ]);
}

/** The simulator reaches no network, so of the references only `data:` URIs work. */
function checkReferences(form: OpenaiForm, inputs: readonly ReceivedFile[]): WireAnswer | undefined {
  const references = form.values.get('reference_images');
  const count = (Array.isArray(references) ? references.length : 0) + (form.values.has('image_url') ? 1 : 0);
  return count === inputs.length ? undefined : invalidParameter('An image could not be fetched.', 'reference_images');
}

function makeImages(form: OpenaiForm, inputs: readonly ReceivedFile[], vendor: VendorContext): WirePlan {
  const prompt = textOf(form, 'prompt') ?? '';
  const count = integerOf(form, 'n') ?? 1;
  const drawing = {
    model: textOf(form, 'model') ?? '',
    prompt,
    width: integerOf(form, 'width') ?? 1024,
    height: integerOf(form, 'height') ?? 1024,
    count,
    format: textOf(form, 'output_format') === 'png' ? 'png' : 'jpeg',
    compression: 90,
    transparent: false,
    inputs: inputs.map(({ content }) => content),
    vary: /variation/i.test(prompt),
  } as const;
  const rest = { id: randomUUID(), model: drawing.model, object: 'list' };
  return {
    kind: 'make',
    charge: togetherCharge(drawing.model, drawing, count),
    prompt,
    images: Array.from({ length: count }, (_, index) => () => drawImage({ ...drawing, index })),
    answer: async (images) => {
      if (textOf(form, 'response_format') === 'base64') {
        const data = images.map((_image, index) => ({ index, b64_json: imageText(index), type: 'b64_json' }));
        const headers = { 'content-type': 'application/json' };
        return { status: 200, headers, body: jsonWithImages({ ...rest, data }, images) };
      }
      const seconds = vendor.profile.resultSeconds ?? defaultResultSeconds;
      const data: object[] = [];
      for (const [index, image] of images.entries()) {
        data.push({ index, url: vendor.results.add(await image(), drawing.format, seconds), type: 'url' });
      }
      return jsonAnswer(200, { ...rest, data });
    },
  };
}
