import type { Candidate } from '../../domain/generation.ts';
import type { InputImage } from '../../domain/images/image.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import { withWarnings } from '../../domain/jobs/warnings.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import type { Quote } from '../../domain/money/quote.ts';
import type { CandidateQuote, SubmissionQuote } from '../../domain/money/submission-quote.ts';
import { assumedWarning } from './assume-image.ts';
import { chooseCandidates, needsPrice, type Wanted } from './choose-candidates.ts';
import type { InspectedImage } from './inspect-images.ts';
import { type InspectDependencies, inspectInputs } from './inspect-inputs.ts';
import type { PrepareJobDependencies } from './prepare-job.ts';
import { usableSubmission } from './usable-submission.ts';

export type QuoteDependencies = Pick<PrepareJobDependencies, 'catalog' | 'plan'> & InspectDependencies;

/**
 * What a submission would cost: by the candidates and the plans that the job itself would have. Reads the files that it names, and calls no
 * provider; a known answer and a limit reached count for nothing. Throws GatewayError for whatever the submission would be refused for
 * by its form, its images, its models and the caller's rights: also for a model without a price, if the caller has a budget.
 */
export async function quoteSubmission(
  dependencies: QuoteDependencies,
  caller: Pick<Caller, 'owner' | 'providers' | 'passThrough' | 'limits'>,
  received: ReceivedSubmission,
): Promise<SubmissionQuote> {
  const { catalog, plan } = dependencies;
  const usable = usableSubmission(catalog, caller, received);
  const { model, fallbacks, submission, warnings = [] } = usable;
  const inspected = await inspectInputs(dependencies, caller.owner, received);
  const images = inspected.images.map(unstored);
  const mask = inspected.mask && unstored(inspected.mask);
  const wanted: Wanted = { model, fallbacks, submission, images, mask, needsPrice: needsPrice(caller) };
  const chosen = chooseCandidates(catalog, plan, caller.providers, wanted);
  const planned = (candidate: Candidate, n: number) => plan(candidate, { ...submission, n }, images, mask);
  const quoted = (candidate: Candidate): CandidateQuote => {
    const { request, quote } = planned(candidate, submission.n);
    const left = submission.n % request.n;
    const requests = Math.ceil(submission.n / request.n);
    const quotes = Array.from({ length: requests }, (_, at) =>
      at === requests - 1 && left > 0 ? planned(candidate, left).quote : quote,
    );
    const readOn = catalog.price(candidate)?.readOn;
    return { candidate, imagesPerRequest: request.n, requests, ...priceOf(quotes, readOn) };
  };
  const [first, ...others] = chosen.candidates;
  const assumed = inspected.images.filter(({ isAssumed }) => isAssumed).map(assumedWarning);
  const ofJob = [...warnings, ...chosen.warnings, ...assumed];
  return {
    candidates: [quoted(first), ...others.map(quoted)],
    warnings: withWarnings([], [...ofJob, ...planned(first, submission.n).warnings]),
  };
}

function priceOf(quotes: readonly (Quote | undefined)[], readOn: string | undefined): Pick<CandidateQuote, 'price'> {
  const price = { likely: 0, worst: 0 };
  for (const quote of quotes) {
    if (quote?.likely === undefined) return {};
    price.likely += quote.likely;
    price.worst += quote.worst;
  }
  return readOn === undefined ? {} : { price: { ...price, readOn } };
}

/** Planning looks neither at an image's place in the bucket nor at its digest. */
const unstored = ({ source: _, ...inspected }: InspectedImage): InputImage => ({ ...inspected, key: '' });
