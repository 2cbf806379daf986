// The ports that working on a job requires, for the composition roots.

import type { KnownAnswers } from '../../domain/answers/known-answers.ts';
import type { FetchInput } from '../../domain/images/input-fetch.ts';
import type { InspectMask } from '../../domain/images/mask-pixels.ts';
import type { FailureSettings } from '../../domain/jobs/next-step.ts';
import type { KeyStore } from '../../domain/keys/key-store.ts';
import type {
  Catalog,
  ConvertImages,
  FetchImage,
  ImageStore,
  JobQueue,
  PlanRequest,
  ProviderNamed,
  StorageLinks,
} from '../../domain/ports.ts';
import type { UsageStore } from '../../domain/usage/usage-store.ts';
import type { KeyRefusalDependencies } from '../rate-limiter/key-refusal.ts';
import type { DurationRecorder } from './duration-recorder.ts';
import type { Witness } from './witness.ts';
import type { LedgerDependencies } from './write-attempt.ts';

/** Dependencies of the functions that work on jobs: `process-job` and `run-synchronously`. */
export interface WorkerDependencies extends LedgerDependencies, KeyRefusalDependencies {
  readonly usage: Pick<UsageStore, 'settle' | 'raise'>;
  readonly images: ImageStore;
  readonly answers: KnownAnswers;
  readonly queue: JobQueue;
  readonly virtualKeys: Pick<KeyStore, 'find'>;
  readonly catalog: Catalog;
  readonly plan: PlanRequest;
  readonly convert: ConvertImages;
  /**
   * Presigns addresses of inputs for providers that take them.
   * @default - none: providers get bytes
   */
  readonly links?: StorageLinks | undefined;
  readonly provider: ProviderNamed;
  readonly fetchImage: FetchImage;
  readonly fetchInput: FetchInput;
  readonly inspectMask: InspectMask;
  /** Records the durations of completed jobs, after their end, when no caller waits any more. */
  readonly durations: DurationRecorder;
  /**
   * Observes this job being worked on.
   * @default - no witness
   */
  readonly witness?: Witness | undefined;
  readonly settings: FailureSettings;
}
