import type { Candidate, EditType, ImageParameters, Operation, Quality } from './generation.ts';
import type { ModelPrice } from './money/model-price.ts';

/** How a model serves an operation: by an endpoint of its own, by another operation made to look like it, or not at all. */
export type Support = 'native' | 'emulated' | 'none';

/** What becomes of a parameter: sent as it is, sent under another name or value, left out with a warning, or a refusal. */
export type ParameterPolicy = 'sent' | 'mapped' | 'dropped' | 'refused';

export type ParameterName = keyof ImageParameters;

/**
 * Sizes a model makes. `free`: any size within bounds; `listed`: just these, as `WxH`; `ratios`: it is asked for a shape, and
 * for one of a few resolutions where it has them; `input`: always that of the input image.
 */
export type SizePolicy =
  | {
      readonly kind: 'free';
      /** Both edges are multiples of this many pixels. */
      readonly multipleOf: number;
      readonly maxEdge: number;
      /** The long edge is at most this many times the short one. */
      readonly widestRatio: number;
      readonly minPixels: number;
      readonly maxPixels: number;
    }
  | { readonly kind: 'listed'; readonly sizes: readonly string[] }
  | {
      readonly kind: 'ratios';
      /** In the provider's own words, such as `16:9`. */
      readonly ratios: readonly string[];
      /** The provider's word for each resolution, and the edge in pixels of a square picture of it. */
      readonly resolutions?: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'input' };

/** The model's own word for each quality of the contract. What is above `high` is that where the model has nothing above it. */
export type Qualities = Readonly<Record<Exclude<Quality, 'xhigh' | 'max'>, string>> & {
  readonly xhigh?: string;
  readonly max?: string;
};

/** One row of the catalogue: all that the gateway knows of a model. Code branches on a row, never on a model's name. */
export interface ModelCapabilities {
  /** The provider's own id, as sent to it. */
  readonly model: string;
  readonly operations: Readonly<Record<Operation, Support>>;
  /** How each type of edit is served; a plain edit is under `operations`. */
  readonly editTypes: Readonly<Record<EditType, Support>>;
  readonly sizes: SizePolicy;
  /** Most images that one provider request makes. */
  readonly imagesPerRequest: number;
  /** Most input images that one provider request takes. */
  readonly inputImages: number;
  /** The mask the provider wants; `none` where it takes no mask. */
  readonly mask: 'alpha' | 'white' | 'black' | 'none';
  readonly parameters: Readonly<Record<ParameterName, ParameterPolicy>>;
  /**
   * The qualities the model knows, and the nearest of them for each contract value that it lacks; `any` if unknown
   * which there are, and each is sent as it came.
   */
  readonly qualities: Qualities | 'any';
  /**
   * Whether it is of the GPT image family: asked for one image at a time, it shows partial ones on the way, and its clients read
   * images from `b64_json`.
   * @default - it is not
   */
  readonly isGptImage?: true;
  /** Typical duration of a request: the basis of `Retry-After`. */
  readonly typicalSeconds: number;
  /** When a request is given up and its outcome called unknown. */
  readonly timeoutSeconds: number;
  /**
   * What the provider charges.
   * @default - unknown
   */
  readonly price?: ModelPrice;
  /** The day (YYYY-MM-DD) the provider takes the model away, where announced. */
  readonly retiresOn?: string;
}

/** A model that its provider has taken away, and what to ask for instead. */
export interface RetiredModel {
  readonly model: string;
  readonly successor: string;
}

/** A model that a caller may use, with all that is known of it. */
export interface OfferedModel {
  readonly candidate: Candidate;
  readonly capabilities: ModelCapabilities;
}
