import type { FunctionThread, Invocation, InvocationOutcome } from './function-thread.ts';

/** The threads of one function: made on demand up to a maximum, kept warm, and replaced when they die. */
export class ThreadPool {
  private readonly create: () => FunctionThread;
  private readonly maximumThreads: number;
  private readonly threads = new Set<FunctionThread>();
  private readonly idle: FunctionThread[] = [];
  private readonly waiting: ((thread: FunctionThread | undefined) => void)[] = [];
  private stopped = false;

  constructor(maximumThreads: number, create: () => FunctionThread) {
    this.maximumThreads = maximumThreads;
    this.create = create;
  }

  /** Runs an event on a free thread, or waits for one where all are busy. Never rejects. */
  async invoke(invocation: Invocation): Promise<InvocationOutcome> {
    const thread = await this.acquire();
    if (thread === undefined) {
      return { kind: 'failed', error: { errorType: 'Sandbox.Stopped', errorMessage: 'The local stack was stopped' } };
    }
    try {
      return await thread.invoke(invocation);
    } finally {
      this.release(thread);
    }
  }

  /** Ends every thread at once; events under way end as failed, and those that wait never start. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const resolve of this.waiting.splice(0)) resolve(undefined);
    await Promise.all([...this.threads].map((thread) => thread.stop()));
  }

  private async acquire(): Promise<FunctionThread | undefined> {
    if (this.stopped) return undefined;
    for (let thread = this.idle.pop(); thread !== undefined; thread = this.idle.pop()) {
      if (thread.alive) return thread;
      this.threads.delete(thread);
    }
    if (this.threads.size < this.maximumThreads) return this.add();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private release(thread: FunctionThread): void {
    if (this.stopped) return;
    if (!thread.alive) this.threads.delete(thread);
    const next = this.waiting.shift();
    if (next !== undefined) next(thread.alive ? thread : this.add());
    else if (thread.alive) this.idle.push(thread);
  }

  private add(): FunctionThread {
    const thread = this.create();
    this.threads.add(thread);
    return thread;
  }
}
