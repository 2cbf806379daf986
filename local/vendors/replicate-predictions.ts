/** A prediction as Replicate shows it, and how long its creation is held back. Sources: as those of `replicate.ts`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedRequest } from './received-request.ts';
import { replicateModels } from './replicate-models.ts';
import { isReady, type VendorTask } from './vendor-tasks.ts';
import type { VendorContext } from './vendor-wire.ts';

type Prediction = Readonly<Record<string, unknown>>;

/**
 * The prediction of a task. `unfinished` is its status while it is under way: `starting` in the answer to its creation.
 */
export async function predictionOf(
  task: VendorTask,
  vendor: VendorContext,
  unfinished: 'starting' | 'processing' = 'processing',
): Promise<Prediction> {
  const facts = factsOf(task, vendor);
  if (task.cancelled) return { ...facts, status: 'canceled', output: null, error: null };
  if (!isReady(task)) return { ...facts, status: unfinished, output: null, error: null };
  if (task.refused) {
    const error = 'The input or output was flagged as sensitive. Please try again with different inputs. (E005)';
    return { ...facts, status: 'failed', output: null, error };
  }
  const urls = task.urls ?? (await hosted(task, vendor));
  vendor.tasks.note(task, { urls });
  const output = replicateModels[task.model]?.single ? (urls[0] ?? null) : urls;
  return { ...facts, status: 'succeeded', output, error: null, metrics: { predict_time: 1.5 } };
}

/** The prediction as it is when it begins. */
export const beginningOf = (task: VendorTask, vendor: VendorContext): Prediction => ({
  ...factsOf(task, vendor),
  status: 'starting',
  output: null,
  error: null,
});

function factsOf({ id, model, input }: VendorTask, vendor: VendorContext): Prediction {
  const get = `${vendor.baseUrl()}/predictions/${id}`;
  return { id, model, version: 'hidden', input, logs: '', urls: { get, cancel: `${get}/cancel` } };
}

const hosted = (task: VendorTask, { results, profile }: VendorContext): Promise<readonly string[]> =>
  Promise.all(task.images.map(async (image) => results.add(await image(), task.format, profile.resultSeconds ?? 3600)));

/**
 * Seconds that a request's answer is held back for the end of the prediction: 60 with `Prefer: wait`, another number of
 * 1 to 60 with `wait=…`, 0 without. https://replicate.com/docs/topics/predictions/create-a-prediction#sync-mode
 */
export function waitSeconds({ headers }: Pick<ReceivedRequest, 'headers'>): number {
  const wait = /(?:^|[,;\s])wait(?:\s*=\s*(\d+))?(?=$|[,;\s])/.exec(String(headers.prefer ?? ''));
  return wait === null ? 0 : Math.min(60, Math.max(1, Number(wait[1] ?? 60)));
}

/** Settles when the task is ready, after so many seconds at the latest. It keeps no process alive. */
export async function readyWithin(task: VendorTask, seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1000;
  while (!isReady(task) && Date.now() < until) {
    const left = Math.min(task.readyAtMilliseconds, until) - Date.now();
    await sleep(Math.max(1, left), undefined, { ref: false });
  }
}
