import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import {
  describeError,
  type FunctionError,
  maximumStreamedBytes,
  type ThreadReply,
  type ThreadRequest,
  type ThreadSettings,
} from './thread-messages.ts';
import { threadScript } from './thread-script.ts';

/** Takes a streamed answer, chunk by chunk. */
export interface AnswerConsumer {
  /** Takes one chunk; the function may write on when the promise settles. */
  take(bytes: Uint8Array): Promise<void>;
  /** The answer is complete. Called once at the most, and before the invocation has ended: its function may run on. */
  end(): void;
}

/**
 * The outcome of an invocation. A streamed answer has been sent to the consumer by then; it is complete only if the
 * consumer has received its end, for a function may fail before the end of its answer as well as after it.
 */
export type InvocationOutcome =
  | { readonly kind: 'answered'; readonly payload: string }
  | { readonly kind: 'streamed' }
  | { readonly kind: 'failed'; readonly error: FunctionError };

export interface ThreadOptions extends ThreadSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** One line of what the function prints. */
  readonly log: (line: string) => void;
}

export interface Invocation {
  readonly requestId: string;
  readonly traceId: string;
  readonly event: string;
  readonly consumer: AnswerConsumer;
}

/** Lambda gives a function ten seconds to load, and then once more, inside the function's own timeout. */
const initSeconds = 10;

/** One worker thread that holds a function's bundle: what an execution environment is to Lambda. */
export class FunctionThread {
  private readonly worker: Worker;
  private readonly options: ThreadOptions;
  /** Settles once the bundle is loaded, with the error where it could not be. */
  private readonly loaded = Promise.withResolvers<FunctionError | undefined>();
  private readonly initTimer: NodeJS.Timeout;
  private isLoaded = false;
  private settle: ((outcome: InvocationOutcome) => void) | undefined;
  private consumer: AnswerConsumer | undefined;
  private streamedBytes = 0;
  private death: FunctionError | undefined;

  constructor(options: ThreadOptions) {
    this.options = options;
    this.worker = createWorker(options);
    this.worker.on('message', (reply: ThreadReply) => void this.receive(reply));
    this.worker.on('error', (error) => this.die(describeDeath(error)));
    this.worker.on('exit', (code) => this.die(exitError(code)));
    const seconds = initSeconds + options.timeoutSeconds;
    const late = { errorType: 'Sandbox.Timedout', errorMessage: `Init timed out after ${seconds} seconds` };
    this.initTimer = setTimeout(() => this.kill(late), seconds * 1000);
  }

  /** False once the thread has ended; it is of no use any more then. */
  get alive(): boolean {
    return this.death === undefined;
  }

  /**
   * Runs one event, until the handler's promise settles: a streamed answer may be complete long before. Only one may
   * run at a time. Never rejects: any fault of the function is an outcome.
   */
  async invoke({ consumer, ...event }: Invocation): Promise<InvocationOutcome> {
    const loadError = await this.loaded.promise;
    // A thread may also have died between two events, of something its last one left behind.
    const error = loadError ?? this.death;
    if (error !== undefined) return { kind: 'failed', error };
    const { timeoutSeconds } = this.options;
    const outcome = Promise.withResolvers<InvocationOutcome>();
    this.settle = outcome.resolve;
    this.consumer = consumer;
    this.streamedBytes = 0;
    const timer = setTimeout(() => this.kill(timeoutError(event.requestId, timeoutSeconds)), timeoutSeconds * 1000);
    this.send({ kind: 'invoke', ...event, deadlineEpochMilliseconds: Date.now() + timeoutSeconds * 1000 });
    try {
      return await outcome.promise;
    } finally {
      clearTimeout(timer);
      this.settle = undefined;
    }
  }

  /** Terminates the thread at once, even in the middle of an invocation. */
  async stop(): Promise<void> {
    await this.kill({ errorType: 'Sandbox.Stopped', errorMessage: 'The local stack was stopped' });
  }

  private async receive(reply: ThreadReply): Promise<void> {
    switch (reply.kind) {
      case 'ready':
        this.isLoaded = true;
        clearTimeout(this.initTimer);
        return this.loaded.resolve(undefined);
      case 'chunk':
        return this.take(reply.bytes);
      case 'ended':
        return this.consumer?.end();
      case 'failed':
        if (!this.isLoaded) return this.kill(reply.error);
        return this.settle?.({ kind: 'failed', error: reply.error });
      case 'finished':
        return this.settle?.(
          reply.payload === undefined ? { kind: 'streamed' } : { kind: 'answered', payload: reply.payload },
        );
    }
  }

  private async take(bytes: Uint8Array): Promise<void> {
    this.streamedBytes += bytes.byteLength;
    if (this.streamedBytes > maximumStreamedBytes) {
      this.send({ kind: 'refused', reason: `Response payload exceeded ${maximumStreamedBytes} bytes.` });
      return;
    }
    // A consumer that fails (its client has gone) doesn't end the function, as it doesn't on Lambda.
    await this.consumer?.take(bytes).catch(() => undefined);
    this.send({ kind: 'drained' });
  }

  private send(request: ThreadRequest): void {
    if (this.alive) this.worker.postMessage(request);
  }

  private async kill(error: FunctionError): Promise<void> {
    this.die(error);
    await this.worker.terminate();
  }

  private die(error: FunctionError): void {
    this.death ??= error;
    clearTimeout(this.initTimer);
    this.loaded.resolve(this.death);
    this.settle?.({ kind: 'failed', error: this.death });
  }
}

function createWorker({ environment, log, timeoutSeconds: _, ...settings }: ThreadOptions): Worker {
  const worker = new Worker(threadScript(), {
    eval: true,
    env: { ...environment },
    workerData: settings satisfies ThreadSettings,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMegabytes },
  });
  for (const output of [worker.stdout, worker.stderr]) {
    createInterface({ input: output.setEncoding('utf8') }).on('line', log);
  }
  return worker;
}

function timeoutError(requestId: string, seconds: number): FunctionError {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage };
}

function exitError(code: number): FunctionError {
  return { errorType: 'Runtime.ExitError', errorMessage: `Error: Runtime exited with error: exit status ${code}` };
}

function describeDeath(error: unknown): FunctionError {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { errorType: 'Runtime.OutOfMemory', errorMessage: 'Error: Runtime exited: out of memory' };
  }
  return describeError(error);
}
