/**
 * Stability's models on Amazon Bedrock: InvokeModel, signed with AWS Signature Version 4 (SigV4). Sources:
 * docs.aws.amazon.com/bedrock, pages stable-image-services and model-parameters-diffusion-3-5-large with those of Core
 * and Ultra (fields, answers, `finish_reasons`), API_runtime_InvokeModel (path, max body size);
 * kalleeh/bedrock-image-mcp-server (what Core and Ultra reject). Other models are unknown here.
 */
import { readSignature, signatureFault } from './aws-signature.ts';
import { bedrockError, bedrockFailure, malformedInput, requestId } from './bedrock-errors.ts';
import { type BedrockAsked, bedrockRules, checkBedrock, type Fields, isRefusal } from './bedrock-request.ts';
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { imageText, jsonWithImages } from './image-json.ts';
import { bedrockCharge } from './prices/stability-prices.ts';
import type { ReceivedRequest } from './received-request.ts';
import { jsonAnswer, type VendorWire, type WireAnswer, type WirePlan, type WireRoute } from './vendor-wire.ts';

/** The credentials with which the functions of a local stack sign their requests to AWS. */
const localSecrets = { local: 'local' };

/** Where the models are, and where the inference profile leads. */
const regions = ['us-west-2', 'us-east-1', 'us-east-2'];
const profilePrefix = 'us.';
const maxBodyBytes = 25_000_000;

const invoke: WireRoute = {
  method: 'POST',
  path: '/model/:id/invoke',
  operation: 'invoke',
  describe: (request) => ({
    model: idOf(request).replace(profilePrefix, ''),
    prompt: String(fieldsOf(request).prompt ?? ''),
  }),
  plan: async (request) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return { kind: 'refuse', answer: refusal };
    const model = idOf(request).replace(profilePrefix, '');
    const asked = await checkBedrock(model, fieldsOf(request));
    return isRefusal(asked) ? { kind: 'refuse', answer: asked } : makeImage(model, asked);
  },
};

export const bedrock: VendorWire = {
  name: 'bedrock',
  basePath: '',
  routes: [invoke],
  authorize: (request, { profile }) => {
    const secrets = profile.awsSecrets ?? localSecrets;
    const fault = signatureFault(request, { service: 'bedrock', regions, secrets, now: Date.now() });
    return fault && bedrockError(403, fault.type, fault.message);
  },
  credential: ({ authorization }) => readSignature(authorization)?.accessKey,
  notFound: () => bedrockError(404, 'UnknownOperationException', 'The operation does not exist.'),
  failure: bedrockFailure,
  headers: requestId,
};

const idOf = ({ path }: ReceivedRequest): string => decodeURIComponent(path.split('/')[2] ?? '');

const fieldsOf = ({ body }: ReceivedRequest): Fields =>
  body.kind === 'json' && typeof body.value === 'object' && body.value !== null ? (body.value as Fields) : {};

/** The fault of a request that is rejected before its model processes it. */
function refusalOf(request: ReceivedRequest): WireAnswer | undefined {
  const { headers, body } = request;
  if (Number(headers['content-length']) > maxBodyBytes) {
    return bedrockError(413, 'RequestEntityTooLargeException', 'The request body is too large.');
  }
  if (headers['content-type'] !== 'application/json' || body.kind !== 'json') return malformedInput('it is no JSON');
  const id = idOf(request);
  const model = id.replace(profilePrefix, '');
  const rules = Object.hasOwn(bedrockRules, model) ? bedrockRules[model] : undefined;
  const region = readSignature(headers.authorization)?.region ?? '';
  const isProfile = id.startsWith(profilePrefix);
  const isThere = rules?.onDemandIn === undefined ? true : !isProfile && rules.onDemandIn.includes(region);
  if (rules === undefined || !isThere) {
    return bedrockError(400, 'ValidationException', 'The provided model identifier is invalid.');
  }
  if (isProfile || rules.onDemandIn !== undefined) return undefined;
  const message = `Invocation of model ID ${id} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`;
  return bedrockError(400, 'ValidationException', message);
}

function makeImage(model: string, asked: BedrockAsked): WirePlan {
  const { input, ...rest } = asked;
  const drawing: Drawing = {
    model,
    ...rest,
    index: 0,
    count: 1,
    compression: 90,
    transparent: model.includes('remove-background'),
    inputs: input === undefined ? [] : [input],
    vary: /variation/i.test(asked.prompt),
  };
  const headers = { 'content-type': 'application/json' };
  return {
    kind: 'make',
    charge: bedrockCharge(model),
    prompt: asked.prompt,
    images: [() => drawImage(drawing)],
    answer: async (images) => {
      const answer = { seeds: [2130420379], finish_reasons: [null], images: images.map((_, at) => imageText(at)) };
      return { status: 200, headers, body: jsonWithImages(answer, images) };
    },
    // A success without images; the reason is all there is.
    refusal: async () => jsonAnswer(200, { finish_reasons: [reasonIn(asked.prompt)] }),
  };
}

/** The finish reason for a refusal's marker in a prompt: one of moderation's three stages, or a failed model. */
function reasonIn(prompt: string): string {
  if (prompt.includes('[inference]')) return 'Inference error';
  const part = ['output image', 'input image'].find((each) => prompt.includes(`[${each}]`));
  return `Filter reason: ${part ?? 'prompt'}`;
}
