import type { EditType, Operation } from '../domain/generation.ts';
import type { ImageType } from '../domain/images/image.ts';
import type { InputLimits } from '../domain/images/input-limits.ts';
import type { ModelCapabilities, ParameterName, RetiredModel, SizePolicy } from '../domain/model.ts';

/** A parameter that a model takes only beside another: sent without it, the provider would refuse the whole request. */
export interface ParameterCondition {
  readonly param: ParameterName;
  readonly needs: { readonly param: ParameterName; readonly oneOf: readonly (string | number)[] };
}

/** Bounds of an outpainting by margins, in pixels. */
export interface OutpaintingLimits {
  /** The widest margin of one side. */
  readonly eachSide?: number;
  /** The longest edge of the extended picture. */
  readonly maxEdge?: number;
  /** Most pixels of the extended picture. */
  readonly pixels?: number;
}

/** A catalogue row with what planning a request needs to know besides. */
export interface ModelSpec extends ModelCapabilities {
  /**
   * The provider's own name of the model, deployment or endpoint, where that isn't the model's id: for all requests, or
   * by operation and type of edit.
   * @default - the model's id, as it was requested
   */
  readonly deployment?: string | Readonly<Partial<Record<Operation | EditType, string>>>;
  /** Parameters that are left out, with a warning, unless another one makes them meaningful. */
  readonly conditions?: readonly ParameterCondition[];
  /** The only values of a parameter that the model knows; another one is left out, with a warning. */
  readonly values?: Readonly<Partial<Record<ParameterName, readonly string[]>>>;
  /**
   * The only types of input images that the model takes.
   * @default - all that the gateway takes
   */
  readonly inputTypes?: readonly ImageType[];
  /**
   * How large input images, and the request with them, may be.
   * @default - as large as the gateway takes them
   */
  readonly inputLimits?: InputLimits;
  /**
   * Whether the provider takes addresses of input images, and of masks, in the fields for their bytes, and fetches them.
   * @default - it takes bytes alone
   */
  readonly takesAddresses?: true;
  /**
   * The sizes that edits make.
   * @default - those of `sizes`
   */
  readonly editSizes?: SizePolicy;
  /**
   * The max extent of the model's own outpainting; the model can't serve larger requests.
   * @default - unlimited
   */
  readonly outpaintingLimits?: OutpaintingLimits;
  /**
   * Whether the model takes a prompt. One that doesn't gets none, with a warning where the caller sent one.
   * @default true
   */
  readonly takesPrompt?: boolean;
  /** Fields beyond the contract that the adapter can send. All others are left out, with a warning. */
  readonly extras?: readonly string[];
}

/** The models of one provider's folder. */
export interface ProviderModels {
  readonly models: readonly ModelSpec[];
  /** Requests for these are refused by name, with the successor. */
  readonly retired: readonly RetiredModel[];
}
