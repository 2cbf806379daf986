/**
 * Replicate's HTTP API: predictions with official models, polled and cancelled at the URLs that come with them, file
 * uploads, and descriptions of models. Sources: replicate.com/docs/reference/http, replicate/replicate-javascript, and
 * the models' schemas (see `replicate-models.ts`). Each answer repeats the input; results are deleted after an hour.
 */
import sharp from 'sharp';
import { fieldsOf, refusePlan, replyPlan, textIn } from './detail-errors.ts';
import { drawImage } from './draw.ts';
import { greyscaleMask, isProblem } from './greyscale-mask.ts';
import { bearerKey } from './openai-errors.ts';
import type { ReceivedFile, ReceivedRequest } from './received-request.ts';
import { chargeOf } from './replicate-bill.ts';
import { drawingsOf, imageAndMask } from './replicate-drawings.ts';
import { replicateError, replicateFailure } from './replicate-errors.ts';
import type { ReplicateModel } from './replicate-model.ts';
import { modelNamed, modelOfVersion } from './replicate-model-facts.ts';
import { brokenRule, replicateModels } from './replicate-models.ts';
import { predictionOf, readyWithin, waitSeconds } from './replicate-predictions.ts';
import { tellOf, webhookIn, webhookSecret } from './replicate-webhook.ts';
import { isReady, type VendorTask } from './vendor-tasks.ts';
import {
  jsonAnswer,
  type VendorContext,
  type VendorWire,
  type WireAnswer,
  type WirePlan,
  type WireRoute,
} from './vendor-wire.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The model of a prediction, from the path or from a version in the body. */
const modelOf = ({ path, body }: ReceivedRequest): string =>
  path === '/predictions'
    ? (modelOfVersion(textIn(fieldsOf(body), 'version') ?? '') ?? '')
    : path.split('/').slice(2, 4).join('/');

const inputOf = ({ body }: ReceivedRequest): Fields | undefined => {
  const input = fieldsOf(body)?.input;
  return typeof input === 'object' && input !== null ? (input as Fields) : undefined;
};

/** The files of a prediction: inline ones, and those that were uploaded before, under the field's name. */
function filesOf(request: ReceivedRequest, { uploads, baseUrl }: VendorContext): readonly ReceivedFile[] {
  const inline = request.body.kind === 'json' ? request.body.files : [];
  const placed = Object.entries(inputOf(request) ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each, index) => ({
      field: Array.isArray(value) ? `input.${name}[${index}]` : `input.${name}`,
      value: each,
    })),
  );
  return placed.flatMap(({ field, value }) => {
    const uploaded = uploads.find(typeof value === 'string' ? value.replace(`${baseUrl()}/files/`, '') : '');
    return uploaded ? { ...uploaded, field } : inline.filter((file) => file.field === field);
  });
}

const createAt = (path: string): WireRoute => ({
  method: 'POST',
  path,
  operation: 'task',
  describe: (request, vendor) => ({
    model: modelOf(request),
    prompt: textIn(inputOf(request), 'prompt') ?? '',
    files: filesOf(request, vendor),
  }),
  plan: async (request, vendor) => {
    const rules = replicateModels[modelOf(request)];
    if (rules === undefined) return refusePlan(unknownModel(request));
    const input = inputOf(request);
    if (input === undefined) return refusePlan(invalid('input', 'Field required'));
    const files = filesOf(request, vendor);
    const webhook = webhookIn(fieldsOf(request.body));
    if (webhook && 'status' in webhook) return refusePlan(webhook);
    // Fire and forget: its outcome is ignored here.
    const tell = (task: VendorTask) => void (webhook && tellOf(task, webhook, vendor).catch(() => undefined));
    return (
      refusalOf(rules, input, files) ??
      (await unfitMask(rules, files)) ??
      begin({ request, input, files, vendor, tell })
    );
  },
});

const unknownModel = ({ path }: ReceivedRequest): WireAnswer =>
  path === '/predictions'
    ? replicateError(
        422,
        "The specified version does not exist (or perhaps you don't have permission to use it?)",
        'Invalid version or not permitted',
      )
    : replicateError(404, 'The requested resource could not be found.');

const invalid = (field: string, rule: string): WireAnswer =>
  replicateError(422, `- ${field}: ${rule}`, 'Input validation failed');

function refusalOf(rules: ReplicateModel, input: Fields, files: readonly ReceivedFile[]): WirePlan | undefined {
  for (const [name, value] of Object.entries(input)) {
    const rule = rules.fields[name];
    const broken = rule === undefined ? 'Additional property is not allowed' : brokenRule(rule, value);
    if (broken !== undefined) return refusePlan(invalid(`input.${name}`, broken));
    const isOfImages = rule === 'image' || (typeof rule === 'object' && 'images' in rule);
    const count = Array.isArray(value) ? value.length : 1;
    const found = files.filter((file) => file.field.replace(/\[.*$/, '') === `input.${name}`).length;
    if (isOfImages && found !== count) return refusePlan(invalid(`input.${name}`, 'Could not be downloaded'));
  }
  const missing = rules.needs.find((name) => !Object.hasOwn(input, name));
  return missing === undefined ? undefined : refusePlan(invalid(`input.${missing}`, `${missing} is required`));
}

/** An image that is filled has a mask, or is clear where it is to be filled. */
async function unfitMask({ draws }: ReplicateModel, files: readonly ReceivedFile[]): Promise<WirePlan | undefined> {
  if (draws !== 'fill') return undefined;
  const [image, mask] = imageAndMask(files);
  if (!image || !mask) {
    const { hasAlpha = false } = image ? await sharp(image).metadata() : {};
    return hasAlpha ? undefined : refusePlan(invalid('input.mask', 'A mask is needed'));
  }
  const read = await greyscaleMask(mask, image, 'white');
  return isProblem(read) ? refusePlan(invalid('input.mask', read.problem)) : undefined;
}

/** What a prediction is begun with. */
interface Beginning {
  readonly request: ReceivedRequest;
  readonly input: Fields;
  readonly files: readonly ReceivedFile[];
  readonly vendor: VendorContext;
  /** Sends the prediction to its webhook. */
  tell(task: VendorTask): void;
}

async function begin({ request, input, files, vendor, tell }: Beginning): Promise<WirePlan> {
  const model = modelOf(request);
  const drawings = await drawingsOf(model, input, files);
  const images = drawings.map((drawing) => () => drawImage(drawing));
  const prompt = textIn(input, 'prompt') ?? '';
  const work = { model, prompt, asked: images.length, format: drawings[0]?.format ?? 'webp', input } as const;
  const made = async (task: VendorTask) => {
    tell(task);
    await readyWithin(task, waitSeconds(request));
    // The answer may be late, and the task cancelled meanwhile.
    const present = vendor.tasks.find(task.id) ?? task;
    return jsonAnswer(201, await predictionOf(present, vendor, 'starting'));
  };
  return {
    kind: 'make',
    charge: await chargeOf(model, input, drawings),
    ticket: true,
    prompt,
    images,
    answer: async (sources, seconds) => made(vendor.tasks.begin(seconds, { ...work, images: sources, refused: false })),
    refusal: async () => made(vendor.tasks.begin(0.05, { ...work, images, refused: true })),
  };
}

const about = (
  method: 'GET' | 'POST',
  path: string,
  operation: string,
  changes: (task: VendorTask) => { readonly cancelled?: boolean },
): WireRoute => ({
  method,
  path,
  operation,
  describe: () => ({}),
  plan: async (request, vendor) => {
    const task = vendor.tasks.find(request.path.split('/')[2] ?? '');
    if (task === undefined) return replyPlan(replicateError(404, 'The requested resource could not be found.'));
    return replyPlan(jsonAnswer(200, await predictionOf(vendor.tasks.note(task, changes(task)), vendor)));
  },
});

const upload: WireRoute = {
  method: 'POST',
  path: '/files',
  operation: 'upload',
  describe: () => ({}),
  plan: async ({ body }, { uploads, baseUrl }) => {
    const file = body.kind === 'multipart' ? body.files.find(({ field }) => field === 'content') : undefined;
    if (file === undefined) return replyPlan(replicateError(400, 'Missing content'));
    if (file.content.length > 100 * 1024 * 1024) return replyPlan(replicateError(413, 'The file is too large.'));
    const id = uploads.keep(file);
    const { filename, contentType, sha256 } = file;
    const facts = { id, name: filename, content_type: contentType, size: file.content.length, checksums: { sha256 } };
    return replyPlan(jsonAnswer(201, { ...facts, urls: { get: `${baseUrl()}/files/${id}` } }));
  },
};

export const replicate: VendorWire = {
  name: 'replicate',
  basePath: '/v1',
  routes: [
    createAt('/models/:owner/:name/predictions'),
    createAt('/predictions'),
    modelNamed,
    webhookSecret,
    about('GET', '/predictions/:id', 'poll', () => ({})),
    about('POST', '/predictions/:id/cancel', 'cancel', (task) => (isReady(task) ? {} : { cancelled: true })),
    upload,
  ],
  credential: (headers) => bearerKey(headers.authorization),
  authorize: ({ headers }) => {
    const key = bearerKey(headers.authorization);
    if (key !== undefined && key !== 'sk-invalid') return undefined;
    return replicateError(401, 'You did not pass a valid authentication token', 'Unauthenticated');
  },
  notFound: () => replicateError(404, 'The requested resource could not be found.'),
  failure: replicateFailure,
  headers: () => ({}),
};
