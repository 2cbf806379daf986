import { randomBytes, randomUUID } from 'node:crypto';
import { functionEnvironment } from './function-host/environment.ts';
import { unpackCode } from './function-host/function-code.ts';
import { type AnswerConsumer, FunctionThread, type InvocationOutcome } from './function-host/function-thread.ts';
import { maximumPayloadBytes, type Preload } from './function-host/thread-messages.ts';
import { ThreadPool } from './function-host/thread-pool.ts';
import type { FunctionPlan } from './plan/functions.ts';
import type { QueueSourcePlan } from './plan/triggers.ts';

/** Runs the functions of a stack, each from its real bundle in worker threads of its own. */
export interface FunctionHost {
  /** Threads of one function at the most, and so of batches for it. */
  readonly maximumThreads: number;
  /**
   * Runs one event (JSON text) and gives how it ended. What a function streams goes to `consumer` where there is one,
   * and is gathered into the payload where there is none. Throws only for a function the stack doesn't have.
   */
  invoke(functionName: string, event: string, consumer?: AnswerConsumer): Promise<InvocationOutcome>;
  /** Ends all threads at once. */
  stop(): Promise<void>;
}

export interface FunctionHostOptions {
  readonly functions: readonly FunctionPlan[];
  readonly queueSources: readonly QueueSourcePlan[];
  readonly awsEnvironment: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  /** What each thread loads before its function. @default nothing */
  readonly preload?: Preload;
  /** Threads of one function at the most. */
  readonly maximumThreads: number;
}

/** Prepares the functions; a thread is made with the first event that needs it. */
export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  const hosted = new Map(options.functions.map((plan) => [plan.name, hostFunction(plan, options)]));
  return {
    maximumThreads: options.maximumThreads,
    async invoke(functionName, event, consumer) {
      const target = hosted.get(functionName);
      if (target === undefined) throw new Error(`The stack has no function ${functionName}.`);
      const bytes = Buffer.byteLength(event);
      if (bytes > maximumPayloadBytes) {
        const errorMessage = `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${maximumPayloadBytes} bytes)`;
        return { kind: 'failed', error: { errorType: 'RequestEntityTooLargeException', errorMessage } };
      }
      return target.invoke(event, consumer);
    },
    async stop() {
      await Promise.all([...hosted.values()].map((target) => target.stop()));
    },
  };
}

interface HostedFunction {
  invoke(event: string, consumer: AnswerConsumer | undefined): Promise<InvocationOutcome>;
  stop(): Promise<void>;
}

function hostFunction(plan: FunctionPlan, options: FunctionHostOptions): HostedFunction {
  const code = unpackCode(plan);
  const log = (line: string) => options.log(`[${plan.name}] ${line}`);
  const environment = functionEnvironment(plan, code.directory, options.awsEnvironment);
  const pool = new ThreadPool(threadsFor(plan, options), () => {
    const { modulePath, exportName } = code;
    const { name: functionName, arn: functionArn, memoryMegabytes, timeoutSeconds } = plan;
    return new FunctionThread({
      modulePath,
      exportName,
      functionName,
      functionArn,
      memoryMegabytes,
      timeoutSeconds,
      environment,
      log,
      ...(options.preload === undefined ? {} : { preload: options.preload }),
    });
  });
  return {
    async invoke(event, consumer) {
      const gathered: Uint8Array[] = [];
      const gather: AnswerConsumer = { take: async (bytes) => void gathered.push(bytes), end() {} };
      const traceId = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')};Sampled=0`;
      const outcome = await pool.invoke({ requestId: randomUUID(), traceId, event, consumer: consumer ?? gather });
      if (outcome.kind === 'failed') log(`ERROR ${JSON.stringify(outcome.error)}`);
      const wasGathered = outcome.kind === 'streamed' && consumer === undefined;
      return wasGathered ? { kind: 'answered', payload: Buffer.concat(gathered).toString() } : outcome;
    },
    async stop() {
      await pool.stop();
      code.dispose();
    },
  };
}

/**
 * A queue's function gets as many threads as its mappings run batches; any other function what is reserved for it, as
 * far as the machine bears it. An event beyond that waits for a thread, where Lambda would refuse it.
 */
export function threadsFor(
  plan: Pick<FunctionPlan, 'name' | 'reservedConcurrency'>,
  { queueSources, maximumThreads }: Pick<FunctionHostOptions, 'queueSources' | 'maximumThreads'>,
): number {
  const limits = queueSources
    .filter(({ functionName }) => functionName === plan.name)
    .map(({ maximumConcurrency }) => maximumConcurrency ?? maximumThreads);
  if (limits.length === 0) return Math.min(maximumThreads, plan.reservedConcurrency ?? maximumThreads);
  return Math.min(
    maximumThreads,
    limits.reduce((sum, limit) => sum + limit),
  );
}
