import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ImageType } from '../../domain/images/image.ts';
import type { Raster } from './raster.ts';
import { stripMetadata } from './strip-metadata.ts';

/** A decoder of one format. It throws, in no agreed form, for what it can't decode. */
type Decode = (bytes: Uint8Array<ArrayBuffer>) => Promise<Raster>;

/**
 * The decoders of Squoosh, in WebAssembly, each loaded when it is needed. A bundle has the .wasm files beside it, since
 * it is `import.meta.resolve` that finds them: see lib/wasm-beside.ts.
 */
const decoders: Readonly<Record<ImageType, () => Promise<Decode>>> = {
  async png() {
    const { default: decode, init } = await import('@jsquash/png/decode.js');
    await init(await bytesAt(import.meta.resolve('@jsquash/png/codec/pkg/squoosh_png_bg.wasm')));
    return async (bytes) => rasterOf(await decode(bytes.buffer));
  },
  async jpeg() {
    const { default: decode, init } = await import('@jsquash/jpeg/decode.js');
    const wasmBinary = await bytesAt(import.meta.resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'));
    const complaints: string[] = [];
    await init({ wasmBinary, printErr: (line: string) => complaints.push(line) });
    return async (bytes) => {
      const raster = rasterOf(await decode(bytes.buffer, { preserveOrientation: false }));
      // The decoder fills the missing part of a truncated file with grey, and only prints a warning.
      if (complaints.some((line) => /premature end/i.test(line))) throw new Error('The JPEG is truncated.');
      return raster;
    };
  },
  async webp() {
    const { default: decode, init } = await import('@jsquash/webp/decode.js');
    await init({ wasmBinary: await bytesAt(import.meta.resolve('@jsquash/webp/codec/dec/webp_dec.wasm')) });
    return async (bytes) => rasterOf(await decode(bytes.buffer));
  },
};

/**
 * Decodes an image to 8 bits a channel, as it is stored: neither its orientation nor its colour profile is heeded: `turnUpright` and
 * `colourChunks` do that. `bytes` must fill its buffer, and is not to be used afterwards. Throws for what is no such image.
 */
export async function decode(type: ImageType, bytes: Uint8Array<ArrayBuffer>): Promise<Raster> {
  provideImageData();
  const decodeIt = await decoders[type]();
  return decodeIt(stripMetadata[type](bytes));
}

const bytesAt = (url: string): Promise<Buffer<ArrayBuffer>> => readFile(fileURLToPath(url));

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8ClampedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const rasterOf = ({ data, width, height }: { data: Uint8ClampedArray; width: number; height: number }): Raster => ({
  data: bytesOf(data),
  width,
  height,
});

/** The decoders answer with a browser's ImageData, which Node hasn't. */
function provideImageData(): void {
  const target = globalThis as { ImageData?: unknown };
  target.ImageData ??= class {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;

    constructor(data: Uint8ClampedArray, width: number, height: number) {
      this.data = data;
      this.width = width;
      this.height = height;
    }
  };
}
