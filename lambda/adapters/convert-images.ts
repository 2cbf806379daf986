import { createHash } from 'node:crypto';
import type { ResourceLimits } from 'node:worker_threads';
import type { Conversion, PreparedImage } from '../domain/conversion.ts';
import { ProviderFailure } from '../domain/failure.ts';
import type { InputImage } from '../domain/image.ts';
import { readImageHeader } from '../domain/image-header.ts';
import type { ConvertImages, UnpreparedInputs } from '../domain/ports.ts';
import type { ConversionTask, GivenImage } from './pixels/convert.ts';

/**
 * The heap of a thread that redraws, several times what the largest picture of any shape takes. Pixels are not in it, nor
 * are the decoders: what bounds those is the size of the picture.
 */
const heapLimits: ResourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/**
 * Redraws images, one at a time whatever jobs run side by side, since decoded pixels take many times the memory of an
 * image's bytes. The code for it is loaded when the first image needs it. `limits` are those of each thread.
 */
export function createConvertImages(limits: ResourceLimits = heapLimits): ConvertImages {
  let last: Promise<unknown> = Promise.resolve();
  return (conversion, inputs, open, signal) => {
    const turn = last.then(() => convert(conversion, inputs, open, signal, limits));
    last = turn.catch(() => {});
    return turn;
  };
}

type Open = Parameters<ConvertImages>[2];

async function convert(
  conversion: Conversion,
  inputs: UnpreparedInputs,
  open: Open,
  signal: AbortSignal,
  limits: ResourceLimits,
): Promise<Awaited<ReturnType<ConvertImages>>> {
  signal.throwIfAborted();
  const imageTask = await taskOfImage(conversion, inputs, open);
  const image = imageTask && (await redraw('image', imageTask, signal, limits));
  const maskTask = await taskOfMask(conversion, inputs, open);
  const mask = maskTask && (await redraw('mask', maskTask, signal, limits));
  return { ...(image === undefined ? {} : { image }), ...(mask === undefined ? {} : { mask }) };
}

async function taskOfImage(
  { canvas, view }: Conversion,
  { image }: UnpreparedInputs,
  open: Open,
): Promise<ConversionTask | undefined> {
  if (canvas === undefined && view === undefined) return undefined;
  return { draw: 'image', given: await givenImage(image, open), canvas, isUpright: view !== 'stored' };
}

async function taskOfMask(
  { canvas, maskForm: form }: Conversion,
  { mask }: UnpreparedInputs,
  open: Open,
): Promise<ConversionTask | undefined> {
  if (form === undefined) return undefined;
  if (canvas) return { draw: 'mask_of_canvas', canvas, form };
  if (!mask) throw new Error('A mask is to be converted, and there is none.');
  return { draw: 'mask', given: await givenImage(mask, open), form };
}

async function givenImage(input: InputImage, open: Open): Promise<GivenImage> {
  const { type, width, height, bytes: length } = input;
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const chunk of await open(input)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { type, width, height, bytes };
}

/** Each picture has a thread: in one, the memory of the first picture's decoder would be added to that of the second's. */
async function redraw(
  param: 'image' | 'mask',
  task: ConversionTask,
  signal: AbortSignal,
  limits: ResourceLimits,
): Promise<PreparedImage> {
  const { convertInThread } = await import('./pixels/conversion-thread.ts');
  const outcome = await convertInThread(task, signal, limits).catch((error: unknown) => {
    throw signal.aborted ? error : threadDied(param, error);
  });
  if (outcome.ok) return prepared(param, outcome.png);
  throw new ProviderFailure('invalid', `The image in "${param}" ${outcome.problem}`, { param });
}

/**
 * A thread that dies is the failure of its job, by the table of failures, and no fault that comes again until the deadline.
 * One that ran out of memory would do so each time: `unsupported`, as for a picture with too many pixels, since another
 * model may take the picture as it came. Any other end may be the machine's, such as a thread that can't be started:
 * `overloaded`, which is tried a few times, backing off.
 */
function threadDied(param: 'image' | 'mask', cause: unknown): ProviderFailure {
  const isOutOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory
    ? new ProviderFailure('unsupported', `The ${param} can't be redrawn: it takes more memory than there is for one.`, {
        param,
        cause,
      })
    : new ProviderFailure('overloaded', `The ${param} could not be redrawn by the gateway.`, { param, cause });
}

function prepared(name: 'image' | 'mask', bytes: Uint8Array): PreparedImage {
  const facts = readImageHeader(bytes);
  if (!facts) throw new Error(`The redrawn ${name} is no image.`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { image: { ...facts, key: `redrawn/${name}.png`, bytes: bytes.length, sha256 }, bytes };
}
