import {
  isMainThread,
  parentPort,
  type ResourceLimits,
  type Transferable,
  Worker,
  workerData,
} from 'node:worker_threads';
import type { ConversionTask, DecodedImage, DrawingTask, DrawnPicture, GivenImage, StepOutcome } from './convert.ts';

/** A step of a conversion. */
type Step = { readonly decode: GivenImage } | { readonly draw: DrawingTask };

/** Marks a thread that was started for a conversion, as opposed to any other that loads this file. */
interface ThreadOrder {
  readonly darkroomConversion: Step;
}

/** When to stop a thread, and what it may take. */
interface ThreadBounds {
  readonly signal: AbortSignal;
  readonly limits: ResourceLimits;
}

/**
 * Runs the two steps of a conversion, each in a worker thread of its own: other jobs continue meanwhile, and when a
 * thread ends, its decoder's memory, which WebAssembly never releases, is freed before the next step takes any. Bytes and
 * pixels are transferred, not copied. Throws where a thread dies, with the code ERR_WORKER_OUT_OF_MEMORY where its heap
 * exceeded the limits, and the signal's reason where that fires first.
 */
export async function convertInThreads(task: ConversionTask, bounds: ThreadBounds): Promise<DrawnPicture> {
  if (task.draw === 'mask_of_canvas') return drawInThread(task, [], bounds);
  const decoded = await decodeInThread(task.given, bounds);
  if (!decoded.ok) return decoded;
  return drawInThread({ ...task, given: decoded.made }, [pixelsOf(decoded.made)], bounds);
}

const decodeInThread = (given: GivenImage, bounds: ThreadBounds): Promise<StepOutcome<DecodedImage>> =>
  runInThread({ decode: given }, [given.bytes.buffer], bounds);

const drawInThread = (task: DrawingTask, pixels: ArrayBuffer[], bounds: ThreadBounds): Promise<DrawnPicture> =>
  runInThread({ draw: task }, pixels, bounds);

const pixelsOf = ({ raster }: DecodedImage): ArrayBuffer => raster.data.buffer as ArrayBuffer;

function runInThread<Made>(
  step: Step,
  transferList: Transferable[],
  { signal, limits: resourceLimits }: ThreadBounds,
): Promise<StepOutcome<Made>> {
  signal.throwIfAborted();
  const order: ThreadOrder = { darkroomConversion: step };
  // This very file, wherever a bundle has put it: as a thread's entry it does the work.
  const thread = new Worker(new URL(import.meta.url), { workerData: order, transferList, resourceLimits });
  const stop = () => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  return new Promise<StepOutcome<Made>>((resolve, reject) => {
    const died = (error: unknown) => reject(signal.aborted ? signal.reason : error);
    thread.once('message', resolve);
    thread.once('error', died);
    thread.once('exit', (code) => died(new Error(`A conversion ended with ${code}.`)));
  }).finally(() => {
    signal.removeEventListener('abort', stop);
    return thread.terminate();
  });
}

const isOrder = (data: unknown): data is ThreadOrder =>
  typeof data === 'object' && data !== null && 'darkroomConversion' in data;

if (!isMainThread && parentPort && isOrder(workerData)) {
  const { decodeImage, drawPicture } = await import('./convert.ts');
  const step = workerData.darkroomConversion;
  if ('decode' in step) {
    const outcome = await decodeImage(step.decode);
    parentPort.postMessage(outcome, outcome.ok ? [pixelsOf(outcome.made)] : []);
  } else {
    const outcome = await drawPicture(step.draw);
    parentPort.postMessage(outcome, outcome.ok ? [outcome.made.buffer] : []);
  }
}
