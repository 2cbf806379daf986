import { isMainThread, parentPort, type ResourceLimits, Worker, workerData } from 'node:worker_threads';
import type { ConversionOutcome, ConversionTask } from './convert.ts';

/** Marks a thread that was started for a conversion, as opposed to any other that loads this file. */
interface ThreadOrder {
  readonly darkroomConversion: ConversionTask;
}

/**
 * Runs a conversion in a worker thread: other jobs continue meanwhile, and when the thread ends, the decoders' memory,
 * which WebAssembly never releases, is freed. The task's bytes are transferred, not copied. Throws where the thread
 * dies, with the code ERR_WORKER_OUT_OF_MEMORY where its heap exceeded the limits, and the signal's reason where that
 * fires first.
 */
export function convertInThread(
  task: ConversionTask,
  signal: AbortSignal,
  resourceLimits: ResourceLimits,
): Promise<ConversionOutcome> {
  signal.throwIfAborted();
  const order: ThreadOrder = { darkroomConversion: task };
  const transferList = task.draw === 'mask_of_canvas' ? [] : [task.given.bytes.buffer];
  // This very file, wherever a bundle has put it: as a thread's entry it does the work.
  const thread = new Worker(new URL(import.meta.url), { workerData: order, transferList, resourceLimits });
  const stop = () => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  return new Promise<ConversionOutcome>((resolve, reject) => {
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
  const { carryOutConversion } = await import('./convert.ts');
  const outcome = await carryOutConversion(workerData.darkroomConversion);
  parentPort.postMessage(outcome, outcome.ok ? [outcome.png.buffer] : []);
}
