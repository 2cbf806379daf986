/**
 * The forms of Ideogram's v1 API, by path, as its OpenAPI document has them (api-evangelist/ideogram
 * `openapi/ideogram-subpackage-generate-api-openapi.yml`, commit 6fa70a4). It doesn't have Ideogram 4.
 */
export interface IdeogramForms {
  '/v1/ideogram-v3/generate': Styled & Shaped & { prompt: string; negative_prompt?: string; custom_model_uri?: string };
  '/v1/ideogram-v3/generate-transparent': Made & {
    prompt: string;
    upscale_factor?: 'X1' | 'X2' | 'X4';
    aspect_ratio?: AspectRatio;
    rendering_speed?: 'TURBO' | 'DEFAULT' | 'QUALITY';
    negative_prompt?: string;
  };
  '/v1/ideogram-v3/inpaint': Styled & { image: File; mask: File; prompt: string };
  '/v1/ideogram-v3/remix': Styled &
    Shaped & { image: File; prompt: string; image_weight?: number; negative_prompt?: string };
  '/v1/remove-background': { image: File };
  '/v1/edit': Made &
    Shaped & { prompt: string; images?: File[]; image_urls?: string[]; transparent_background?: boolean };
}

interface Made {
  seed?: number;
  num_images?: number;
  magic_prompt?: 'AUTO' | 'ON' | 'OFF';
}

interface Styled extends Made {
  rendering_speed?: 'FLASH' | 'TURBO' | 'DEFAULT' | 'QUALITY';
  color_palette?: { name: PaletteName } | { members: { color_hex: string; color_weight?: number }[] };
  style_codes?: string[];
  style_type?: 'AUTO' | 'GENERAL' | 'REALISTIC' | 'DESIGN' | 'FICTION';
  style_preset?: string;
  style_reference_images?: File[];
  character_reference_images?: File[];
  character_reference_images_mask?: File[];
}

interface Shaped {
  resolution?: Resolution;
  aspect_ratio?: AspectRatio;
}

type PaletteName = 'EMBER' | 'FRESH' | 'JUNGLE' | 'MAGIC' | 'MELON' | 'MOSAIC' | 'PASTEL' | 'ULTRAMARINE';

type AspectRatio =
  | '1x3'
  | '3x1'
  | '1x2'
  | '2x1'
  | '9x16'
  | '16x9'
  | '10x16'
  | '16x10'
  | '2x3'
  | '3x2'
  | '3x4'
  | '4x3'
  | '4x5'
  | '5x4'
  | '1x1';

type Resolution =
  | '512x1536'
  | `576x${1408 | 1472 | 1536}`
  | `640x${1344 | 1408 | 1472 | 1536}`
  | `704x${1152 | 1216 | 1280 | 1344 | 1408 | 1472}`
  | '736x1312'
  | `768x${1088 | 1216 | 1280 | 1344}`
  | '800x1280'
  | `832x${960 | 1024 | 1088 | 1152 | 1216 | 1248}`
  | '864x1152'
  | `896x${960 | 1024 | 1088 | 1120 | 1152}`
  | `960x${832 | 896 | 1024 | 1088}`
  | `1024x${832 | 896 | 960 | 1024}`
  | `1088x${768 | 832 | 896 | 960}`
  | '1120x896'
  | `1152x${704 | 832 | 864 | 896}`
  | `1216x${704 | 768 | 832}`
  | '1248x832'
  | `1280x${704 | 768 | 800}`
  | '1312x736'
  | `1344x${640 | 704 | 768}`
  | `1408x${576 | 640 | 704}`
  | `1472x${576 | 640 | 704}`
  | `1536x${512 | 576 | 640}`;
