/**
 * Recraft's API: generations like OpenAI's, and a service of its own for edits of each type and for variations.
 * Sources: recraft.ai/docs/api-reference, pages endpoints (fields, answers, which are needed), tools, appendix (sizes),
 * image-inputs-and-results (JSON or a form), error-handling. That fields it doesn't know are refused is an assumption,
 * to be strict.
 */
import { randomUUID } from 'node:crypto';
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { imageText, jsonWithImages } from './image-json.ts';
import { bearerKey } from './openai-errors.ts';
import { recraftCharge } from './prices/recraft-prices.ts';
import type { ReceivedRequest } from './received-request.ts';
import { recraftBody } from './recraft-body.ts';
import { recraftError, recraftFailure } from './recraft-errors.ts';
import { checkRecraft, isRefusal, type RecraftAsked, type ServiceName, services } from './recraft-request.ts';
import type { VendorContext, VendorWire, WireAnswer, WirePlan, WireRoute } from './vendor-wire.ts';
import { jsonAnswer } from './vendor-wire.ts';

const defaultResultSeconds = 24 * 3600;

export const recraft: VendorWire = {
  name: 'recraft',
  basePath: '/v1',
  routes: (Object.keys(services) as ServiceName[]).map(routeOf),
  authorize: ({ headers }) => {
    const key = bearerKey(headers.authorization);
    return key === undefined || key === 'sk-invalid' ? recraftError(401, 'request unauthorized') : undefined;
  },
  credential: (headers) => bearerKey(headers.authorization),
  notFound: () => recraftError(404, '404 page not found'),
  failure: recraftFailure,
  headers: () => ({}),
};

function routeOf(service: ServiceName): WireRoute {
  return {
    method: 'POST',
    path: `/images/${service}`,
    operation: service,
    describe: (request) => ({
      model: service === 'removeBackground' ? service : textOf(request, 'model'),
      prompt: textOf(request, 'prompt'),
    }),
    plan: async (request, vendor) => {
      const asked = await checkRecraft(request, service, vendor.profile.models);
      return isRefusal(asked) ? { kind: 'refuse', answer: asked } : makeImages(asked, service, vendor);
    },
  };
}

const textOf = ({ body }: ReceivedRequest, name: string): string => {
  const value = recraftBody(body)?.fields[name];
  return typeof value === 'string' ? value : '';
};

function makeImages(asked: RecraftAsked, service: ServiceName, vendor: VendorContext): WirePlan {
  const { count, inline, input, ...rest } = asked;
  const drawing: Omit<Drawing, 'index'> = {
    ...rest,
    count,
    compression: 90,
    transparent: service === 'removeBackground',
    inputs: input === undefined ? [] : [input],
    vary: service === 'variateImage',
  };
  const charge = recraftCharge(asked.model, count);
  return {
    kind: 'make',
    charge,
    prompt: asked.prompt,
    images: Array.from({ length: count }, (_, index) => () => drawImage({ ...drawing, index })),
    answer: async (images): Promise<WireAnswer> => {
      const around = {
        created: Math.floor(Date.now() / 1000),
        ...(charge === undefined ? {} : { credits: charge / 1_000 }),
      };
      if (inline) {
        const items = images.map((_image, index) => ({ image_id: randomUUID(), b64_json: imageText(index) }));
        const headers = { 'content-type': 'application/json' };
        return { status: 200, headers, body: jsonWithImages({ ...around, ...wrapped(service, items) }, images) };
      }
      const seconds = vendor.profile.resultSeconds ?? defaultResultSeconds;
      const items: object[] = [];
      for (const image of images) {
        items.push({ image_id: randomUUID(), url: vendor.results.add(await image(), asked.format, seconds) });
      }
      return jsonAnswer(200, { ...around, ...wrapped(service, items) });
    },
  };
}

/** The service that never makes several has no list. */
const wrapped = (service: ServiceName, items: readonly object[]): object =>
  service === 'removeBackground' ? { image: items[0] ?? {} } : { data: items };
