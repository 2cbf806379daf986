/** A drawing task of a simulated vendor: one image, with everything that the picture depends on. */
export interface Drawing {
  /** Shown in the caption, e.g. `gpt-image-2`. */
  readonly model: string;
  readonly prompt: string;
  /** Pixels of the finished image. */
  readonly width: number;
  readonly height: number;
  /** Position among the images of the request, from 0, and how many there are. */
  readonly index: number;
  readonly count: number;
  readonly format: 'png' | 'webp' | 'jpeg';
  /** 0 to 100, as OpenAI's `output_compression`: the quality of webp and jpeg. */
  readonly compression: number;
  /** Whether the dependencies of the subject have alpha 0. */
  readonly transparent: boolean;
  /** The images to edit, the first being the one that counts. Empty for a generation. */
  readonly inputs: readonly Buffer[];
  /** Same size as the first input; where its alpha is 0 the input is repainted. */
  readonly mask?: Buffer;
  /** Mirrors and recolours the first input, as a variation does. */
  readonly vary?: boolean;
}

/** Uncompressed pixels, four bytes each (red, green, blue, alpha). */
export interface Picture {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
}
