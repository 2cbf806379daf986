import type { QuoteBody } from '../../contract/quote.ts';
import { type Micros, usdOf } from '../../domain/money/micros.ts';
import { type CandidateQuote, type SubmissionQuote, worstOf } from '../../domain/money/submission-quote.ts';
import { type ApiResponse, jsonResponse } from './api-response.ts';

/** The answer to a submission that asks for its price alone. */
export function quoteResponse(requestId: string, quote: SubmissionQuote): ApiResponse {
  const [first] = quote.candidates.map(candidateBody);
  if (!first) throw new Error('A quote has no candidate.');
  const { model, likely_usd, as_of } = first;
  const value: QuoteBody = {
    object: 'quote',
    model,
    currency: 'USD',
    likely_usd,
    worst_usd: usd(worstOf(quote)),
    as_of,
    candidates: quote.candidates.map(candidateBody),
    warnings: quote.warnings.map((warning) => ({ ...warning })),
  };
  return jsonResponse(200, requestId, { value });
}

const candidateBody = ({ candidate, imagesPerRequest, requests, price }: CandidateQuote) => ({
  model: `${candidate.provider}/${candidate.model}`,
  likely_usd: usd(price?.likely),
  worst_usd: usd(price?.worst),
  images_per_request: imagesPerRequest,
  requests,
  as_of: price?.readOn ?? null,
});

/** An unknown price is never 0. */
const usd = (micros: Micros | undefined): number | null => (micros === undefined ? null : usdOf(micros));
