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
} from '../../domain/ports.ts';
import type { KeyRefusalDependencies } from '../rate-limiter/key-refusal.ts';
import type { LedgerDependencies } from './close-attempt.ts';
import type { DurationRecorder } from './duration-recorder.ts';
import type { Witness } from './witness.ts';

/** All that a function needs which works on jobs: the worker of the queues, and the one of synchronous requests. */
export interface WorkerDependencies extends LedgerDependencies, KeyRefusalDependencies {
  readonly images: ImageStore;
  readonly queue: JobQueue;
  readonly virtualKeys: Pick<KeyStore, 'find'>;
  readonly catalog: Catalog;
  readonly plan: PlanRequest;
  readonly convert: ConvertImages;
  readonly provider: ProviderNamed;
  readonly fetchImage: FetchImage;
  /** Records what completed jobs took, after their end, when no caller waits any more. */
  readonly durations: DurationRecorder;
  /**
   * Watches this job being worked on.
   * @default - no witness
   */
  readonly witness?: Witness | undefined;
  readonly settings: FailureSettings;
}
