import type { ImageRequest } from '../generation.ts';
import type { ImageFacts, InputImage } from './image.ts';
import { type RequestLimit, requestBytes } from './request-bytes.ts';

/** What input images, and the request that carries them, must keep to; the provider would refuse others. */
export interface InputLimits {
  /**
   * Pixels that each side has at least.
   * @default - any
   */
  readonly minEdge?: number;
  /**
   * Pixels that each side has at most.
   * @default - as many as the gateway takes
   */
  readonly maxEdge?: number;
  /**
   * Pixels in all, at most.
   * @default - as many as the gateway takes
   */
  readonly maxPixels?: number;
  /**
   * The long side is at most this many times the short one.
   * @default - any shape
   */
  readonly widestRatio?: number;
  /**
   * Bytes of each image's file, at most.
   * @default - as many as the gateway takes
   */
  readonly maxBytes?: number;
  /**
   * Bytes of the mask's file, at most.
   * @default - `maxBytes`
   */
  readonly maxMaskBytes?: number;
  /**
   * The request that carries all images and the mask.
   * @default - no bound is known, or images are uploaded one by one
   */
  readonly request?: RequestLimit;
}

/** The first rule that the inputs break, as a sentence, and the field that breaks it. */
export interface BrokenInputLimit {
  readonly message: string;
  readonly param: 'image' | 'mask';
}

/** What is checked of a request. */
export type CheckedRequest = Pick<ImageRequest, 'model' | 'prompt' | 'parameters' | 'extra' | 'images' | 'mask'>;

/**
 * The first limit of a model that a request breaks; undefined where none is broken. `isAddressed` says of an image whether it
 * goes out as an address instead of its bytes. Images that aren't known yet are left out.
 */
export function brokenInputLimit(
  limits: InputLimits,
  request: CheckedRequest,
  isAddressed: (image: InputImage) => boolean,
): BrokenInputLimit | undefined {
  const { model } = request;
  const images = request.images.filter(isKnown);
  const mask = request.mask && isKnown(request.mask) ? request.mask : undefined;
  for (const image of images) {
    const rule = brokenRule(limits, image);
    if (rule !== undefined) return { message: `${model} takes images ${rule}, or use another model.`, param: 'image' };
  }
  const { maxMaskBytes = limits.maxBytes ?? Number.POSITIVE_INFINITY } = limits;
  if (mask && mask.bytes > maxMaskBytes) {
    return {
      message: `${model} takes masks ${tooManyBytes(maxMaskBytes, mask.bytes)}, or use another model.`,
      param: 'mask',
    };
  }
  const inline = [...images, ...(mask ? [mask] : [])].filter((image) => !isAddressed(image));
  const message = limits.request && inline.length > 0 && brokenSum(limits.request, request, inline);
  return message === undefined || message === false ? undefined : { message, param: 'image' };
}

const isKnown = ({ isAssumed }: InputImage): boolean => isAssumed !== true;

/** The bound, what the image has, and the beginning of a sentence on what to do. */
function brokenRule(limits: InputLimits, image: ImageFacts & { readonly bytes: number }): string | undefined {
  const { width, height, bytes } = image;
  const {
    minEdge = 0,
    maxEdge = unlimited,
    maxPixels = unlimited,
    widestRatio = unlimited,
    maxBytes = unlimited,
  } = limits;
  const size = `${width}x${height}`;
  if (Math.min(width, height) < minEdge) {
    return `with sides of at least ${count(minEdge)} pixels, not ${size}. Enlarge it`;
  }
  if (Math.max(width, height) > maxEdge) {
    return `with sides of at most ${count(maxEdge)} pixels, not ${size}. Scale it down`;
  }
  if (width * height > maxPixels) {
    return `of at most ${count(maxPixels)} pixels, not ${count(width * height)} (${size}). Scale it down`;
  }
  if (Math.max(width / height, height / width) > widestRatio) {
    return `with sides of at most ${widestRatio}:1, not ${size}. Crop or pad it`;
  }
  return bytes > maxBytes ? tooManyBytes(maxBytes, bytes) : undefined;
}

const tooManyBytes = (maxBytes: number, bytes: number): string =>
  `of at most ${count(maxBytes)} bytes, not ${count(bytes)}. Send a smaller one`;

function brokenSum(limit: RequestLimit, request: CheckedRequest, inline: readonly InputImage[]): string | undefined {
  const bytes = requestBytes(limit.sends, request, inline);
  if (bytes <= limit.maxBytes) return undefined;
  const coded = limit.sends === 'base64' ? ' in base64' : '';
  return (
    `${request.model} takes requests of at most ${count(limit.maxBytes)} bytes; with the prompt and the input images` +
    `${coded} this one would have ${count(bytes)}. Send fewer or smaller images, or use another model.`
  );
}

const unlimited = Number.POSITIVE_INFINITY;

const count = (amount: number): string => amount.toLocaleString('en-US');
