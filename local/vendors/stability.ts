/**
 * Stability AI's own API, v2beta. Sources: platform.stability.ai/docs/api-reference as its clients have it
 * (tadasant/mcp-server-stability-ai `src/stabilityAi/`, the npm package stability-ai, ComfyUI `nodes_stability.py`):
 * paths, forms, `Accept`, the headers `finish-reason` and `seed`. A service that isn't here is a 404.
 */
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { imageText, jsonWithImages } from './image-json.ts';
import type { ImageSource } from './image-source.ts';
import { stabilityCharge } from './prices/stability-prices.ts';
import type { ReceivedRequest } from './received-request.ts';
import { checkBearer, moderated, stabilityError, stabilityFailure } from './stability-errors.ts';
import {
  checkStability,
  fieldOf,
  isRefusal,
  type ServiceName,
  type StabilityAsked,
  stabilityServices,
} from './stability-request.ts';
import type { VendorWire, WireAnswer, WirePlan, WireRoute } from './vendor-wire.ts';

const keyOf = (authorization: string | undefined): string | undefined =>
  /^(?:Bearer\s+)?(\S.*)$/i.exec(authorization ?? '')?.[1]?.trim();

/** The models by the service that only one of them has. */
const modelOf: Readonly<Partial<Record<ServiceName, string>>> = {
  'generate/ultra': 'stable-image-ultra',
  'generate/core': 'stable-image-core',
  'edit/inpaint': 'inpaint',
  'edit/outpaint': 'outpaint',
  'edit/remove-background': 'remove-background',
};

const routeOf = (service: ServiceName): WireRoute => {
  const nameOf = (request: ReceivedRequest) => modelOf[service] ?? fieldOf(request, 'model') ?? 'sd3.5-large';
  return {
    method: 'POST',
    path: `/v2beta/stable-image/${service}`,
    operation: service,
    describe: (request) => ({ model: nameOf(request), prompt: fieldOf(request, 'prompt') ?? '' }),
    plan: async (request) => {
      const accept = request.headers.accept ?? 'image/*';
      if (accept !== 'image/*' && accept !== 'application/json') {
        return refuse(stabilityError(400, ["accept: must be 'image/*' or 'application/json'"]));
      }
      const asked = await checkStability(request, service);
      return isRefusal(asked) ? refuse(asked) : makeImage(drawingOf(nameOf(request), service, asked), accept);
    },
  };
};

const refuse = (answer: WireAnswer): WirePlan => ({ kind: 'refuse', answer });

export const stability: VendorWire = {
  name: 'stability',
  basePath: '',
  routes: Object.keys(stabilityServices).map((service) => routeOf(service as ServiceName)),
  authorize: ({ headers }) => checkBearer(keyOf(headers.authorization)),
  credential: (headers) => keyOf(headers.authorization),
  notFound: () => stabilityError(404, ['The requested resource was not found.']),
  failure: stabilityFailure,
  headers: () => ({}),
};

function makeImage(drawing: Drawing, accept: string): WirePlan {
  const answered = (images: readonly ImageSource[], finish: string) =>
    accept === 'image/*' ? bytesAnswer(drawing, images, finish) : textAnswer(images, finish);
  return {
    kind: 'make',
    charge: stabilityCharge(drawing.model),
    prompt: drawing.prompt,
    images: [() => drawImage(drawing)],
    answer: async (images) => answered(images, 'SUCCESS'),
    // A refused prompt is an error; a refused picture is a blurred one, in a success.
    refusal: async () =>
      drawing.prompt.includes('[blurred]')
        ? answered([() => drawImage({ ...drawing, prompt: '[plain]', inputs: [] })], 'CONTENT_FILTERED')
        : moderated(),
  };
}

const seed = '343940597';

const bytesAnswer = ({ format }: Drawing, images: readonly ImageSource[], finish: string): WireAnswer => ({
  status: 200,
  headers: { 'content-type': `image/${format}`, 'finish-reason': finish, seed },
  body: drawnOneByOne(images),
});

async function* drawnOneByOne(images: readonly ImageSource[]): AsyncGenerator<Uint8Array> {
  for (const image of images) yield await image();
}

const textAnswer = (images: readonly ImageSource[], finish: string): WireAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json; type=image/png' },
  body: jsonWithImages(
    { ...(images.length === 0 ? {} : { image: imageText(0) }), finish_reason: finish, seed: Number(seed) },
    images,
  ),
});

function drawingOf(model: string, service: ServiceName, asked: StabilityAsked): Drawing {
  const { input, ...rest } = asked;
  return {
    model,
    ...rest,
    index: 0,
    count: 1,
    compression: 90,
    transparent: service === 'edit/remove-background',
    inputs: input === undefined ? [] : [input],
    vary: /variation/i.test(asked.prompt),
  };
}
