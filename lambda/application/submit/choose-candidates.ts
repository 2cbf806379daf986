import { GatewayError } from '../../domain/error-code.ts';
import { ProviderFailure } from '../../domain/failure.ts';
import type { Candidate, Submission, Warning } from '../../domain/generation.ts';
import type { InputImage } from '../../domain/images/image.ts';
import { withWarnings } from '../../domain/jobs/warnings.ts';
import { accessTo, type Rights } from '../../domain/keys/virtual-key.ts';
import type { Catalog, PlanRequest } from '../../domain/ports.ts';

/** What is known of a submission when its candidates are chosen. */
export interface Wanted {
  readonly model: string;
  readonly fallbacks: readonly string[];
  readonly submission: Submission;
  readonly images: readonly InputImage[];
  readonly mask: InputImage | undefined;
}

export interface ChosenCandidates {
  readonly candidates: readonly [Candidate, ...Candidate[]];
  readonly warnings: readonly Warning[];
}

/**
 * Works out which of the asked model and its fallbacks can serve a submission. The asked model must exist and be allowed;
 * whatever else can't serve is left out with a warning, and if nothing can, the asked model's reason is the error.
 */
export function chooseCandidates(
  catalog: Catalog,
  plan: PlanRequest,
  rights: Rights,
  wanted: Wanted,
): ChosenCandidates {
  const asked = catalog.resolve(wanted.model);
  const refusal = keyRefusal(rights, asked);
  if (refusal) throw refusal;
  const warnings: Warning[] = [];
  const candidates: Candidate[] = [];
  const askedObstacle = planObstacle(plan, asked, wanted);
  if (askedObstacle === undefined) candidates.push(asked);
  else warnings.push({ code: 'candidate_dropped', param: 'model', message: askedObstacle.message });
  for (const name of wanted.fallbacks) {
    const fallback = usableFallback(catalog, plan, rights, name, wanted);
    if (typeof fallback === 'string')
      warnings.push({ code: 'fallback_dropped', param: 'fallbacks', message: fallback });
    else candidates.push(fallback);
  }
  const [first, ...rest] = candidates;
  if (!first) {
    const { message = 'No model can serve this request.', param = 'model' } = askedObstacle ?? {};
    throw new GatewayError('unsupported_operation', message, { param });
  }
  return { candidates: [first, ...rest], warnings: withWarnings([], warnings) };
}

/** The fallback's candidate, or a sentence on why it can't serve. */
function usableFallback(
  catalog: Catalog,
  plan: PlanRequest,
  rights: Rights,
  name: string,
  wanted: Wanted,
): Candidate | string {
  try {
    const candidate = catalog.resolve(name);
    return keyRefusal(rights, candidate)?.message ?? planObstacle(plan, candidate, wanted)?.message ?? candidate;
  } catch (error) {
    if (error instanceof GatewayError) return error.message;
    throw error;
  }
}

function keyRefusal(rights: Rights, { provider, model }: Candidate): GatewayError | undefined {
  switch (accessTo(rights, provider, model)) {
    case 'allowed':
      return undefined;
    case 'provider_blocked':
      return new GatewayError('provider_blocked', `The provider "${provider}" is not allowed for this virtual key.`, {
        param: 'model',
      });
    case 'model_blocked':
      return new GatewayError(
        'model_blocked',
        `The model "${provider}/${model}" is not allowed for this virtual key.`,
        {
          param: 'model',
        },
      );
  }
}

/**
 * Why a model can't serve the submission, found by planning the very request the worker would make. Throws GatewayError
 * for what no model can do.
 */
function planObstacle(plan: PlanRequest, candidate: Candidate, wanted: Wanted): ProviderFailure | undefined {
  try {
    plan(candidate, wanted.submission, wanted.images, wanted.mask);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    if (error.kind === 'unsupported') return error;
    if (error.kind === 'invalid') {
      throw new GatewayError('invalid_value', error.message, error.param === undefined ? {} : { param: error.param });
    }
    throw error;
  }
}
