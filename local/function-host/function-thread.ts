import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import {
  type FunctionError,
  maximumStreamedBytes,
  type ThreadReply,
  type ThreadRequest,
  type ThreadSettings,
} from './thread-messages.ts';

/** Takes one chunk of a streamed answer; the function goes on when the promise settles. */
export type ChunkConsumer = (bytes: Uint8Array) => Promise<void>;

/** How an invocation ended. A streamed answer has gone to the consumer already. */
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
  readonly consume: ChunkConsumer;
}

/** Lambda gives a function ten seconds to load, and then once more, inside the function's own timeout. */
const initSeconds = 10;

const outOfMemory = { errorType: 'Runtime.OutOfMemory', errorMessage: 'Error: Runtime exited: out of memory' };

/** One worker thread that holds a function's bundle: what an execution environment is to Lambda. */
export class FunctionThread {
  private readonly worker: Worker;
  private readonly options: ThreadOptions;
  private readonly loaded: Promise<FunctionError | undefined>;
  private settle: ((outcome: InvocationOutcome) => void) | undefined;
  private consume: ChunkConsumer | undefined;
  private streamedBytes = 0;
  private death: FunctionError | undefined;

  constructor(options: ThreadOptions) {
    const { environment, timeoutSeconds, log, ...settings } = options;
    this.options = options;
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env: { ...environment },
      workerData: settings satisfies ThreadSettings,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: settings.memoryMegabytes },
    });
    for (const output of [this.worker.stdout, this.worker.stderr]) {
      createInterface({ input: output.setEncoding('utf8') }).on('line', log);
    }
    this.loaded = this.load(initSeconds + timeoutSeconds);
  }

  /** False once the thread has ended; it is of no use any more then. */
  get alive(): boolean {
    return this.death === undefined;
  }

  /** Runs one event. Only one may run at a time. Never rejects: whatever goes wrong in the function is an outcome. */
  async invoke(invocation: Invocation): Promise<InvocationOutcome> {
    const loadError = await this.loaded;
    if (loadError !== undefined) return { kind: 'failed', error: loadError };
    // It may have died between two events, of something its last one left behind.
    if (this.death !== undefined) return { kind: 'failed', error: this.death };
    const { timeoutSeconds } = this.options;
    const { consume, ...event } = invocation;
    this.consume = consume;
    this.streamedBytes = 0;
    const outcome = new Promise<InvocationOutcome>((resolve) => {
      this.settle = resolve;
    });
    const timer = setTimeout(() => this.timeOut(event.requestId), timeoutSeconds * 1000);
    this.send({ kind: 'invoke', ...event, deadlineEpochMilliseconds: Date.now() + timeoutSeconds * 1000 });
    return outcome.finally(() => {
      clearTimeout(timer);
      this.settle = undefined;
    });
  }

  /** Ends the thread at once, whatever it is doing. */
  async stop(): Promise<void> {
    this.die({ errorType: 'Sandbox.Stopped', errorMessage: 'The local stack was stopped' });
    await this.worker.terminate();
  }

  private async load(seconds: number): Promise<FunctionError | undefined> {
    this.worker.once('error', (error) => this.die(describeDeath(error)));
    this.worker.once('exit', (code) =>
      this.die({
        errorType: 'Runtime.ExitError',
        errorMessage: `Error: Runtime exited with error: exit status ${code}`,
      }),
    );
    const tooSlow = new AbortController();
    const late: FunctionError = {
      errorType: 'Sandbox.Timedout',
      errorMessage: `Init timed out after ${seconds} seconds`,
    };
    const first = await Promise.race([
      once(this.worker, 'message').then(([message]: ThreadReply[]) => message),
      once(this.worker, 'exit').then(() => undefined),
      delay(seconds * 1000, late, { signal: tooSlow.signal }),
    ]).catch(() => undefined);
    tooSlow.abort();
    if (first !== undefined && 'kind' in first && first.kind === 'ready') {
      this.worker.on('message', (reply: ThreadReply) => void this.receive(reply));
      return undefined;
    }
    const error =
      first === late
        ? late
        : first !== undefined && 'kind' in first && first.kind === 'failed'
          ? first.error
          : undefined;
    if (error !== undefined) this.die(error);
    void this.worker.terminate();
    return this.death ?? { errorType: 'Runtime.Unknown', errorMessage: 'The function could not be loaded' };
  }

  private async receive(reply: ThreadReply): Promise<void> {
    if (reply.kind === 'chunk') await this.take(reply.bytes);
    else if (reply.kind === 'failed') this.settle?.({ kind: 'failed', error: reply.error });
    else if (reply.kind === 'finished') {
      this.settle?.(reply.payload === undefined ? { kind: 'streamed' } : { kind: 'answered', payload: reply.payload });
    }
  }

  private async take(bytes: Uint8Array): Promise<void> {
    this.streamedBytes += bytes.byteLength;
    if (this.streamedBytes > maximumStreamedBytes) {
      this.send({ kind: 'refused', reason: `Response payload exceeded ${maximumStreamedBytes} bytes.` });
      return;
    }
    // A consumer that fails (its client has gone) doesn't end the function, as it doesn't on Lambda.
    await this.consume?.(bytes).catch(() => undefined);
    this.send({ kind: 'drained' });
  }

  private send(request: ThreadRequest): void {
    if (this.alive) this.worker.postMessage(request);
  }

  private timeOut(requestId: string): void {
    const seconds = this.options.timeoutSeconds.toFixed(2);
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
    this.die({ errorType: 'Sandbox.Timedout', errorMessage });
    void this.worker.terminate();
  }

  private die(error: FunctionError): void {
    this.death ??= error;
    this.settle?.({ kind: 'failed', error: this.death });
  }
}

function describeDeath(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: 'Runtime.ExitError', errorMessage: String(error) };
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') return outOfMemory;
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
