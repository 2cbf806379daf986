import type { Usage, Warning } from '../generation.ts';
import type { StoredImage } from '../images/image.ts';

/** The images of a completed job, as they were when it ended. */
export interface JobResult {
  readonly images: readonly ResultImage[];
  readonly provider: string;
  readonly model: string;
  /** Milliseconds that the winning attempt took. */
  readonly latency: number;
  readonly usage?: Usage;
  /**
   * What the provider says it used, else what it was asked for.
   * @default - the choice was the model's
   */
  readonly background?: string;
  /** Likewise. */
  readonly quality?: string;
  /**
   * The provider's own name of what was asked.
   * @default - the model's id: so in items of earlier versions
   */
  readonly deployment?: string;
  readonly warnings: readonly Warning[];
  /**
   * Copied from a known answer: no provider request was made.
   * @default - the job has made its images itself
   */
  readonly cached?: true;
  /** Objects with what was sent and answered, where the caller asked for them. */
  readonly rawRequestKey?: string;
  readonly rawResponseKey?: string;
}

export interface ResultImage extends StoredImage {
  readonly revisedPrompt?: string;
}
