import { randomUUID } from 'node:crypto';
import type { ImageSource } from './image-source.ts';

/** Work that a vendor has in hand, or had. */
export interface VendorTask {
  readonly id: string;
  readonly model: string;
  readonly prompt: string;
  readonly images: readonly ImageSource[];
  /** The requested number of images. */
  readonly asked: number;
  readonly format: 'png' | 'webp' | 'jpeg';
  /** Moderation refuses the result. */
  readonly refused: boolean;
  /** When the work is done, in milliseconds of the wall clock. */
  readonly readyAtMilliseconds: number;
  readonly cancelled: boolean;
  /** The input, where the vendor repeats it in every answer. */
  readonly input?: unknown;
  /** Headers of the answer with the results. */
  readonly headers?: Record<string, string>;
  /** The URLs of the results, from the first request for them on. */
  readonly urls?: readonly string[];
}

/** The oldest goes when there are more, so that a long load test doesn't fill the memory. */
const maxTasks = 2000;

/** What a vendor that answers with tickets keeps of the work behind them. */
export class VendorTasks {
  private readonly tasks = new Map<string, VendorTask>();

  /** Begins work that takes so many seconds from now. */
  begin(seconds: number, work: Omit<VendorTask, 'id' | 'readyAtMilliseconds' | 'cancelled' | 'urls'>): VendorTask {
    const id = randomUUID();
    const task = { ...work, id, cancelled: false, readyAtMilliseconds: Date.now() + seconds * 1000 };
    this.tasks.set(id, task);
    const [oldest] = this.tasks.keys();
    if (this.tasks.size > maxTasks && oldest !== undefined) this.tasks.delete(oldest);
    return task;
  }

  find(id: string): VendorTask | undefined {
    return this.tasks.get(id);
  }

  /** Notes something on a task that is kept. */
  note(task: VendorTask, changes: Partial<Pick<VendorTask, 'cancelled' | 'urls'>>): VendorTask {
    const noted = { ...task, ...changes };
    this.tasks.set(task.id, noted);
    return noted;
  }
}

export const isReady = (task: VendorTask): boolean => Date.now() >= task.readyAtMilliseconds;
