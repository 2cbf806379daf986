/**
 * Black Forest Labs' task API for the FLUX.2 models and FLUX.1's tools. Sources: docs.bfl.ai (API reference,
 * integration guidelines, errors) and api.bfl.ai/openapi.json (Flux2Inputs, FluxProFillInputs, FluxProExpandInputs,
 * AsyncResponse, ResultResponse, StatusResponse). The texts of errors are those that users of the API quote; where none
 * was found, they follow the pattern of their neighbours.
 */
import sharp from 'sharp';
import { checkFlux3, flux3Drawing } from './bfl-flux3.ts';
import { bflTools, type ToolInput, toolInput } from './bfl-tools.ts';
import { detailAnswer, fieldAnswer, fieldsOf, integerIn, refusePlan, replyPlan, textIn } from './detail-errors.ts';
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { bflCharge } from './prices/bfl-prices.ts';
import type { ReceivedFile, ReceivedRequest } from './received-request.ts';
import { isReady, type VendorTask } from './vendor-tasks.ts';
import {
  jsonAnswer,
  type VendorContext,
  type VendorWire,
  type WireAnswer,
  type WirePlan,
  type WireRoute,
} from './vendor-wire.ts';

/** Of one input image. */
const maxImageBytes = 20_000_000;

/** The most input images of each model. */
const models: Readonly<Record<string, number>> = {
  'flux-2-pro': 8,
  'flux-2-max': 8,
  'flux-2-flex': 8,
  'flux-2-klein-9b': 4,
  'flux-2-klein-4b': 4,
};

const formats = ['jpeg', 'png', 'webp'] as const;
type Format = (typeof formats)[number];

/** A result's address works for ten minutes. */
const resultSeconds = 600;

/** A credit is a cent. */
const microsPerCredit = 10_000;

const modelOf = ({ path }: ReceivedRequest): string => path.slice(1);

const tasks: WireRoute = {
  method: 'POST',
  path: '/:model',
  operation: 'task',
  describe: (request) => ({ model: modelOf(request), prompt: textIn(fieldsOf(request.body), 'prompt') ?? '' }),
  plan: async (request, vendor) => {
    const fields = fieldsOf(request.body);
    const files = request.body.kind === 'json' ? request.body.files : [];
    const model = modelOf(request);
    if (bflTools.includes(model)) {
      const input = await toolInput(model, fields ?? {}, files);
      return 'status' in input ? refusePlan(input) : begin(toolDrawing(model, fields ?? {}, input), vendor);
    }
    if (model === 'flux-3-image') {
      const refused = checkFlux3(fields, files);
      return refused
        ? refusePlan(refused)
        : begin(await flux3Drawing(fields ?? {}, files), vendor, textIn(fields, 'resolution') ?? '1k');
    }
    const maxImages = models[model];
    if (maxImages === undefined) return refusePlan(detailAnswer(404, 'Not Found'));
    const refusal = checkFields(fields, files, maxImages);
    return refusal === undefined ? begin(await drawingOf(model, fields ?? {}, files), vendor) : refusePlan(refusal);
  },
};

const results: WireRoute = {
  method: 'GET',
  path: '/get_result',
  operation: 'poll',
  describe: () => ({}),
  plan: async ({ query }, vendor) => {
    const id = query.get('id') ?? '';
    const task = vendor.tasks.find(id);
    if (task === undefined) return replyPlan(state(404, id, 'Task not found'));
    if (!isReady(task)) return replyPlan(state(200, id, 'Pending', null, 0.5));
    if (task.refused) return replyPlan(state(200, id, 'Content Moderated'));
    return replyPlan(state(200, id, 'Ready', await resultOf(task, vendor), 1));
  },
};

export const bfl: VendorWire = {
  name: 'bfl',
  basePath: '/v1',
  routes: [results, tasks],
  credential: (headers) => (typeof headers['x-key'] === 'string' ? headers['x-key'] : undefined),
  authorize: ({ headers }) => {
    const key = headers['x-key'];
    return typeof key === 'string' && key !== '' && key !== 'sk-invalid'
      ? undefined
      : detailAnswer(403, 'Not authenticated - Invalid Authentication');
  },
  notFound: () => detailAnswer(404, 'Not Found'),
  failure: ({ status, code, message, retryAfter }) => {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    if (code === 'insufficient_quota') return detailAnswer(402, 'Insufficient credits. Please add credits.', headers);
    return detailAnswer(status, message ?? 'The request could not be processed.', headers);
  },
  headers: () => ({}),
};

function checkFields(
  fields: Record<string, unknown> | undefined,
  files: readonly ReceivedFile[],
  maxImages: number,
): WireAnswer | undefined {
  if (textIn(fields, 'prompt') === undefined || fields === undefined)
    return fieldAnswer('prompt', 'Field required', 'missing');
  for (const edge of ['width', 'height']) {
    if (fields[edge] !== undefined && (integerIn(fields, edge) ?? 0) < 64) {
      return fieldAnswer(edge, 'Input should be greater than or equal to 64', 'greater_than_equal');
    }
  }
  const format = fields.output_format;
  if (format !== undefined && !formats.some((one) => one === format)) {
    return fieldAnswer('output_format', "Input should be 'jpeg', 'png' or 'webp'", 'enum');
  }
  const names = Object.keys(fields).filter((name) => name.startsWith('input_image'));
  const unread = names.find((name) => !files.some((file) => file.field === name));
  if (unread !== undefined) return fieldAnswer(unread, 'Invalid image');
  const large = files.find(({ content }) => content.length > maxImageBytes);
  if (large !== undefined) return fieldAnswer(large.field, 'Image size must not exceed 20MB');
  const excess = names[maxImages];
  return excess === undefined ? undefined : fieldAnswer(excess, 'Extra inputs are not permitted', 'extra_forbidden');
}

async function begin(drawing: Drawing, vendor: VendorContext, resolution?: string): Promise<WirePlan> {
  const { model } = drawing;
  const work = { model, prompt: drawing.prompt, asked: 1, format: drawing.format, images: [() => drawImage(drawing)] };
  const inputs = await Promise.all(drawing.inputs.map((input) => sharp(input).metadata()));
  const charge = bflCharge(model, drawing, inputs, resolution);
  const cost = charge === undefined ? null : charge / microsPerCredit;
  const ticket = (task: VendorTask) =>
    jsonAnswer(200, { id: task.id, polling_url: `${vendor.baseUrl()}/get_result?id=${task.id}`, cost });
  return {
    kind: 'make',
    charge,
    ticket: true,
    prompt: drawing.prompt,
    images: work.images,
    answer: async (images, seconds) => ticket(vendor.tasks.begin(seconds, { ...work, images, refused: false })),
    refusal: async () => ticket(vendor.tasks.begin(0, { ...work, refused: true })),
  };
}

async function drawingOf(
  model: string,
  fields: Record<string, unknown>,
  files: readonly ReceivedFile[],
): Promise<Drawing> {
  const [first] = files;
  const own = first === undefined ? { width: 1024, height: 1024 } : await sharp(first.content).metadata();
  const edge = (name: 'width' | 'height') => Math.max(64, Math.round((integerIn(fields, name) ?? own[name]) / 16) * 16);
  const inputs = files.map((file) => file.content);
  const drawing = toolDrawing(model, fields, { inputs, width: edge('width'), height: edge('height') });
  return { ...drawing, vary: /variation/i.test(drawing.prompt) };
}

const toolDrawing = (model: string, fields: Record<string, unknown>, input: ToolInput): Drawing => ({
  model,
  prompt: textIn(fields, 'prompt') ?? '',
  index: 0,
  count: 1,
  format: (fields.output_format ?? 'jpeg') as Format,
  compression: 95,
  transparent: false,
  ...input,
});

async function resultOf(task: VendorTask, { results, tasks, profile }: VendorContext) {
  const [image] = task.images;
  if (image === undefined) return { prompt: task.prompt };
  const seconds = profile.resultSeconds ?? resultSeconds;
  const urls = task.urls ?? [results.add(await image(), task.format, seconds)];
  tasks.note(task, { urls });
  return { sample: urls[0], prompt: task.prompt, seed: 42, start_time: 0, end_time: 1, duration: 1 };
}

const state = (status: number, id: string, word: string, result: unknown = null, progress: number | null = null) =>
  jsonAnswer(status, { id, status: word, result, progress, details: null, preview: null });
