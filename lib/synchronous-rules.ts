import { lambdaLimits } from '../lambda/domain/service-limits.ts';
import { outcomeSeconds, synchronousTimeoutSeconds } from './function-shapes.ts';
import type { StageConfig } from './stage-settings.ts';

/**
 * A sentence for each way in which the times of synchronous requests don't nest; none for a stage without them. That
 * their limit is below what API Gateway waits for a first byte is seen to by `limits.synchronousSeconds`.
 */
export function brokenSynchronous(stage: StageConfig): readonly string[] {
  if (stage.synchronousSeconds === 0) return [];
  const { synchronousSeconds, modelTimeoutSeconds, deadlineSeconds, leaseSeconds } = stage;
  const seconds = synchronousTimeoutSeconds(stage);
  const parts = `synchronousSeconds plus modelTimeoutSeconds and the time to store the outcome (${synchronousSeconds} + ${modelTimeoutSeconds} + ${outcomeSeconds(stage)})`;
  return [
    ...(seconds <= lambdaLimits.invocationSeconds
      ? []
      : [
          `${parts} must be at most ${lambdaLimits.invocationSeconds}, the longest that Lambda runs a function: a request that started just before the limit must be followed to its outcome. Lower synchronousSeconds, or set it to 0, which turns the synchronous routes off.`,
        ]),
    ...(deadlineSeconds >= seconds + leaseSeconds
      ? []
      : [
          `deadlineSeconds (${deadlineSeconds}) must be at least ${parts} plus leaseSeconds (${leaseSeconds}): a job whose function was lost needs time for a worker. Lower synchronousSeconds, or set it to 0, which turns the synchronous routes off.`,
        ]),
  ];
}
