import type { ErrorBody } from '../../contract/errors.ts';
import type { JsonValue, Warning } from '../../domain/generation.ts';
import type { Catalog } from '../../domain/ports.ts';

/** Something that has become known of a submission. */
export interface EarlyFacts {
  /** What the client wrote for the model, which needn't be one. */
  readonly model?: JsonValue | undefined;
  readonly warnings?: readonly Warning[];
}

/**
 * Called with the facts of a submission that are known before its validation is complete; later values replace earlier
 * ones.
 */
export type Tell = (facts: EarlyFacts) => void;

/** A model's name that is safe to echo, although it is untrusted input. */
const plainName = /^[\x21-\x7e]{1,256}$/;

/** The known facts of one submission, for the answer to any failure. */
export class SubmissionFacts {
  readonly #catalog: Pick<Catalog, 'resolve'>;
  #facts: EarlyFacts = {};

  constructor(catalog: Pick<Catalog, 'resolve'>) {
    this.#catalog = catalog;
  }

  readonly tell: Tell = (facts) => {
    this.#facts = { ...this.#facts, ...facts };
  };

  /** The same failure, with the known facts of the submission for its answer. */
  about(thrown: unknown): SubmissionFault {
    const { model, warnings = [] } = this.#facts;
    const name = typeof model === 'string' && plainName.test(model) ? model : undefined;
    const provider = name === undefined ? undefined : this.#providerOf(name);
    return new SubmissionFault(thrown, {
      ...(provider === undefined ? {} : { provider }),
      ...(name === undefined ? {} : { model_requested: name }),
      ...(warnings.length === 0 ? {} : { warnings: warnings.map((warning) => ({ ...warning })) }),
    });
  }

  #providerOf(name: string): string | undefined {
    try {
      return this.#catalog.resolve(name).provider;
    } catch {
      return undefined;
    }
  }
}

/** Any failure of a submission, with the known facts of it. */
export class SubmissionFault extends Error {
  override readonly name = 'SubmissionFault';
  readonly thrown: unknown;
  /** What the error body's `extra_fields` shows. */
  readonly details: ErrorBody['extra_fields'];

  constructor(thrown: unknown, details: ErrorBody['extra_fields']) {
    super('A submission failed.', { cause: thrown });
    this.thrown = thrown;
    this.details = details;
  }
}
