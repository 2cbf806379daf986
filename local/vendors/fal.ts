/**
 * fal's queue, and the image models that the gateway asks behind it. Sources: fal.ai/docs (model APIs: queue, errors,
 * request errors), fal-ai/fal-js `libs/client/src/queue.ts`, and the models' schemas at fal.ai/models. Status, result and
 * cancel addresses are below the first two segments of a model's path, whatever stands behind them.
 */
import sharp from 'sharp';
import { detailAnswer, fieldAnswer, fieldsOf, integerIn, refusePlan, replyPlan, textIn } from './detail-errors.ts';
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { type PlacedInput, placedInput } from './fal-inputs.ts';
import { falModels } from './fal-models.ts';
import { isReady, type VendorTask } from './vendor-tasks.ts';
import {
  jsonAnswer,
  type ReceivedRequest,
  type VendorContext,
  type VendorWire,
  type WireAnswer,
  type WirePlan,
  type WireRoute,
} from './vendor-wire.ts';

const submitAt = (path: string): WireRoute => ({
  method: 'POST',
  path,
  operation: 'task',
  describe: (request) => ({
    model: request.path.slice(1).replace(/\/(edit|text-to-image)$/, ''),
    prompt: textIn(fieldsOf(request.body), 'prompt') ?? '',
  }),
  plan: async (request, vendor) => {
    const model = request.path.slice(1);
    const rules = falModels[model];
    if (rules === undefined) return refusePlan(detailAnswer(404, `Application '${model}' not found`));
    const fields = fieldsOf(request.body) ?? {};
    const files = request.body.kind === 'json' ? request.body.files : [];
    const unknown = Object.keys(fields).find((name) => !rules.fields.includes(name));
    if (unknown !== undefined)
      return refusePlan(fieldAnswer(unknown, 'Extra inputs are not permitted', 'extra_forbidden'));
    const missing = rules.needs.find((name) => !Object.hasOwn(fields, name));
    if (missing !== undefined) return refusePlan(fieldAnswer(missing, 'Field required', 'missing'));
    if ('image_url' in fields && !files.some(({ field }) => field === 'image_url'))
      return refusePlan(unread('image_url'));
    if (Array.isArray(fields.image_urls) && files.length !== fields.image_urls.length)
      return refusePlan(unread('image_urls'));
    const input = await placedInput(rules, fields, files);
    return 'status' in input ? refusePlan(input) : enqueue(request, fields, input, vendor);
  },
});

const unread = (field: string): WireAnswer => fieldAnswer(field, 'Failed to download the file', 'file_download_error');

const taskOf = ({ path }: ReceivedRequest, { tasks }: VendorContext): VendorTask | undefined => {
  const task = tasks.find(path.split('/')[4] ?? '');
  return task?.cancelled ? undefined : task;
};

const about = (
  path: string,
  method: 'GET' | 'PUT',
  operation: string,
  answer: (task: VendorTask, vendor: VendorContext) => Promise<WireAnswer>,
): WireRoute => ({
  method,
  path,
  operation,
  describe: () => ({}),
  plan: async (request, vendor) => {
    const task = taskOf(request, vendor);
    return replyPlan(task === undefined ? detailAnswer(404, 'Request not found') : await answer(task, vendor));
  },
});

const status = about('/:owner/:app/requests/:id/status', 'GET', 'poll', async (task, vendor) => {
  const addresses = addressesOf(task, vendor);
  if (!isReady(task)) return jsonAnswer(202, { status: 'IN_PROGRESS', logs: null, ...addresses });
  const failure = task.refused ? { error: 'Unprocessable Entity', error_type: 'content_policy_violation' } : {};
  return jsonAnswer(200, { status: 'COMPLETED', logs: null, metrics: {}, ...failure, ...addresses });
});

const result = about('/:owner/:app/requests/:id', 'GET', 'poll', async (task, vendor) => {
  if (!isReady(task)) return detailAnswer(400, 'Request is still in progress');
  if (task.refused) {
    return fieldAnswer(
      'prompt',
      'The content could not be processed because it was flagged.',
      'content_policy_violation',
    );
  }
  const urls =
    task.urls ??
    (await Promise.all(
      task.images.map(async (image) =>
        vendor.results.add(await image(), task.format, vendor.profile.resultSeconds ?? 3600),
      ),
    ));
  vendor.tasks.note(task, { urls });
  const images = urls.map((url) => ({ url, content_type: `image/${task.format}` }));
  const { single, extends: extending } = falModels[task.model] ?? {};
  if (single || extending) return jsonAnswer(200, { image: images[0] ?? null });
  return jsonAnswer(200, { images, seed: 42, has_nsfw_concepts: images.map(() => false), prompt: task.prompt });
});

const cancel = about('/:owner/:app/requests/:id/cancel', 'PUT', 'cancel', async (task, { tasks }) => {
  if (isReady(task)) return jsonAnswer(400, { status: 'ALREADY_COMPLETED' });
  tasks.note(task, { cancelled: true });
  return jsonAnswer(202, { status: 'CANCELLATION_REQUESTED' });
});

export const fal: VendorWire = {
  name: 'fal',
  basePath: '',
  routes: [status, result, cancel, ...['/:o/:a', '/:o/:a/:p', '/:o/:a/:p/:q'].map(submitAt)],
  credential: (headers) => /^Key (.+)$/.exec(headers.authorization ?? '')?.[1],
  authorize: ({ headers }) => {
    const key = fal.credential(headers);
    return key !== undefined && key !== 'sk-invalid'
      ? undefined
      : detailAnswer(401, 'No user found for Key ID and Secret');
  },
  notFound: () => detailAnswer(404, 'Not Found'),
  failure: ({ status, code, message, retryAfter }) => {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    if (code === 'insufficient_quota') {
      return detailAnswer(403, 'User is locked. Reason: Exhausted balance. Top up your balance.', headers);
    }
    return detailAnswer(status, message ?? 'The request could not be processed.', headers);
  },
  headers: () => ({}),
};

async function enqueue(
  { path }: ReceivedRequest,
  fields: Record<string, unknown>,
  input: PlacedInput,
  vendor: VendorContext,
): Promise<WirePlan> {
  const drawings = await drawingsOf(path.slice(1), fields, input);
  const [first] = drawings;
  const images = drawings.map((drawing) => () => drawImage(drawing));
  const work = {
    model: path.slice(1),
    prompt: first?.prompt ?? '',
    asked: images.length,
    format: first?.format ?? 'jpeg',
  };
  const ticket = (task: VendorTask) =>
    jsonAnswer(200, { status: 'IN_QUEUE', queue_position: 0, ...addressesOf(task, vendor) });
  return {
    kind: 'make',
    ticket: true,
    prompt: work.prompt,
    images,
    answer: async (made, seconds) => ticket(vendor.tasks.begin(seconds, { ...work, images: made, refused: false })),
    refusal: async () => ticket(vendor.tasks.begin(0, { ...work, images, refused: true })),
  };
}

function addressesOf({ id, model }: VendorTask, vendor: VendorContext) {
  const app = model.split('/').slice(0, 2).join('/');
  const address = `${vendor.baseUrl()}/${app}/requests/${id}`;
  return { request_id: id, response_url: address, status_url: `${address}/status`, cancel_url: `${address}/cancel` };
}

async function drawingsOf(
  model: string,
  fields: Record<string, unknown>,
  { inputs, mask }: PlacedInput,
): Promise<readonly Drawing[]> {
  const rules = falModels[model];
  const [input] = inputs;
  const own = input === undefined ? { width: 1024, height: 768 } : await sharp(input).metadata();
  const prompt = textIn(fields, 'prompt') ?? '';
  const count = integerIn(fields, 'num_images') ?? 1;
  const drawing = {
    model,
    prompt,
    ...sizeOf(fields, own),
    count,
    format: rules?.single || rules?.extends ? 'png' : fields.output_format === 'png' ? 'png' : 'jpeg',
    compression: 95,
    transparent: rules?.single === true,
    inputs,
    ...(mask === undefined ? {} : { mask }),
    vary: rules?.varies === true || /variation/i.test(prompt),
  } as const;
  return Array.from({ length: count }, (_, index) => ({ ...drawing, index }));
}

/** The size asked for, or the shape at about a megapixel, or that of the input. */
function sizeOf(fields: Record<string, unknown>, own: { width: number; height: number }) {
  const asked = fields.image_size as { width?: number; height?: number } | undefined;
  if (asked?.width !== undefined && asked.height !== undefined) return { width: asked.width, height: asked.height };
  const [across = 0, down = 0] = (textIn(fields, 'aspect_ratio') ?? '').split(':').map(Number);
  if (!(across > 0 && down > 0)) return { width: own.width, height: own.height };
  const edge = (part: number) => Math.round((1024 * Math.sqrt(part)) / 16) * 16;
  return { width: edge(across / down), height: edge(down / across) };
}
