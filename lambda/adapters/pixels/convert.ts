import type { Canvas, MaskForm } from '../../domain/images/conversion.ts';
import type { ImageType } from '../../domain/images/image.ts';
import { colourChunks } from './colour-chunks.ts';
import { decode } from './decode.ts';
import { maskAround, maskOf } from './draw-mask.ts';
import { encodePng } from './encode-png.ts';
import { paintOn } from './paint.ts';
import { type Drawing, drawingOf, type Raster } from './raster.ts';
import { turnUpright } from './turn.ts';

/** An image as received: its bytes, which fill their buffer, and its parsed header. */
export interface GivenImage {
  readonly type: ImageType;
  readonly width: number;
  readonly height: number;
  /** The EXIF orientation by which it is to be turned; undefined where it is drawn as it is stored. */
  readonly orientation: number | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One picture to be drawn: an image or a mask, of the caller's or of what a canvas leaves empty. */
export type ConversionTask =
  | { readonly draw: 'image'; readonly given: GivenImage; readonly canvas: Canvas | undefined }
  | { readonly draw: 'mask'; readonly given: GivenImage; readonly form: MaskForm }
  | { readonly draw: 'mask_of_canvas'; readonly canvas: Canvas; readonly form: MaskForm };

/** The result of a conversion: a PNG, or what was wrong with the input. */
export type ConversionOutcome =
  | { readonly ok: true; readonly png: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly problem: string };

class Unusable extends Error {}

/** Converts an image. Any fault of the input is an outcome; an exception is a fault of ours. */
export async function carryOutConversion(task: ConversionTask): Promise<ConversionOutcome> {
  try {
    // Before its bytes are decoded. A mask has no colours.
    const colours = task.draw === 'image' ? colourChunks[task.given.type](task.given.bytes) : [];
    return { ok: true, png: filling(await encodePng(await drawingFor(task), colours)) };
  } catch (error) {
    if (error instanceof Unusable) return { ok: false, problem: error.message };
    throw error;
  }
}

async function drawingFor(task: ConversionTask): Promise<Drawing> {
  if (task.draw === 'mask_of_canvas') return maskAround(task.canvas, task.form);
  if (task.draw === 'image') {
    const raster = turnUpright(await decoded(task.given), task.given.orientation);
    return task.canvas ? paintOn(task.canvas, raster) : drawingOf(raster);
  }
  const mask = maskOf(turnUpright(await decoded(task.given), task.given.orientation), task.form);
  if (!mask) throw new Unusable('has no transparent area. Make the area to edit transparent.');
  return mask;
}

/**
 * The pixels of an image, which must be as many as its header has promised: that is what was checked and planned by.
 */
async function decoded(given: GivenImage): Promise<Raster> {
  let raster: Raster;
  try {
    raster = await decode(given.type, given.bytes);
  } catch {
    throw new Unusable(`can't be decoded: it is damaged, or an unsupported kind of ${given.type}.`);
  }
  if (raster.width !== given.width || raster.height !== given.height) {
    throw new Unusable(`has ${raster.width}x${raster.height} pixels, which is not the size in its header.`);
  }
  return raster;
}

/** Bytes that fill their buffer, so that it can be transferred to another thread. */
const filling = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array<ArrayBuffer> =>
  byteLength === buffer.byteLength
    ? new Uint8Array(buffer as ArrayBuffer)
    : new Uint8Array((buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength));
