import type { FunctionName } from '../lambda/contract/environment.ts';
import { gatewayLimits } from '../lambda/domain/service-limits.ts';
import type { StageConfig } from './stage-settings.ts';

/** What a function is given to run in. */
export interface FunctionShape {
  /** Memory in MB; a function's share of a processor grows with it, and with it the speed of its cold start. */
  readonly memoryMegabytes: number;
  /** Seconds until Lambda ends an invocation. */
  readonly timeoutSeconds: number;
}

/**
 * Seconds that a synchronous request may take beyond its limit and a provider's timeout, to store its outcome. For a
 * stage with shortened times it is a fifth of the provider's timeout, in proportion.
 */
export const outcomeSeconds = ({ modelTimeoutSeconds }: Pick<StageConfig, 'modelTimeoutSeconds'>): number =>
  Math.min(60, Math.ceil(modelTimeoutSeconds / 5));

/** Timeout of a synchronous request's function: a provider that was called just before the limit may still answer. */
export const synchronousTimeoutSeconds = (
  stage: Pick<StageConfig, 'synchronousSeconds' | 'modelTimeoutSeconds'>,
): number => stage.synchronousSeconds + stage.modelTimeoutSeconds + outcomeSeconds(stage);

/**
 * Each function's memory and time. A function behind the API ends a second before API Gateway gives it up, so that its
 * own error is what the caller and the log see.
 */
export const functionShapes = (stage: StageConfig): Record<FunctionName, FunctionShape> => ({
  // It may hold an answer back for `waitSeconds`, for `Prefer: wait`.
  'submit-job': { memoryMegabytes: 1024, timeoutSeconds: gatewayLimits.bufferedSeconds - 1 },
  // The answer is due after `synchronousSeconds`. A provider request that was sent just before continues to its
  // outcome.
  'run-synchronously': {
    memoryMegabytes: stage.synchronousMemoryMegabytes,
    timeoutSeconds: synchronousTimeoutSeconds(stage),
  },
  // 180 MB of images as base64 stream at about 2 MB/s once the first megabytes are through.
  'get-job': { memoryMegabytes: 1024, timeoutSeconds: gatewayLimits.streamedIdleSeconds },
  'list-jobs': { memoryMegabytes: 512, timeoutSeconds: 10 },
  // A job that had been completed before is answered like a fetched one, images and all.
  'cancel-job': { memoryMegabytes: 1024, timeoutSeconds: gatewayLimits.streamedIdleSeconds },
  'delete-job': { memoryMegabytes: 512, timeoutSeconds: gatewayLimits.bufferedSeconds - 1 },
  'delete-answer': { memoryMegabytes: 512, timeoutSeconds: 10 },
  'get-image': { memoryMegabytes: 512, timeoutSeconds: 10 },
  'process-job': {
    memoryMegabytes: stage.processJobMemoryMegabytes,
    timeoutSeconds: stage.processJobTimeoutSeconds,
  },
  // Ten dead letters at a time, each a read and a write or two.
  'handle-dead-letter': { memoryMegabytes: 512, timeoutSeconds: 60 },
  // It ends before the next minute's sweep is due, so that two seldom race for the same jobs. Where one that is late or
  // tried again does overlap, the conditions of their writes keep them apart.
  'sweep-jobs': { memoryMegabytes: 512, timeoutSeconds: 55 },
  'list-models': { memoryMegabytes: 512, timeoutSeconds: 10 },
  'show-usage': { memoryMegabytes: 512, timeoutSeconds: 10 },
  // A direct upload is held in memory, in base64 and in bytes. A list looks for objects that are awaited.
  'manage-files': { memoryMegabytes: 512, timeoutSeconds: gatewayLimits.bufferedSeconds - 1 },
  // It may delete all jobs of a key, for as long as there is time.
  'manage-keys': { memoryMegabytes: 512, timeoutSeconds: gatewayLimits.bufferedSeconds - 1 },
  'serve-site': { memoryMegabytes: 256, timeoutSeconds: 10 },
});
