import { submissionFields } from '../../../lambda/contract/submission.ts';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import {
  type Candidate,
  type EditType,
  editTypes,
  type ImageParameters,
  type JsonValue,
  type Operation,
  operations,
  type Submission,
  type Warning,
} from '../../../lambda/domain/generation.ts';
import type { ParameterName } from '../../../lambda/domain/model.ts';
import { supportOf } from '../../../lambda/planning/emulations.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createProviders } from '../../../lambda/providers/stage-providers.ts';
import { sentAsRole } from '../../support/aws-signing.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import { inputImage, memoryCall } from './memory-call.ts';
import { credentials, everyEndpoint, recordingClient, type SentRequest } from './recording-providers.ts';

/** The values that the contract documents for each parameter, or some of those that it takes. */
export const values = {
  size: ['256x256', '512x512', '1024x1024', '1792x1024', '1024x1792', '1536x1024', '1024x1536', '1000x600'],
  background: ['transparent', 'opaque', 'auto'],
  input_fidelity: ['low', 'high'],
  partial_images: [0, 2],
  quality: ['auto', 'high', 'medium', 'low', 'standard', 'hd'],
  style: ['vivid', 'anime', 'REALISTIC'],
  moderation: ['low', 'auto'],
  aspect_ratio: ['1:1', '16:9', '9:21', '1.9:1', 'wide'],
  resolution: ['512', '1K', '2K', 'large'],
  output_format: ['png', 'webp', 'jpeg'],
  output_compression: [0, 60],
  num_inference_steps: [1, 30],
  seed: [0, 42],
  negative_prompt: ['fog'],
  user: ['a customer'],
} as const satisfies { readonly [Name in ParameterName]: readonly NonNullable<ImageParameters[Name]>[] };

/** What a stage with every provider offers. */
export const catalog = createCatalog(everyEndpoint);
const plan = createPlanRequest(catalog.specOf);
const client = recordingClient();
const providers = await createProviders(everyEndpoint, client.send, { sendAsRole: sentAsRole(client.send) });
const bytes = new Map(['photo', 'mask'].map((key) => [key, pngBytes(3_000)]));
const photo = inputImage('photo', bytes.get('photo') ?? new Uint8Array());
const mask = { ...inputImage('mask', bytes.get('mask') ?? new Uint8Array()), hasAlpha: true };

/** One way in which a model may be asked. */
export interface Work {
  readonly candidate: Candidate;
  readonly operation: Operation;
  readonly editType?: EditType;
}

/** All that every model serves. */
export const works = catalog.models.flatMap((candidate): readonly (Work & { readonly title: string })[] => {
  const row = catalog.specOf(candidate);
  if (!row) return [];
  const title = (what: string) => `${candidate.provider}/${candidate.model} ${what}`;
  const plain = operations
    .filter((operation) => supportOf(row, operation, undefined) !== 'none')
    .map((operation) => ({ candidate, operation, title: title(operation) }));
  const typed = editTypes
    .filter((editType) => supportOf(row, 'edit', editType) !== 'none')
    .map((editType) => ({ candidate, operation: 'edit' as const, editType, title: title(editType) }));
  return [...plain, ...typed];
});

/** What is asked where nothing is said but what must be. */
export function barest({ operation, editType }: Work): Submission {
  const isPrompted = operation !== 'variation' && editType !== 'background_removal';
  return {
    operation,
    ...(editType === undefined ? {} : { editType }),
    ...(isPrompted ? { prompt: 'a boat' } : {}),
    n: 1,
    parameters: {},
    extra: editType === 'outpainting' ? { right: 64 } : {},
  };
}

/** A submission with one more field, which is a parameter or an extra one as the contract has it. */
export function saying(work: Work, name: string, value: JsonValue): Submission {
  const asked = barest(work);
  if (name === 'prompt') return { ...asked, prompt: String(value) };
  const isKnown = name in values && name in submissionFields[work.operation].shape;
  if (isKnown) return { ...asked, parameters: { [name]: value } };
  return { ...asked, extra: { ...asked.extra, [name]: value } };
}

/** What became of a submission. */
export interface Outcome {
  readonly refused?: string | undefined;
  readonly sent: readonly SentRequest[];
  readonly warnings: readonly Warning[];
}

/** Plans a submission for a model, and has its adapter make the request. Throws what is no failure of the provider. */
export async function outcomeOf({ candidate, operation, editType }: Work, submission: Submission): Promise<Outcome> {
  client.takenRequests();
  try {
    const images = operation === 'generation' ? [] : [photo];
    const planned = plan(candidate, submission, images, editType === 'inpainting' ? mask : undefined);
    const apiKey = credentials[candidate.provider];
    const call = memoryCall({ inputs: bytes, ...(apiKey === undefined ? {} : { apiKey }) });
    // Nothing is redrawn here, but a mask that would be is there.
    const drawn = planned.conversion?.maskForm === undefined ? {} : { mask };
    const answered = await providers(candidate.provider).start({ ...planned.request, ...drawn }, call);
    const own = answered.status === 'finished' ? answered.warnings : [];
    return { sent: client.takenRequests(), warnings: [...planned.warnings, ...own] };
  } catch (error) {
    if (error instanceof ProviderFailure) return { refused: error.message, sent: client.takenRequests(), warnings: [] };
    throw error;
  }
}
