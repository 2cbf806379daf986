/**
 * What the wire formats of OpenAI's family have in common: base path, credential, headers, errors. Sources:
 * openai/openai-node `src/client.ts` (base URL, Bearer), platform.openai.com/docs/api-reference/debugging-requests
 * (headers).
 */
import { randomBytes } from 'node:crypto';
import { bearerKey, checkBearer, openaiError, openaiFailure } from './openai-errors.ts';
import { isForm, openaiForm, textOf } from './openai-form.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { VendorWire, WireAnswer, WirePlan } from './vendor-wire.ts';

/** All of a wire but its name and its routes. */
export const openaiFamily: Omit<VendorWire, 'name' | 'routes'> = {
  basePath: '/v1',
  authorize: ({ headers }) => checkBearer(headers.authorization),
  credential: (headers) => bearerKey(headers.authorization),
  notFound: invalidUrl,
  failure: openaiFailure,
  headers: (elapsedMilliseconds) => ({
    'x-request-id': `req_${randomBytes(16).toString('hex')}`,
    'openai-processing-ms': String(Math.round(elapsedMilliseconds)),
    'openai-version': '2020-10-01',
  }),
};

/** OpenAI's 404 for a path or a method that it doesn't have. */
export function invalidUrl({ method, path }: ReceivedRequest): WireAnswer {
  return openaiError(404, { message: `Invalid URL (${method} /v1${path})` });
}

/** Model and prompt of a request, valid or not, for the ledger. */
export function describeOpenai({ body }: Pick<ReceivedRequest, 'body'>): { model?: string; prompt?: string } {
  const form = openaiForm(body);
  if (!isForm(form)) return {};
  const model = textOf(form, 'model');
  const prompt = textOf(form, 'prompt');
  return { ...(model === undefined ? {} : { model }), ...(prompt === undefined ? {} : { prompt }) };
}

/** The plan of a request that breaks a rule. */
export function refuse(answer: WireAnswer): WirePlan {
  return { kind: 'refuse', answer };
}
