/**
 * Ideogram's API: a form for every service, and addresses for answers. Sources: its OpenAPI document
 * (api-evangelist/ideogram: paths, fields, values, answers, statuses), and developer.ideogram.ai/api-reference for v4
 * as docs.comfy.org has it. That fields it doesn't know are refused, and more than eight images, are assumptions, to be
 * strict.
 */
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { checkIdeogram, type IdeogramAsked, type IdeogramService, isRefusal, services } from './ideogram-request.ts';
import type { ImageSource } from './image-source.ts';
import { ideogramCharge } from './prices/ideogram-prices.ts';
import type { ReceivedRequest } from './received-request.ts';
import {
  jsonAnswer,
  type OrderedFailure,
  type VendorContext,
  type VendorWire,
  type WireAnswer,
  type WirePlan,
  type WireRoute,
} from './vendor-wire.ts';

const keyOf = (headers: ReceivedRequest['headers']): string | undefined => {
  const key = headers['api-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
};

const said = (status: number, message: string, headers: Record<string, string> = {}): WireAnswer =>
  jsonAnswer(status, { message }, headers);

/** The message of a failed safety check, the only error body that is documented. */
const unsafe = (message = 'Prompt provided failed safety check due to the inclusion of prohibited content.') =>
  jsonAnswer(422, { error: message });

const routeOf = ([path, service]: [string, IdeogramService]): WireRoute => ({
  method: 'POST',
  path,
  operation: path.split('/').at(-1) ?? path,
  describe: ({ body }) => ({
    model: service.model,
    prompt: (body.kind === 'multipart' && body.fields.get(service.prompt ?? '')?.[0]) || '',
  }),
  plan: async (request, vendor) => {
    const asked = await checkIdeogram(request, service);
    return isRefusal(asked) ? { kind: 'refuse', answer: said(400, asked.problem) } : makeImages(asked, service, vendor);
  },
});

export const ideogram: VendorWire = {
  name: 'ideogram',
  basePath: '',
  routes: Object.entries(services).map(routeOf),
  credential: keyOf,
  authorize: ({ headers }) => {
    const key = keyOf(headers);
    return key === undefined || key === 'sk-invalid' ? said(401, 'Invalid API key') : undefined;
  },
  notFound: () => said(404, 'Not found'),
  failure: ({ status, code, message, retryAfter }: OrderedFailure) => {
    if (code === 'moderation_blocked') return unsafe(message);
    if (code === 'insufficient_quota') return said(402, message ?? 'Insufficient credits.');
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    return said(status, message ?? `Status ${status}.`, headers);
  },
  headers: () => ({}),
};

function makeImages(asked: IdeogramAsked, service: IdeogramService, vendor: VendorContext): WirePlan {
  const { count, ...rest } = asked;
  const drawing: Omit<Drawing, 'index'> = {
    ...rest,
    model: service.model,
    count,
    format: 'png',
    compression: 90,
    vary: service.varies ?? false,
  };
  const answered = (items: readonly object[]) => jsonAnswer(200, { created: new Date().toISOString(), data: items });
  return {
    kind: 'make',
    charge: ideogramCharge(service, asked.speed, count),
    prompt: asked.prompt,
    images: Array.from({ length: count }, (_, index) => () => drawImage({ ...drawing, index })),
    answer: async (images) => answered(await itemsOf(images, asked, vendor)),
    // A refused prompt is an error; a refused picture is an item without an address.
    refusal: async () =>
      asked.prompt.includes('[unsafe]')
        ? answered(Array.from({ length: count }, () => itemOf(asked, { url: null, is_image_safe: false })))
        : unsafe(),
  };
}

const itemOf = ({ prompt, width, height }: IdeogramAsked, facts: object): object => ({
  prompt,
  resolution: `${width}x${height}`,
  seed: 12_345,
  style_type: 'GENERAL',
  ...facts,
});

async function itemsOf(images: readonly ImageSource[], asked: IdeogramAsked, { results, profile }: VendorContext) {
  const items: object[] = [];
  for (const image of images) {
    const url = results.add(await image(), 'png', profile.resultSeconds ?? 3600);
    items.push(itemOf(asked, { url, is_image_safe: true }));
  }
  return items;
}
