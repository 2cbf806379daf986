import { ProviderFailure } from '../../lambda/domain/failure.ts';

/** The failure that the work throws. Throws where it throws another error, or none. */
export function failureOf(work: () => unknown): ProviderFailure {
  try {
    work();
  } catch (error) {
    if (error instanceof ProviderFailure) return error;
    throw error;
  }
  throw new Error('The work did not fail.');
}
