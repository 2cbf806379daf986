/**
 * OpenAI's image API on Azure: one path per deployment and a version in the query, or the v1 API, where the body names
 * the deployment and no version is needed (learn.microsoft.com, "API version lifecycle"). The key is in a header of its
 * own, with v1 also in OpenAI's. No WebP. Sources: MicrosoftDocs/azure-ai-docs
 * `articles/foundry/openai/how-to/dall-e.md` and `includes/how-to-dall-e-2.md` (paths, header, formats, the error of
 * the content filter). The messages for a missing key, a missing deployment and a rate limit are those that users of
 * Azure quote; other errors are assumed to be OpenAI's.
 */
import { randomUUID } from 'node:crypto';
import { makeImages } from './openai.ts';
import { bearerKey, invalidParameter, openaiFailure } from './openai-errors.ts';
import { describeOpenai, refuse } from './openai-family.ts';
import { checkChoice, isForm, type OpenaiForm, openaiForm, textOf } from './openai-form.ts';
import { isInput, openaiInput } from './openai-input.ts';
import { checkParameters, openaiParameters } from './openai-parameters.ts';
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

const defaultDeployments = ['gpt-image-2', 'gpt-image-1.5'];
const inputRules = { maxImages: 16, maxBytes: 50 * 1024 * 1024 };

const keyOf = ({ headers }: Pick<ReceivedRequest, 'headers'>): string | undefined => {
  const key = headers['api-key'];
  return typeof key === 'string' ? key : undefined;
};

const isOfV1 = ({ path }: Pick<ReceivedRequest, 'path'>): boolean => path.startsWith('/v1/');

export const azure: VendorWire = {
  name: 'azure',
  basePath: '/openai',
  routes: (['generation', 'edit'] as const).flatMap((operation) =>
    [`/deployments/:deployment/images/${operation}s`, `/v1/images/${operation}s`].map((path) => route(path, operation)),
  ),
  authorize: (request) => {
    const key = keyOf(request) ?? (isOfV1(request) ? bearerKey(request.headers.authorization) : undefined);
    if (key !== undefined && key !== 'sk-invalid') return undefined;
    const message =
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.';
    return azureError(401, '401', message);
  },
  credential: (headers) => keyOf({ headers }) ?? bearerKey(headers.authorization),
  notFound: () => azureError(404, '404', 'Resource not found'),
  failure,
  headers: () => ({ 'apim-request-id': randomUUID() }),
};

function route(path: string, operation: 'generation' | 'edit'): WireRoute {
  return {
    method: 'POST',
    path,
    operation,
    describe: describeOpenai,
    plan: (request, vendor) => plan(request, operation, vendor),
  };
}

async function plan(
  { path, query, body }: ReceivedRequest,
  operation: 'generation' | 'edit',
  { profile }: VendorContext,
): Promise<WirePlan> {
  const isV1 = isOfV1({ path });
  const version = query.get('api-version');
  if (isV1 && ![null, 'v1', 'preview'].includes(version)) {
    return refuse(azureError(400, 'BadRequest', 'API version not supported'));
  }
  if (!isV1 && version === null) return refuse(azureError(404, '404', 'Resource not found'));
  const deployments = profile.models ?? defaultDeployments;
  const named = isV1 ? describeOpenai({ body }).model : decodeURIComponent(path.split('/')[2] ?? '');
  const deployment = named ?? '';
  if (!deployments.includes(deployment)) {
    return refuse(azureError(404, 'DeploymentNotFound', 'The API deployment for this resource does not exist.'));
  }
  // An edit in JSON is OpenAI's alone.
  if (operation === 'edit' && body.kind !== 'multipart')
    return refuse(azureError(415, '415', 'Unsupported Media Type'));
  const read = openaiForm(body);
  if (!isForm(read)) return refuse(read);
  // A path that names the deployment is enough.
  const form = { ...read, values: new Map([...read.values, ['model', deployment] as const]) };
  const refusal = checkOnAzure(form, operation, deployments);
  if (refusal !== undefined) return refuse(refusal);
  if (operation === 'generation') return makeImages(form);
  const input = await openaiInput(form, inputRules);
  return isInput(input) ? makeImages(form, input) : refuse(input);
}

function checkOnAzure(form: OpenaiForm, operation: 'generation' | 'edit', deployments: readonly string[]) {
  // The 1-series is still there, which takes it.
  const values = new Map([...form.values].filter(([name]) => name !== 'input_fidelity'));
  return (
    checkChoice(form, 'input_fidelity', ['low', 'high']) ??
    checkParameters({ ...form, values }, openaiParameters[operation], deployments) ??
    checkFormats(form)
  );
}

function checkFormats(form: OpenaiForm): WireAnswer | undefined {
  if (textOf(form, 'output_format') === 'webp') {
    return invalidParameter("Invalid value: 'webp'. Supported values are: 'png' and 'jpeg'.", 'output_format');
  }
  const other = form.files.find(({ contentType }) => !['image/png', 'image/jpeg'].includes(contentType));
  return other && invalidParameter(`Unsupported file type: '${other.contentType}'.`, 'image');
}

const azureError = (status: number, code: string, message: string): WireAnswer =>
  jsonAnswer(status, { error: { code, message } });

/** The content filter's error has a form of its own; others have OpenAI's. */
function failure(ordered: OrderedFailure): WireAnswer {
  if (ordered.code !== 'moderation_blocked') return openaiFailure(ordered);
  const message = ordered.message ?? 'Your task failed as a result of our safety system.';
  return jsonAnswer(400, { created: Math.floor(Date.now() / 1000), error: { code: 'contentFilter', message } });
}
