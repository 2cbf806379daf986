import type { Canvas, MaskForm } from '../../domain/images/conversion.ts';
import type { ImageType } from '../../domain/images/image.ts';
import { colourChunks } from './colour-chunks.ts';
import { decode } from './decode.ts';
import { maskAround, maskOf } from './draw-mask.ts';
import { encodePng } from './encode-png.ts';
import { paintOn } from './paint.ts';
import type { PngChunk } from './png-chunk.ts';
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

/** A given image, decoded. */
export interface DecodedImage {
  readonly raster: Raster;
  readonly orientation: number | undefined;
  /** What its pixel values mean. */
  readonly colours: readonly PngChunk[];
}

/** What is drawn, of an image in that form: an image or a mask, of the caller's or of what a canvas leaves empty. */
type Task<Image> =
  | { readonly draw: 'image'; readonly given: Image; readonly canvas: Canvas | undefined }
  | { readonly draw: 'mask'; readonly given: Image; readonly form: MaskForm }
  | { readonly draw: 'mask_of_canvas'; readonly canvas: Canvas; readonly form: MaskForm };

/** One picture to be drawn. */
export type ConversionTask = Task<GivenImage>;
/** The same, with its image decoded. */
export type DrawingTask = Task<DecodedImage>;

/** The result of a step: what it made, or what was wrong with the input. */
export type StepOutcome<Made> =
  | { readonly ok: true; readonly made: Made }
  | { readonly ok: false; readonly problem: string };

/** A png, whose bytes fill their buffer, or what was wrong with the input. */
export type DrawnPicture = StepOutcome<Uint8Array<ArrayBuffer>>;

class Unusable extends Error {}

/** Decodes an image. Any fault of the input is an outcome; an exception is a fault of ours. */
export const decodeImage = (given: GivenImage): Promise<StepOutcome<DecodedImage>> =>
  outcomeOf(async () => {
    // Before the bytes are decoded, and in buffers of their own.
    const colours = colourChunks[given.type](given.bytes).map(({ name, body }) => ({ name, body: body.slice() }));
    return { raster: await decoded(given), orientation: given.orientation, colours };
  });

/** Draws a picture of what has been decoded. */
export const drawPicture = (task: DrawingTask): Promise<DrawnPicture> =>
  outcomeOf(async () => {
    // A mask has no colours.
    const colours = task.draw === 'image' ? task.given.colours : [];
    return filling(await encodePng(drawingFor(task), colours));
  });

async function outcomeOf<Made>(work: () => Promise<Made>): Promise<StepOutcome<Made>> {
  try {
    return { ok: true, made: await work() };
  } catch (error) {
    if (error instanceof Unusable) return { ok: false, problem: error.message };
    throw error;
  }
}

function drawingFor(task: DrawingTask): Drawing {
  if (task.draw === 'mask_of_canvas') return maskAround(task.canvas, task.form);
  const raster = turnUpright(task.given.raster, task.given.orientation);
  if (task.draw === 'image') return task.canvas ? paintOn(task.canvas, raster) : drawingOf(raster);
  const mask = maskOf(raster, task.form);
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
