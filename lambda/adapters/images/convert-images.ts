import type { ResourceLimits } from 'node:worker_threads';
import { ProviderFailure } from '../../domain/failure.ts';
import type { Conversion, PreparedImage } from '../../domain/images/conversion.ts';
import type { InputImage } from '../../domain/images/image.ts';
import { readImageHeader } from '../../domain/images/image-header.ts';
import type { ConvertImages, UnpreparedInputs } from '../../domain/ports.ts';
import type { ConversionTask, DrawnPicture, GivenImage } from '../pixels/convert.ts';
import { sha256 } from '../secrets/sha256.ts';

/**
 * The heap of a thread that redraws, several times what the largest picture of any shape takes. Pixels are not in it,
 * nor are the decoders: what bounds those is the size of the picture.
 */
const heapLimits: ResourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/**
 * A thread that ran out of memory would do so again. Any other end may have been the machine's, such as a thread that
 * could not be started, and so is tried once more.
 */
const maxTries = 2;

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
  const image = await redraw('image', () => taskOfImage(conversion, inputs, open), signal, limits);
  const mask = await redraw('mask', () => taskOfMask(conversion, inputs, open), signal, limits);
  return { ...(image === undefined ? {} : { image }), ...(mask === undefined ? {} : { mask }) };
}

async function taskOfImage(
  { canvas, view }: Conversion,
  { image }: UnpreparedInputs,
  open: Open,
): Promise<ConversionTask | undefined> {
  if (canvas === undefined && view === undefined) return undefined;
  const given = await givenImage(image, open);
  return { draw: 'image', given: view === 'stored' ? { ...given, orientation: undefined } : given, canvas };
}

async function taskOfMask(
  { canvas, maskForm: form }: Conversion,
  { mask }: UnpreparedInputs,
  open: Open,
): Promise<ConversionTask | undefined> {
  if (form === undefined) return undefined;
  if (canvas) return { draw: 'mask_of_canvas', canvas, form };
  if (!mask) throw new Error('The plan converts a mask, but the request has none.');
  return { draw: 'mask', given: await givenImage(mask, open), form };
}

async function givenImage(input: InputImage, open: Open): Promise<GivenImage> {
  const { type, width, height, orientation, bytes: length } = input;
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const chunk of await open(input)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { type, width, height, orientation, bytes };
}

/**
 * What a task makes; undefined where there is none. Its bytes are gone with the thread, so each try takes a new one.
 */
async function redraw(
  param: 'image' | 'mask',
  taskOf: () => Promise<ConversionTask | undefined>,
  signal: AbortSignal,
  limits: ResourceLimits,
  triesLeft = maxTries - 1,
): Promise<PreparedImage | undefined> {
  const task = await taskOf();
  if (!task) return undefined;
  const { convertInThreads } = await import('../pixels/conversion-thread.ts');
  let outcome: DrawnPicture;
  try {
    outcome = await convertInThreads(task, { signal, limits });
  } catch (error) {
    if (signal.aborted) throw error;
    if (!isOutOfMemory(error) && triesLeft > 0) return redraw(param, taskOf, signal, limits, triesLeft - 1);
    throw threadDied(param, error);
  }
  if (outcome.ok) return prepared(param, outcome.made);
  throw new ProviderFailure('invalid', `The image in "${param}" ${outcome.problem}`, { param });
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

/**
 * A thread that dies over a picture is the failure of its job, and no fault that comes again until the deadline. It is
 * `unsupported`, as is a picture with too many pixels: no provider failed, and another model may take the picture as it came.
 */
function threadDied(param: 'image' | 'mask', cause: unknown): ProviderFailure {
  const why = isOutOfMemory(cause) ? 'it needs more memory than is available' : 'the conversion stopped unexpectedly';
  return new ProviderFailure('unsupported', `The gateway can't convert the image in "${param}": ${why}.`, {
    param,
    cause,
  });
}

function prepared(name: 'image' | 'mask', bytes: Uint8Array): PreparedImage {
  const facts = readImageHeader(bytes);
  if (!facts) throw new Error(`The converted ${name} is not a readable image.`);
  const image = { ...facts, key: `redrawn/${name}.png`, bytes: bytes.length, sha256: sha256(bytes) };
  return { image, bytes };
}
