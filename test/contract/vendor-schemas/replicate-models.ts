/**
 * The inputs of those of Replicate's models whose schemas have public copies, by name: types generated from them (flux-schnell, names and
 * numbers), and a client's checks (flux-2-pro, enums too). A schema itself comes from `GET /models/{owner}/{name}`, with a key.
 */
export interface ReplicateInputs {
  'black-forest-labs/flux-schnell': {
    prompt: string;
    aspect_ratio?: string;
    num_outputs?: number;
    num_inference_steps?: number;
    seed?: number;
    output_format?: 'webp' | 'jpg' | 'png';
    output_quality?: number;
    disable_safety_checker?: boolean;
    go_fast?: boolean;
    megapixels?: string;
  };
  'black-forest-labs/flux-2-pro': {
    prompt: string;
    input_images?: string[];
    aspect_ratio?:
      | 'match_input_image'
      | 'custom'
      | '1:1'
      | '16:9'
      | '3:2'
      | '2:3'
      | '4:5'
      | '5:4'
      | '9:16'
      | '3:4'
      | '4:3';
    resolution?: 'match_input_image' | '0.5 MP' | '1 MP' | '2 MP' | '4 MP';
    width?: number;
    height?: number;
    safety_tolerance?: number;
    seed?: number;
    output_format?: 'webp' | 'jpg' | 'png';
    output_quality?: number;
  };
}
