/**
 * xAI's image API for the Grok Imagine models: JSON only, shapes and resolutions instead of sizes, three input images
 * or five, and moderation refusals in an answer of status 200. Sources: docs.x.ai/developers/model-capabilities/images
 * (generation, editing, multi-image editing), xai-org/xai-sdk-python `src/xai_sdk/image.py`. The error body `{code,
 * error}` and the message for spent credits are those that users quote (router-for-me/CLIProxyAPI issue 5335,
 * continuedev/continue issue 10373); the other messages follow their pattern. That unknown fields are rejected is an
 * assumption, to be strict.
 */
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { drawImage } from './draw.ts';
import { imageText, jsonWithImages } from './image-json.ts';
import { bearerKey } from './openai-errors.ts';
import { xaiCharge } from './prices/xai-prices.ts';
import type { ReceivedFile, ReceivedRequest } from './received-request.ts';
import type { VendorContext, VendorWire, WirePlan, WireRoute } from './vendor-wire.ts';
import { jsonAnswer } from './vendor-wire.ts';
import { xaiError, xaiFailure } from './xai-errors.ts';
import {
  defaultModels,
  edges,
  editFields,
  type Fields,
  fieldsOf,
  generationFields,
  maxInputsOf,
  wrongField,
} from './xai-fields.ts';

const defaultResultSeconds = 3600;
const maxImageBytes = 20 * 1024 * 1024;

export const xai: VendorWire = {
  name: 'xai',
  // A withheld image has been generated. Whether xAI charges for it isn't documented; the gateway must cope with both.
  billsRefusals: true,
  basePath: '/v1',
  routes: [route('/images/generations', 'generation', generationFields), route('/images/edits', 'edit', editFields)],
  authorize: ({ headers }) => {
    const key = bearerKey(headers.authorization);
    if (key === undefined)
      return xaiError(401, 'No credentials were given: put an API key into the Authorization header.');
    return key === 'sk-invalid' ? xaiError(400, 'Incorrect API key provided: sk-invalid.') : undefined;
  },
  credential: (headers) => bearerKey(headers.authorization),
  notFound: ({ path }) => xaiError(404, `The path /v1${path} does not exist.`),
  failure: xaiFailure,
  headers: () => ({ 'x-request-id': randomUUID() }),
};

function route(path: string, operation: string, known: readonly string[]): WireRoute {
  return {
    method: 'POST',
    path,
    operation,
    describe: ({ body }) => {
      const { model, prompt } = body.kind === 'json' ? fieldsOf(body.value) : {};
      return {
        ...(typeof model === 'string' ? { model } : {}),
        ...(typeof prompt === 'string' ? { prompt } : {}),
      };
    },
    plan: (request, vendor) => plan(request, operation, known, vendor),
  };
}

async function plan(
  { body }: ReceivedRequest,
  operation: string,
  known: readonly string[],
  vendor: VendorContext,
): Promise<WirePlan> {
  if (body.kind !== 'json') return refuse(415, 'Expected request with `Content-Type: application/json`');
  const fields = fieldsOf(body.value);
  const wrong = wrongField(fields, known, vendor.profile.models ?? defaultModels);
  if (wrong !== undefined) return refuse(...wrong);
  const inputs = body.files.filter(({ field }) => /^(image|images\[\d+\])\.url$/.test(field));
  if (operation === 'edit' && inputs.length === 0) return refuse(400, 'An image is required.');
  const maxInputs = maxInputsOf(String(fields.model));
  if (inputs.length > maxInputs) return refuse(400, `At most ${maxInputs} images can be given.`);
  if (inputs.some(({ content }) => content.length > maxImageBytes))
    return refuse(400, 'An image is larger than 20MiB.');
  const input = await firstSize(inputs);
  return input === 'undecodable'
    ? refuse(400, 'An image could not be decoded.')
    : makeImages(fields, inputs, input, vendor);
}

/** The shape of the first input, as width over height. */
async function firstSize(inputs: readonly ReceivedFile[]): Promise<number | undefined | 'undecodable'> {
  try {
    const all = await Promise.all(inputs.map(({ content }) => sharp(content).metadata()));
    return all[0] && all[0].width / all[0].height;
  } catch {
    return 'undecodable';
  }
}

function makeImages(
  fields: Fields,
  inputs: readonly ReceivedFile[],
  inputRatio: number | undefined,
  vendor: VendorContext,
): WirePlan {
  const [wide = 1, high = 1] = String(fields.aspect_ratio ?? 'auto')
    .split(':')
    .map(Number);
  const asked = fields.aspect_ratio === undefined || fields.aspect_ratio === 'auto' ? undefined : wide / high;
  // An edit of a single image keeps that image's shape, whatever ratio is requested.
  const ratio = (inputs.length === 1 ? inputRatio : (asked ?? inputRatio)) ?? 1;
  const edge = edges[String(fields.resolution ?? '1k')] ?? 1024;
  const count = Number(fields.n ?? 1);
  const prompt = String(fields.prompt);
  const drawing = {
    model: String(fields.model),
    prompt,
    width: Math.round(edge * Math.sqrt(ratio)),
    height: Math.round(edge / Math.sqrt(ratio)),
    count,
    format: 'jpeg',
    compression: 90,
    transparent: false,
    inputs: inputs.map(({ content }) => content),
    vary: /variation/i.test(prompt),
  } as const;
  const charge = xaiCharge({
    model: drawing.model,
    quality: String(fields.quality ?? 'medium'),
    resolution: String(fields.resolution ?? '1k'),
    images: count,
    inputs: inputs.length,
  });
  return {
    kind: 'make',
    charge,
    prompt,
    images: Array.from({ length: count }, (_, index) => () => drawImage({ ...drawing, index })),
    answer: async (images) => {
      // A tick is a ten-thousandth of a millionth of a dollar.
      const rest = charge === undefined ? {} : { usage: { cost_in_usd_ticks: charge * 10_000 } };
      if (fields.response_format === 'b64_json') {
        const data = images.map((_image, index) => ({ b64_json: imageText(index), respect_moderation: true }));
        const headers = { 'content-type': 'application/json' };
        return { status: 200, headers, body: jsonWithImages({ data, ...rest }, images) };
      }
      const data: object[] = [];
      for (const image of images) {
        const url = vendor.results.add(await image(), 'jpeg', vendor.profile.resultSeconds ?? defaultResultSeconds);
        data.push({ url, respect_moderation: true });
      }
      return jsonAnswer(200, { data, ...rest });
    },
    refusal: async () =>
      jsonAnswer(200, { data: Array.from({ length: count }, () => ({ respect_moderation: false })) }),
  };
}

const refuse = (status: number, error: string): WirePlan => ({ kind: 'refuse', answer: xaiError(status, error) });
