import type { FailureKind } from '../../../lambda/domain/failure.ts';
import type { Fault } from '../../../local/vendors/fault-order.ts';

interface VendorFailure {
  readonly name: string;
  readonly fault: Fault;
  /** What the gateway must take it for. */
  readonly kind: FailureKind;
  /** The status that the failure must carry, where it is the same for all vendors, or that of a request that was taken. */
  readonly statusCode?: number | 'success';
  /** True for what can't be told of an answer that is an image and nothing else. */
  readonly inJsonOnly?: boolean;
  /** True for what strikes within the bytes of an image: an answer of addresses is whole by then. */
  readonly inImagesOnly?: boolean;
}

/** Every way in which a vendor fails, as the simulator plays it in that vendor's own words. */
export const vendorFailures: readonly VendorFailure[] = [
  { name: 'a bad request', fault: { kind: 'status', status: 400 }, kind: 'invalid', statusCode: 400 },
  { name: 'a refused key', fault: { kind: 'status', status: 401 }, kind: 'auth', statusCode: 401 },
  { name: 'no money', fault: { kind: 'status', status: 402 }, kind: 'billing', statusCode: 402 },
  { name: 'a forbidden model', fault: { kind: 'status', status: 403 }, kind: 'auth', statusCode: 403 },
  { name: 'an unknown model', fault: { kind: 'status', status: 404 }, kind: 'unsupported', statusCode: 404 },
  {
    name: 'a timeout at the provider',
    fault: { kind: 'status', status: 408 },
    kind: 'unknown_outcome',
    statusCode: 408,
  },
  { name: 'a body too large', fault: { kind: 'status', status: 413 }, kind: 'unsupported', statusCode: 413 },
  { name: 'a body of the wrong type', fault: { kind: 'status', status: 415 }, kind: 'invalid', statusCode: 415 },
  { name: 'an unprocessable request', fault: { kind: 'status', status: 422 }, kind: 'invalid', statusCode: 422 },
  {
    name: 'a rate limit',
    fault: { kind: 'status', status: 429, retryAfter: 7 },
    kind: 'rate_limited',
    statusCode: 429,
  },
  {
    name: 'an exhausted quota',
    fault: { kind: 'status', status: 429, code: 'insufficient_quota' },
    kind: 'billing',
  },
  { name: 'an internal error', fault: { kind: 'status', status: 500 }, kind: 'overloaded', statusCode: 500 },
  { name: 'a bad gateway', fault: { kind: 'status', status: 502 }, kind: 'overloaded', statusCode: 502 },
  { name: 'an outage', fault: { kind: 'status', status: 503 }, kind: 'overloaded', statusCode: 503 },
  {
    name: 'a timeout behind the provider',
    fault: { kind: 'status', status: 504 },
    kind: 'unknown_outcome',
    statusCode: 504,
  },
  {
    name: 'a timeout behind its proxy',
    fault: { kind: 'status', status: 524 },
    kind: 'unknown_outcome',
    statusCode: 524,
  },
  { name: 'an overload', fault: { kind: 'status', status: 529 }, kind: 'overloaded', statusCode: 529 },
  { name: 'a redirect', fault: { kind: 'status', status: 302 }, kind: 'malformed', statusCode: 302 },
  { name: 'a refusal by moderation', fault: { kind: 'refuse' }, kind: 'refused' },
  { name: 'a connection cut before the answer', fault: { kind: 'cut_before_answer' }, kind: 'unknown_outcome' },
  {
    name: 'a connection cut at the head of the answer',
    fault: { kind: 'cut_body', afterBytes: 0 },
    kind: 'unknown_outcome',
    statusCode: 'success',
  },
  {
    name: 'a connection cut within an image',
    fault: { kind: 'cut_body', afterBytes: 5000 },
    kind: 'unknown_outcome',
    statusCode: 'success',
    inImagesOnly: true,
  },
  { name: 'a page instead of an answer', fault: { kind: 'html_200' }, kind: 'malformed' },
  { name: 'JSON cut within its head', fault: { kind: 'truncated_json', afterBytes: 20 }, kind: 'malformed' },
  {
    name: 'JSON cut within an image',
    fault: { kind: 'truncated_json', afterBytes: 5000 },
    kind: 'malformed',
    inJsonOnly: true,
  },
  { name: 'an answer without an image', fault: { kind: 'empty_data' }, kind: 'malformed', statusCode: 200 },
  { name: 'an image that is none', fault: { kind: 'wrong_image' }, kind: 'malformed' },
];
