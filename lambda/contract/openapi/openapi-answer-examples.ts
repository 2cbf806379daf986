import type { ErrorBody, RequestTooLong } from '../errors.ts';
import type { ImageResult } from '../image-result.ts';
import type { Health, ImageJob, JobListView } from '../job.ts';
import type { ListedModel, ModelList } from '../model-list.ts';
import type { QuoteBody } from '../quote.ts';
import type { CompletedImageEvent, PartialImageEvent } from '../stream-events.ts';
import type { UsageView } from '../usage.ts';
import type { DeletedVirtualKey, VirtualKeyList, VirtualKeyView } from '../virtual-key.ts';
import { completedAt, createdAt, exampleIds } from './openapi-example-ids.ts';
import { fileExamples } from './openapi-file-examples.ts';
import { madeKey, usageFields, withUsage } from './openapi-key-examples.ts';

/** Properties of every image in the examples. */
const told = { background: 'opaque', output_format: 'png', quality: 'high', size: '1536x1024' } as const;
const startedAt = '2026-11-20T19:07:26.920Z';
const expiresAt = '2026-11-20T20:07:41.377Z';
const created = Math.floor(Date.parse(completedAt) / 1000);

const attempt = { provider: 'openai', model: 'gpt-image-2', started_at: startedAt, latency: 14_012 } as const;

const result: ImageResult = {
  id: exampleIds.job,
  created,
  model: exampleIds.model,
  data: [
    {
      url: `https://images.example.com/v1/images/content/${exampleIds.job}/0?expires=${Math.floor(Date.parse(expiresAt) / 1000)}&signature=Q2hpbmdhY2hnb29r`,
      content_credentials: true,
      index: 0,
    },
  ],
  ...told,
  usage: {
    input_tokens: 14,
    input_tokens_details: { text_tokens: 14, image_tokens: 0 },
    output_tokens: 1568,
    total_tokens: 1582,
  },
  extra_fields: {
    request_type: 'image_generation',
    provider: 'openai',
    model_requested: exampleIds.model,
    model_deployment: 'gpt-image-2',
    latency: attempt.latency,
    chunk_index: 0,
    attempts: [{ ...attempt, outcome: 'succeeded', status_code: 200, billed: 'yes' }],
  },
};

const open: ImageJob = {
  id: exampleIds.job,
  request_id: exampleIds.request,
  status: 'pending',
  created_at: createdAt,
};

const ended = { ...open, completed_at: completedAt, expires_at: expiresAt };

const refusal: ErrorBody = {
  event_id: exampleIds.request,
  type: 'content_refused',
  is_bifrost_error: false,
  status_code: 422,
  error: {
    type: 'invalid_request_error',
    code: 'content_refused',
    message: 'The provider refused this content. Change the prompt or the images.',
    event_id: exampleIds.request,
  },
  extra_fields: {
    provider: 'openai',
    model_requested: exampleIds.model,
    request_type: 'image_generation',
    attempts: [{ ...attempt, outcome: 'refused', status_code: 400, billed: 'no' }],
  },
};

/** The same as a list shows it, which doesn't know the attempts. */
const listedRefusal: ErrorBody = { ...refusal, extra_fields: { provider: 'openai', request_type: 'image_edit' } };

const stopped: ErrorBody = {
  event_id: exampleIds.request,
  type: 'cancelled',
  is_bifrost_error: true,
  status_code: 499,
  error: {
    type: 'invalid_request_error',
    code: 'cancelled',
    message: 'The job was cancelled.',
    event_id: exampleIds.request,
  },
  extra_fields: { provider: 'openai', model_requested: exampleIds.model, request_type: 'image_generation' },
};

const price = { likely_usd: 0.16471, worst_usd: 0.1744, as_of: '2026-11-28' };

const quote: QuoteBody = {
  object: 'quote',
  model: exampleIds.model,
  currency: 'USD',
  ...price,
  candidates: [{ model: exampleIds.model, ...price, images_per_request: 1, requests: 1 }],
  warnings: [],
};

const model: ListedModel = {
  id: exampleIds.model,
  object: 'model',
  created: 0,
  owned_by: 'openai',
  pricing: {
    kind: 'tokens',
    currency: 'USD',
    as_of: '2026-11-28',
    source: 'developers.openai.com/api/docs/pricing',
    refusals: 'unknown',
    per_million_tokens: { text_input_usd: 5, image_input_usd: 8, image_output_usd: 30 },
  },
  capabilities: {
    operations: { generation: 'native', edit: 'native', variation: 'emulated' },
    edit_types: { inpainting: 'native', outpainting: 'emulated', background_removal: 'none' },
    sizes: {
      kind: 'free',
      multiple_of: 16,
      longest_edge: 3840,
      widest_ratio: 3,
      fewest_pixels: 655_360,
      most_pixels: 8_294_400,
    },
    images_per_request: 10,
    input_images: 16,
    mask: true,
    streams: true,
    parameters: { quality: 'mapped', output_format: 'sent', seed: 'dropped' },
    typical_seconds: 30,
  },
};

/** What is answered, each under a name of its own. */
export const answerExamples = {
  'pending-job': open,
  'completed-job': { ...ended, status: 'completed', status_code: 200, result },
  'failed-job': { ...ended, status: 'failed', status_code: 422, error: refusal },
  'cancelled-job': { ...ended, status: 'cancelled', status_code: 499, error: stopped },
  'job-list': {
    object: 'list',
    data: [
      { ...ended, operation: 'generation', status: 'completed', status_code: 200 },
      {
        ...ended,
        id: exampleIds.earlierJob,
        operation: 'edit',
        status: 'failed',
        status_code: 422,
        error: listedRefusal,
      },
    ],
    next_cursor: 'MTc5NTIwMTY0NjUwMSAwZDljMmY2NC0xYjdlLTRhNTItOGMwZS03ZjNiNmE0MTJkMTA',
  },
  result,
  quote,
  usage: { object: 'usage', owner: exampleIds.key, ...usageFields, last_used_at: completedAt },
  'partial-image': {
    type: 'image_generation.partial_image',
    partial_image_index: 0,
    b64_json: '(base64)',
    created_at: created,
    ...told,
  },
  'completed-image': {
    type: 'image_generation.completed',
    content_credentials: true,
    index: 0,
    b64_json: '(base64)',
    created_at: created,
    id: exampleIds.job,
    model: exampleIds.model,
    ...told,
    extra_fields: result.extra_fields,
  },
  'model-list': { object: 'list', data: [model] },
  model,
  'made-key': madeKey,
  key: withUsage,
  'key-list': { object: 'list', data: [withUsage], has_more: false },
  'deleted-key': { id: exampleIds.key, object: 'virtual_key', deleted: true },
  ...fileExamples,
  health: { status: 'ok', version: '0.1.0' },
  document: { openapi: '3.1.0', info: { title: 'Darkroom', version: '0.1.0' }, paths: {} },
  'request-too-long': { message: 'Request Too Long' },
} as const satisfies Readonly<
  Record<
    string,
    | ImageJob
    | JobListView
    | ImageResult
    | QuoteBody
    | PartialImageEvent
    | CompletedImageEvent
    | ModelList
    | ListedModel
    | (typeof fileExamples)[keyof typeof fileExamples]
    | VirtualKeyView
    | VirtualKeyList
    | UsageView
    | DeletedVirtualKey
    | Health
    | RequestTooLong
    | { readonly openapi: string; readonly info: object; readonly paths: object }
  >
>;

export type AnswerExample = keyof typeof answerExamples;
