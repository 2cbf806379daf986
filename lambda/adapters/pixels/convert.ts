import type { Conversion } from '../../domain/conversion.ts';
import type { ImageType } from '../../domain/image.ts';
import { decode } from './decode.ts';
import { maskAround, maskOf } from './draw-mask.ts';
import { encodePng } from './encode-png.ts';
import type { Raster } from './raster.ts';
import { scale } from './scale.ts';

/** An image as it came: its bytes, and the size that its header gives. */
export interface GivenImage {
  readonly type: ImageType;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface ConversionTask {
  readonly conversion: Conversion;
  readonly image: GivenImage | undefined;
  readonly mask: GivenImage | undefined;
}

/** What came of it: pngs, or what was wrong with which input. */
export type ConversionOutcome =
  | { readonly ok: true; readonly image?: Uint8Array<ArrayBuffer>; readonly mask?: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly param: 'image' | 'mask'; readonly problem: string };

class Unusable extends Error {
  readonly param: 'image' | 'mask';

  constructor(param: 'image' | 'mask', problem: string) {
    super(problem);
    this.param = param;
  }
}

/** Redraws the inputs of a request. Everything that is wrong with them is an outcome; whatever is thrown is a fault. */
export async function carryOutConversion({ conversion, image, mask }: ConversionTask): Promise<ConversionOutcome> {
  try {
    const redrawnImage = image && (await redrawImage(conversion, image));
    const redrawnMask = await redrawMask(conversion, mask);
    return {
      ok: true,
      ...(redrawnImage === undefined ? {} : { image: redrawnImage }),
      ...(redrawnMask === undefined ? {} : { mask: redrawnMask }),
    };
  } catch (error) {
    if (error instanceof Unusable) return { ok: false, param: error.param, problem: error.message };
    throw error;
  }
}

async function redrawImage({ canvas, view }: Conversion, given: GivenImage): Promise<Uint8Array<ArrayBuffer>> {
  const raster = await decoded('image', given, view !== 'stored');
  if (!canvas) return filling(await encodePng({ ...raster, channels: 4 }));
  const image = scale(raster, canvas.image.width, canvas.image.height);
  const data = new Uint8Array(canvas.width * canvas.height * 4);
  for (let row = 0; row < image.height; row += 1) {
    const source = image.data.subarray(row * image.width * 4, (row + 1) * image.width * 4);
    data.set(source, ((canvas.image.top + row) * canvas.width + canvas.image.left) * 4);
  }
  return filling(await encodePng({ data, width: canvas.width, height: canvas.height, channels: 4 }));
}

async function redrawMask({ canvas, maskForm }: Conversion, given: GivenImage | undefined) {
  if (maskForm === undefined) return undefined;
  if (canvas) return filling(await encodePng(maskAround(canvas, maskForm)));
  if (!given) throw new Error('A mask is to be converted, and there is none.');
  const pixels = maskOf(await decoded('mask', given, false), maskForm);
  if (!pixels) throw new Unusable('mask', 'has no transparent area: that is what would be edited.');
  return filling(await encodePng(pixels));
}

/** The pixels of an image, which must be as many as its header has promised: that is what was checked and planned by. */
async function decoded(param: 'image' | 'mask', given: GivenImage, isUpright: boolean): Promise<Raster> {
  let raster: Raster;
  try {
    raster = await decode(given.type, given.bytes, isUpright);
  } catch {
    throw new Unusable(param, `can't be decoded: it is damaged, or a kind of ${given.type} that isn't read here.`);
  }
  const sizes = [`${given.width}x${given.height}`, ...(isUpright ? [`${given.height}x${given.width}`] : [])];
  if (!sizes.includes(`${raster.width}x${raster.height}`)) {
    throw new Unusable(param, `has ${raster.width}x${raster.height} pixels, and not the size that its header gives.`);
  }
  return raster;
}

/** Bytes that fill their buffer, so that it can be handed over to another thread. */
const filling = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array<ArrayBuffer> =>
  byteLength === buffer.byteLength
    ? new Uint8Array(buffer as ArrayBuffer)
    : new Uint8Array((buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength));
