import type { InputImage } from './images/image.ts';

/** What a client may ask for. */
export const operations = ['generation', 'edit', 'variation'] as const;
export type Operation = (typeof operations)[number];

/** The kinds of edit that are more than "change this picture as the prompt says". */
export const editTypes = ['inpainting', 'outpainting', 'background_removal'] as const;
export type EditType = (typeof editTypes)[number];

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
export type JsonObject = { readonly [name: string]: JsonValue };

/** One provider and model that may serve a job: the asked one, or a fallback. */
export interface Candidate {
  readonly provider: string;
  readonly model: string;
}

export type ResponseFormat = 'url' | 'b64_json';

/** The qualities that the contract has words for. */
export const qualities = ['auto', 'low', 'medium', 'high', 'xhigh', 'max', 'standard', 'hd'] as const;
export type Quality = (typeof qualities)[number];

/** The parameters that shape an image, under the contract's own field names, since warnings speak of them to the caller. */
export interface ImageParameters {
  readonly size?: string;
  readonly background?: 'transparent' | 'opaque' | 'auto';
  readonly input_fidelity?: 'low' | 'high';
  readonly partial_images?: number;
  /** One of `qualities`, or a word that only a compatible server knows. */
  readonly quality?: string;
  readonly style?: string;
  readonly moderation?: string;
  readonly aspect_ratio?: string;
  readonly resolution?: string;
  readonly output_format?: 'png' | 'webp' | 'jpeg';
  readonly output_compression?: number;
  readonly num_inference_steps?: number;
  readonly seed?: number;
  readonly negative_prompt?: string;
  readonly user?: string;
}

/** What a client asked for, validated, the same for every candidate. */
export interface Submission {
  readonly operation: Operation;
  readonly editType?: EditType;
  /** Absent for variations, and for edits whose type needs none. */
  readonly prompt?: string;
  /** How many images, 1 to 10. */
  readonly n: number;
  readonly parameters: ImageParameters;
  /** Fields the contract doesn't know: offered to the provider's mapper, and warned about if it can't take them. */
  readonly extra: JsonObject;
}

/** Something the caller should know about a result that is otherwise good. */
export interface Warning {
  readonly code: WarningCode;
  readonly param?: string;
  readonly message: string;
  /** How many warnings were left out, where the code is `warnings_omitted`. */
  readonly count?: number;
}

export type WarningCode =
  | 'param_dropped'
  | 'param_mapped'
  | 'size_adjusted'
  | 'quality_mapped'
  | 'emulated'
  | 'fallback_dropped'
  | 'candidate_dropped'
  | 'images_missing'
  | 'images_unused'
  | 'image_assumed'
  | 'response_format_changed'
  | 'stream_without_partials'
  | 'stream_restarted'
  | 'ttl_ignored'
  | 'cache_ignored'
  | 'raw_omitted'
  | 'warnings_omitted';

/** By how many pixels an outpainting extends its image on each side; none is below 0, and one at least is above. */
export interface Margins {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A submission made ready for one model: what can't be sent has been mapped or dropped, and sizes are the model's own. */
export interface ImageRequest {
  /** The provider's operation, which differs from the submission's where one is emulated by another. */
  readonly operation: Operation;
  readonly editType?: EditType;
  readonly model: string;
  readonly prompt: string;
  readonly n: number;
  /** Pixels; absent where the model is to choose. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Parameters this model takes, under the contract's names and with values it knows. */
  readonly parameters: ImageParameters;
  readonly extra: JsonObject;
  readonly images: readonly InputImage[];
  /** As large as the first image, in the form that the model's row names: what is to be edited is transparent, white or black. */
  readonly mask?: InputImage;
  /** How far an outpainting goes, where the model extends images itself. */
  readonly margins?: Margins;
  /**
   * Whether the model shows partial images of this request to a streaming caller.
   * @default - it shows none
   */
  readonly showsPartials?: true;
}

/** Token counts as a provider reports them, in OpenAI's form. */
export interface Usage {
  readonly input_tokens?: number;
  readonly input_tokens_details?: { readonly image_tokens?: number; readonly text_tokens?: number };
  readonly output_tokens?: number;
  readonly output_tokens_details?: { readonly image_tokens?: number; readonly text_tokens?: number };
  readonly total_tokens?: number;
}
