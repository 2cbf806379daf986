import { limits } from '../lambda/contract/limits.ts';
import { type ProviderName, providerNames } from '../lambda/contract/provider-names.ts';
import { maxConvertedPixels } from '../lambda/domain/images/conversion.ts';
import { maxImageSide } from '../lambda/domain/images/image.ts';
import type { JobOrder, RedrawnOrder } from './bench-client.ts';
import type { MeasuredFunction } from './bench-stage.ts';

export const megabyte = 1024 * 1024;
/** The job that comes first in each process. */
export const small: JobOrder = { size: '1024x1024', n: 1, responseFormat: 'url' };
/** The largest size of gpt-image-2, which as noise is a png of 25 MB. */
const large: JobOrder = { size: '3840x2160', n: 10, responseFormat: 'url' };
/** Ten of these in base64 come close to the 180 MB from which on an answer shows links instead. */
const nearTheCap: JobOrder = { size: '2560x1744', n: 10, responseFormat: 'b64_json' };

/** 15.9 million pixels, of which a canvas of the largest size that gpt-image-2 makes is drawn: as noise, a png of 10 MB. */
const extended = redrawn({ width: 4608, height: 3456, kind: 'jpeg', edit: 'extended' });

/** 48 MB, near the 50 that an uploaded file may have. */
const largePng = redrawn({ width: 4000, height: 4000, kind: 'large png', edit: 'extended' });

/** The longest picture of which not too many pixels are to be redrawn. */
const [longSide, shortSide] = [maxImageSide, Math.floor(maxConvertedPixels / maxImageSide)];

/** What is measured in one process. */
export interface Row {
  readonly title: string;
  readonly measured: MeasuredFunction;
  readonly orders: readonly JobOrder[];
  /**
   * True where `submit-job` is to accept the orders, and not to refuse them.
   * @default false
   */
  readonly isAccepted?: true;
  /**
   * What each job may add to the peak, in bytes.
   * @default 64 MB
   */
  readonly maxAddedBytes?: number;
  /** How fast the answer is read; absent: as fast as it comes. */
  readonly readerBytesPerSecond?: number;
  /** With less bytes of images or answer the row would show nothing. */
  readonly minBytes: number;
}

/**
 * The largest result of each provider's, as its wire brings it: bytes, base64 or an address. Bytes are what such an image
 * takes at the least.
 */
const largest: Readonly<Record<ProviderName, { model: string; size: string; minBytes: number }>> = {
  openai: { model: 'gpt-image-2', size: '3840x2160', minBytes: 24_000_000 },
  xai: { model: 'grok-imagine-image', size: '2048x2048', minBytes: 1_000_000 },
  gemini: { model: 'gemini-3-pro-image', size: '4096x4096', minBytes: 45_000_000 },
  vertex: { model: 'gemini-3-pro-image', size: '4096x4096', minBytes: 45_000_000 },
  bfl: { model: 'flux-2-pro', size: '2048x2048', minBytes: 1_000_000 },
  azure: { model: 'gpt-image-2', size: '3840x2160', minBytes: 24_000_000 },
  fal: { model: 'fal-ai/flux-2-pro', size: '2048x2048', minBytes: 1_000_000 },
  together: { model: 'black-forest-labs/FLUX.2-pro', size: '2048x2048', minBytes: 1_000_000 },
  stability: { model: 'stable-image-ultra', size: '1024x1024', minBytes: 1_000_000 },
  bedrock: { model: 'stability.stable-image-ultra-v1:1', size: '1024x1024', minBytes: 1_000_000 },
  replicate: { model: 'black-forest-labs/flux-2-pro', size: '2048x2048', minBytes: 1_000_000 },
  ideogram: { model: 'ideogram-v4', size: '2048x2048', minBytes: 1_000_000 },
  recraft: { model: 'recraftv4_1_pro', size: '2048x2048', minBytes: 1_000_000 },
};

const rowsOfProviders: readonly Row[] = providerNames.map((provider) => {
  const { model, size, minBytes } = largest[provider];
  const orders = [{ ...small, model: `${provider}/${model}`, size }];
  return { title: `the largest image of ${provider}`, measured: 'process-job', orders, minBytes };
});

/** As many images, of as many bytes each, as a file and an edit may have. */
const sixteen = { count: limits.images, bytes: limits.fileBytes } as const;
const ofSixteen = sixteen.count * sixteen.bytes;

/** Inputs that don't fit into a body. Those in base64 are as many and as large as the model takes in one request. */
const rowsOfInputs: readonly Row[] = [
  {
    title: 'an edit of sixteen 50 MB files',
    measured: 'process-job',
    orders: [{ ...small, largeInputs: { ...sixteen, by: 'file' } }],
    maxAddedBytes: 256 * megabyte,
    minBytes: ofSixteen,
  },
  {
    title: 'an edit of sixteen 50 MB addresses',
    measured: 'process-job',
    orders: [{ ...small, largeInputs: { ...sixteen, by: 'address' } }],
    maxAddedBytes: 256 * megabyte,
    minBytes: ofSixteen,
  },
  {
    title: 'an edit of fourteen 5 MB files in base64',
    measured: 'process-job',
    orders: [
      { ...small, model: 'gemini/gemini-3-pro-image', largeInputs: { count: 14, bytes: 5_000_000, by: 'file' } },
    ],
    maxAddedBytes: 256 * megabyte,
    minBytes: 93_000_000,
  },
  {
    title: 'accepting an edit of sixteen 50 MB files',
    measured: 'submit-job',
    orders: [{ ...small, largeInputs: { ...sixteen, by: 'file' } }],
    isAccepted: true,
    minBytes: ofSixteen,
  },
];

const rowsOfPictures: readonly Row[] = [
  {
    title: 'refusing a picture of 1 x 16,000,000',
    measured: 'submit-job',
    orders: [redrawn({ width: 1, height: 16_000_000, kind: 'png', edit: 'squared' })],
    minBytes: 15_000,
  },
  {
    title: 'refusing one of 16,000,000 x 1',
    measured: 'submit-job',
    orders: [redrawn({ width: 16_000_000, height: 1, kind: 'png', edit: 'squared' })],
    minBytes: 15_000,
  },
  {
    title: `the widest picture, ${longSide} x ${shortSide}, squared`,
    measured: 'process-job',
    orders: [redrawn({ width: longSide, height: shortSide, kind: 'jpeg', edit: 'squared' })],
    minBytes: 3_000_000,
  },
  {
    title: `the tallest, ${shortSide} x ${longSide}, squared`,
    measured: 'process-job',
    orders: [redrawn({ width: shortSide, height: longSide, kind: 'jpeg', edit: 'squared' })],
    minBytes: 3_000_000,
  },
  {
    title: 'a png of 4000 x 4000, extended',
    measured: 'process-job',
    orders: [redrawn({ width: 4000, height: 4000, kind: 'png', edit: 'extended' })],
    minBytes: 3_000_000,
  },
  {
    title: 'a turned progressive jpeg of 4000 x 4000, extended',
    measured: 'process-job',
    orders: [redrawn({ width: 4000, height: 4000, kind: 'turned progressive jpeg', edit: 'extended' })],
    minBytes: 3_000_000,
  },
  {
    title: 'such a jpeg, with a mask',
    measured: 'process-job',
    orders: [redrawn({ width: 4000, height: 4000, kind: 'turned progressive jpeg', edit: 'masked' })],
    minBytes: 3_000_000,
  },
  {
    title: 'a large png of 4000 x 4000, extended',
    measured: 'process-job',
    orders: [largePng],
    minBytes: 7_000_000,
  },
  {
    title: 'four large pngs at once',
    measured: 'process-job',
    orders: Array.from({ length: 4 }, () => largePng),
    minBytes: 28_000_000,
  },
  {
    title: 'a large turned progressive jpeg, extended',
    measured: 'process-job',
    orders: [redrawn({ width: 4000, height: 4000, kind: 'large turned progressive jpeg', edit: 'extended' })],
    minBytes: 3_000_000,
  },
  { title: 'a jpeg of 16 megapixels, extended', measured: 'process-job', orders: [extended], minBytes: 7_000_000 },
  {
    title: 'four of them at once',
    measured: 'process-job',
    orders: Array.from({ length: 4 }, () => extended),
    minBytes: 28_000_000,
  },
];

/** Each adds what it may at the most. */
export const rows: readonly Row[] = [
  { title: 'a small job', measured: 'process-job', orders: [small], minBytes: 3_000_000 },
  { title: 'ten 4K images', measured: 'process-job', orders: [large], minBytes: 240_000_000 },
  {
    title: 'an edit with a 4 MiB input',
    measured: 'process-job',
    orders: [{ ...small, inputBytes: 4 * megabyte - 4096 }],
    minBytes: 3_000_000,
  },
  {
    title: 'four jobs of three 4K images at once',
    measured: 'process-job',
    orders: Array.from({ length: 4 }, () => ({ ...large, n: 3 })),
    minBytes: 290_000_000,
  },
  ...rowsOfInputs,
  ...rowsOfPictures,
  {
    title: 'a small answer in base64',
    measured: 'get-job',
    orders: [{ ...small, responseFormat: 'b64_json' }],
    minBytes: 4_000_000,
  },
  { title: 'the largest answer in base64', measured: 'get-job', orders: [nearTheCap], minBytes: 175_000_000 },
  {
    title: 'the largest answer, to a slow reader',
    measured: 'get-job',
    orders: [nearTheCap],
    minBytes: 175_000_000,
    readerBytesPerSecond: 25_000_000,
  },
  ...rowsOfProviders,
];

function redrawn(picture: RedrawnOrder): JobOrder {
  return { ...small, redrawn: picture };
}
