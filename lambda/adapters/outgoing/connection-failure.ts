import { ProviderFailure } from '../../domain/failure.ts';

/** What a stream is destroyed with when the request's signal fires. */
export const givenUp = (signal: AbortSignal): Error => new Error('the request was aborted', { cause: signal.reason });

/**
 * The failure of an exchange without a complete answer. `begun` says whether the connection was established: from then
 * on the provider may have received the request and done the work, so the outcome is unknown.
 */
export function failureOf(cause: unknown, begun: boolean, statusCode?: number): ProviderFailure {
  const reason = reasonOf(cause);
  return begun
    ? new ProviderFailure('unknown_outcome', `The provider's response was incomplete or missing: ${reason}.`, {
        ...withStatus(statusCode),
        cause,
      })
    : new ProviderFailure('overloaded', `The provider could not be reached: ${reason}.`, { cause });
}

/** The status as a failure's detail, where an answer had begun. */
export const withStatus = (statusCode: number | undefined) => (statusCode === undefined ? {} : { statusCode });

/** System errors by their code alone: their messages name addresses, which aren't the caller's business. */
function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (typeof code === 'string') return code;
  return cause instanceof Error && /^the /.test(cause.message) ? cause.message : 'the connection failed';
}
