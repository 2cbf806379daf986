import { GatewayError } from '../../domain/error-code.ts';
import { ProviderFailure } from '../../domain/failure.ts';
import type { Candidate, Submission, Warning } from '../../domain/generation.ts';
import type { InputImage } from '../../domain/images/image.ts';
import { withWarnings } from '../../domain/jobs/warnings.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import { accessTo, type Rights } from '../../domain/keys/virtual-key.ts';
import type { Micros } from '../../domain/money/micros.ts';
import type { Catalog, PlanRequest } from '../../domain/ports.ts';

/** What is known of a submission when its candidates are chosen. */
export interface Wanted {
  readonly model: string;
  readonly fallbacks: readonly string[];
  readonly submission: Submission;
  readonly images: readonly InputImage[];
  readonly mask: InputImage | undefined;
  /** Whether a candidate must have a price, since the caller has a budget. */
  readonly needsPrice: boolean;
}

export interface ChosenCandidates {
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** What one request to the dearest of them costs at most; 0 where no price is known. */
  readonly worst: Micros;
  readonly warnings: readonly Warning[];
}

/** Whether models without a price are refused to a caller: what they cost can't be held against a budget. */
export const needsPrice = ({ limits }: Pick<Caller, 'limits'>): boolean => (limits.budgets ?? []).length > 0;

/**
 * Works out which of the asked model and its fallbacks can serve a submission. The asked model must exist and be allowed;
 * whatever else can't serve is left out with a warning, and if nothing can, the asked model's reason is the error. Throws
 * GatewayError; `budget_exceeded` where the asked model needs a price and has none.
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
  const usable: UsableCandidate[] = [];
  const planned = usableCandidate(plan, asked, wanted);
  const obstacle = planned instanceof ProviderFailure ? planned : undefined;
  if (planned instanceof ProviderFailure) {
    warnings.push({ code: 'candidate_dropped', param: 'model', message: planned.message });
  } else usable.push(planned);
  for (const name of wanted.fallbacks) {
    const fallback = usableFallback(catalog, plan, rights, name, wanted);
    if (typeof fallback === 'string')
      warnings.push({ code: 'fallback_dropped', param: 'fallbacks', message: fallback });
    else usable.push(fallback);
  }
  const [first, ...rest] = usable.map(({ candidate }) => candidate);
  if (!first) {
    const { message = 'No model can serve this request.', param = 'model' } = obstacle ?? {};
    throw new GatewayError('unsupported_operation', message, { param });
  }
  const worst = Math.max(...usable.map((each) => each.worst));
  return { candidates: [first, ...rest], worst, warnings: withWarnings([], warnings) };
}

/** A model that can serve a submission, and what one request to it costs at most: 0 where its price is unknown. */
interface UsableCandidate {
  readonly candidate: Candidate;
  readonly worst: Micros;
}

/** The fallback's candidate, or a sentence on why it can't serve. */
function usableFallback(
  catalog: Catalog,
  plan: PlanRequest,
  rights: Rights,
  name: string,
  wanted: Wanted,
): UsableCandidate | string {
  try {
    const candidate = catalog.resolve(name);
    const refusal = keyRefusal(rights, candidate);
    if (refusal) return refusal.message;
    const usable = usableCandidate(plan, candidate, wanted);
    return usable instanceof ProviderFailure ? usable.message : usable;
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
 * The candidate, or why it can't serve the submission, found by planning the very request the worker would make. Throws
 * GatewayError for what no model can do, and where the price is needed and unknown.
 */
function usableCandidate(plan: PlanRequest, candidate: Candidate, wanted: Wanted): UsableCandidate | ProviderFailure {
  try {
    const { quote } = plan(candidate, wanted.submission, wanted.images, wanted.mask);
    if (quote === undefined && wanted.needsPrice) throw unknownPrice(candidate);
    return { candidate, worst: quote?.worst ?? 0 };
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    if (error.kind === 'unsupported') return error;
    if (error.kind === 'invalid') {
      throw new GatewayError('invalid_value', error.message, error.param === undefined ? {} : { param: error.param });
    }
    throw error;
  }
}

const unknownPrice = ({ provider, model }: Candidate): GatewayError =>
  new GatewayError(
    'budget_exceeded',
    `The price of "${provider}/${model}" is unknown, so a virtual key with a budget can't use it. Use another model, or have the stage's setting unknownPriceUsd state what an image may cost at most.`,
    { param: 'model' },
  );
