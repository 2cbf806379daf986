/**
 * fal's queue API, and the image models that the gateway calls behind it. Sources: fal.ai/docs (model APIs: queue,
 * errors, request errors), fal-ai/fal-js `libs/client/src/queue.ts`, and the models' schemas at fal.ai/models. Status,
 * result and cancel URLs are below the first two segments of a model's path, whatever follows these.
 */
import { detailAnswer, refusePlan, replyPlan } from './detail-errors.ts';
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { billOf, type FalBill } from './fal-bill.ts';
import { answerOf, falFamily, flagged, hosted, requestIs } from './fal-family.ts';
import { checkFal, describeFal, endpointPaths, isRefusal } from './fal-request.ts';
import type { ReceivedRequest } from './received-request.ts';
import { isReady, type VendorTask } from './vendor-tasks.ts';
import {
  jsonAnswer,
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
  describe: describeFal,
  plan: async (request, vendor) => {
    const drawings = await checkFal(request);
    if (isRefusal(drawings)) return refusePlan(drawings);
    return enqueue(drawings, request.path.slice(1), await billOf(request, drawings), vendor);
  },
});

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
    if (task === undefined) return replyPlan(detailAnswer(404, 'Request not found'));
    const answered = await answer(task, vendor);
    return replyPlan({ ...answered, headers: { ...answered.headers, ...requestIs(task.id) } });
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
  if (task.refused) return flagged();
  const urls = task.urls ?? (await hosted(task.images, task.format, vendor));
  vendor.tasks.note(task, { urls });
  return answerOf(task, urls, task.headers);
});

const cancel = about('/:owner/:app/requests/:id/cancel', 'PUT', 'cancel', async (task, { tasks }) => {
  if (isReady(task)) return jsonAnswer(400, { status: 'ALREADY_COMPLETED' });
  tasks.note(task, { cancelled: true });
  return jsonAnswer(202, { status: 'CANCELLATION_REQUESTED' });
});

export const fal: VendorWire = {
  name: 'fal',
  basePath: '',
  routes: [status, result, cancel, ...endpointPaths.map(submitAt)],
  ...falFamily,
};

function enqueue(
  drawings: readonly Drawing[],
  model: string,
  { charge, headers }: FalBill,
  vendor: VendorContext,
): WirePlan {
  const [first] = drawings;
  const images = drawings.map((drawing) => () => drawImage(drawing));
  const format = first?.format ?? 'jpeg';
  const work = { model, prompt: first?.prompt ?? '', asked: images.length, format, headers };
  const ticket = (task: VendorTask) =>
    jsonAnswer(200, { status: 'IN_QUEUE', queue_position: 0, ...addressesOf(task, vendor) }, requestIs(task.id));
  return {
    kind: 'make',
    charge,
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
