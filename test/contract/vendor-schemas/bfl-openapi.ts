/**
 * The inputs of BFL's tasks, by path, from api.bfl.ai/openapi.json: Flux2FlexInputs, FluxProFillInputs and FluxProExpandInputs as docs.bfl.ml
 * shows parts of it beside its pages, Flux2Inputs and Flux2KleinInputs as the Swift code that was generated from it on 13 September 2026
 * has them (HyperProxySwift). `webp` isn't in those copies: it is what a reading of August 2026 adds for FLUX.2.
 */
export interface BflInputs {
  '/v1/flux-2-pro': Flux2 & { disable_pup?: boolean };
  '/v1/flux-2-max': Flux2 & { disable_pup?: boolean };
  '/v1/flux-2-flex': Flux2 & { prompt_upsampling?: boolean; guidance?: number; steps?: number };
  '/v1/flux-2-klein-9b': Flux2Klein;
  '/v1/flux-2-klein-4b': Flux2Klein;
  '/v1/flux-pro-1.0-fill': Tool & { mask?: string };
  '/v1/flux-pro-1.0-expand': Tool & { top?: number; bottom?: number; left?: number; right?: number };
}

interface Task {
  seed?: number;
  safety_tolerance?: number;
  webhook_url?: string;
  webhook_secret?: string;
}

interface Flux2Klein extends Task {
  prompt: string;
  width?: number;
  height?: number;
  output_format?: 'jpeg' | 'png' | 'webp';
  user?: string;
  input_image?: string;
  input_image_2?: string;
  input_image_3?: string;
  input_image_4?: string;
}

interface Flux2 extends Flux2Klein {
  input_image_5?: string;
  input_image_6?: string;
  input_image_7?: string;
  input_image_8?: string;
}

interface Tool extends Task {
  image: string;
  prompt?: string;
  steps?: number;
  prompt_upsampling?: boolean;
  guidance?: number;
  output_format?: 'jpeg' | 'png';
}
