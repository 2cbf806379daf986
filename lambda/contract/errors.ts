import * as z from 'zod/mini';
import type { ErrorCode } from '../domain/error-code.ts';

/** OpenAI's class for an error: what its SDKs and their users branch on. */
export type ErrorClass =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'insufficient_quota'
  | 'rate_limit_error'
  | 'api_error';

/** The one table of error codes: the HTTP status and the class of each. */
export const errorTable = {
  invalid_request: { status: 400, class: 'invalid_request_error' },
  invalid_value: { status: 400, class: 'invalid_request_error' },
  missing_field: { status: 400, class: 'invalid_request_error' },
  unsupported_operation: { status: 400, class: 'invalid_request_error' },
  unknown_provider: { status: 400, class: 'invalid_request_error' },
  model_retired: { status: 400, class: 'invalid_request_error' },
  stream_unsupported: { status: 400, class: 'invalid_request_error' },
  invalid_image: { status: 400, class: 'invalid_request_error' },
  virtual_key_required: { status: 401, class: 'authentication_error' },
  virtual_key_not_found: { status: 401, class: 'authentication_error' },
  invalid_token: { status: 401, class: 'authentication_error' },
  budget_exceeded: { status: 402, class: 'insufficient_quota' },
  virtual_key_blocked: { status: 403, class: 'permission_error' },
  provider_blocked: { status: 403, class: 'permission_error' },
  model_blocked: { status: 403, class: 'permission_error' },
  admin_required: { status: 403, class: 'permission_error' },
  not_found: { status: 404, class: 'invalid_request_error' },
  method_not_allowed: { status: 405, class: 'invalid_request_error' },
  idempotency_expired: { status: 409, class: 'invalid_request_error' },
  payload_too_large: { status: 413, class: 'invalid_request_error' },
  unsupported_media_type: { status: 415, class: 'invalid_request_error' },
  idempotency_mismatch: { status: 422, class: 'invalid_request_error' },
  content_refused: { status: 422, class: 'invalid_request_error' },
  rate_limited: { status: 429, class: 'rate_limit_error' },
  cancelled: { status: 499, class: 'invalid_request_error' },
  internal: { status: 500, class: 'api_error' },
  provider_error: { status: 502, class: 'api_error' },
  provider_auth: { status: 502, class: 'api_error' },
  unavailable: { status: 503, class: 'api_error' },
  provider_timeout: { status: 504, class: 'api_error' },
  deadline_exceeded: { status: 504, class: 'api_error' },
} as const satisfies Record<ErrorCode, { status: number; class: ErrorClass }>;

export const statusOf = (code: ErrorCode): number => errorTable[code].status;

const errorCodes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];
const errorClasses = [...new Set(Object.values(errorTable).map((row) => row.class))] as [ErrorClass, ...ErrorClass[]];

const costUsd = z.nullable(z.number());

/** What a job has cost, beside its attempts. */
export const jobCostFields = {
  cost_usd: z.optional(
    costUsd.check(
      z.describe(
        'US dollars for all attempts together, failed ones included; null if that of any is unknown. A result from the cache costs 0.',
      ),
    ),
  ),
  priced_on: z.optional(
    z
      .string()
      .check(
        z.describe(
          "The day (YYYY-MM-DD) of the gateway's price list, if any cost is from there rather than from a provider's response; of several days the earliest.",
        ),
      ),
  ),
};

/** One provider request of a job, as the caller sees it. */
export const attemptSchema = z.object({
  provider: z.string(),
  model: z.string(),
  started_at: z.string().check(z.describe('RFC 3339, UTC, milliseconds.')),
  count: z.optional(
    z
      .int()
      .check(
        z.describe(
          'How many consecutive requests, all refused for rate, this entry summarises, if more than one; the other fields describe the last.',
        ),
      ),
  ),
  first_started_at: z.optional(
    z.string().check(z.describe('When the first of them was sent. RFC 3339, UTC, milliseconds.')),
  ),
  latency: z.optional(
    z.int().check(z.describe('Milliseconds; absent while the request is open or its end is unknown.')),
  ),
  outcome: z
    .string()
    .check(
      z.describe(
        '`started`, `succeeded`, `abandoned` (its worker was lost), or a kind of failure such as `rate_limited`.',
      ),
    ),
  status_code: z.optional(z.int().check(z.describe("The provider's HTTP status."))),
  billed: z
    .enum(['yes', 'no', 'unknown'])
    .check(z.describe('Whether the provider charged for it, as far as is known.')),
  cost_usd: z.optional(
    costUsd.check(z.describe('US dollars, without tax and discounts; 0 if not billed, null if unknown.')),
  ),
  cost_source: z.optional(
    z
      .enum(['provider', 'price_list'])
      .check(z.describe("Whether the cost is the provider's own figure, or derived from the gateway's price list.")),
  ),
});

/** Something the caller should know, next to a result or an error. */
export const warningSchema = z.object({
  code: z.string(),
  param: z.optional(z.string().check(z.describe('The field concerned.'))),
  message: z.string(),
  count: z.optional(z.int().check(z.describe('How many warnings were left out, for the code `warnings_omitted`.'))),
});

/** The one error body: of every refusal, and in a failed or cancelled job's `error`. */
export const errorBodySchema = z.object({
  event_id: z.string().check(z.describe('The request id of the response.')),
  type: z.enum(errorCodes).check(z.describe('Repeats `error.code`.')),
  is_bifrost_error: z.boolean().check(z.describe('True if the gateway decided it, false if the provider answered it.')),
  status_code: z.int(),
  error: z.object({
    type: z.enum(errorClasses).check(z.describe("OpenAI's class for the code.")),
    code: z.enum(errorCodes),
    message: z.string().check(z.describe('What is wrong, and what to change.')),
    param: z.optional(
      z
        .string()
        .check(
          z.describe(
            'The invalid field; for a 429, the limit that was reached: `rate_limits` or `max_open_jobs`, for an upload `max_files` or `max_file_bytes`; for a 402, `budgets`, or `model` if its price is unknown. Absent if no limit of the caller was reached.',
          ),
        ),
    ),
    event_id: z.string(),
  }),
  extra_fields: z.object({
    job_id: z.optional(
      z.string().check(z.describe('The job that continues although its synchronous request has been answered.')),
    ),
    provider: z.optional(z.string()),
    model_requested: z.optional(z.string()),
    request_type: z.optional(z.string()),
    raw_request: z.optional(z.unknown().check(z.describe('The provider request that failed, if requested by header.'))),
    raw_response: z.optional(z.unknown().check(z.describe('Likewise.'))),
    ...jobCostFields,
    attempts: z.optional(z.array(attemptSchema)),
    warnings: z.optional(z.array(warningSchema)),
  }),
});

export type ErrorBody = z.infer<typeof errorBodySchema>;

/** What API Gateway answers by itself to a body that it can't hand on: the one refusal without the error body. */
export const requestTooLongSchema = z.object({ message: z.string() });

export type RequestTooLong = z.infer<typeof requestTooLongSchema>;
