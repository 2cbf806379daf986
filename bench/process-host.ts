import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { build } from 'esbuild';
import { closeServer, listen } from '../local/emulators/loopback-port.ts';
import { functionEnvironment } from '../local/function-host/environment.ts';
import { unpackCode } from '../local/function-host/function-code.ts';
import type { AnswerConsumer } from '../local/function-host/function-thread.ts';
import type { FunctionHost } from '../local/function-host.ts';
import type { FunctionPlan } from '../local/plan/functions.ts';
import type { EventMessage, ResultMessage, Use } from './function-process.ts';

/** Runs each function in a process of its own, one event at a time, and knows what it took. */
export interface ProcessHost extends FunctionHost {
  /** Ends a function's process, so that its next event finds a fresh one. */
  renew(functionName: string): Promise<void>;
  /**
   * What the function's present process has used by the end of its last event, which it waits for: the caller may have a streamed
   * answer before. Throws where it had none.
   */
  used(functionName: string): Promise<Use>;
}

export interface ProcessHostOptions {
  readonly functions: readonly FunctionPlan[];
  readonly awsEnvironment: Readonly<Record<string, string>>;
  /** The path that the function's program is built to. */
  readonly programPath: string;
  /** Takes what the functions print. */
  readonly log: (text: string) => void;
}

/** Builds the functions' program and opens the place for streamed answers; a process starts with its first event. */
export async function createProcessHost(options: ProcessHostOptions): Promise<ProcessHost> {
  const { programPath, functions } = options;
  const entryPoint = new URL('function-process.ts', import.meta.url).pathname;
  await build({ entryPoints: [entryPoint], outfile: programPath, bundle: true, format: 'esm', platform: 'node' });
  const sink = await openSink();
  const running = new Map<string, FunctionProcess>();
  const renew = async (name: string): Promise<void> => {
    await running.get(name)?.stop();
    running.delete(name);
  };
  return {
    maximumThreads: 1,
    async invoke(name, event, consumer) {
      const plan = functions.find((each) => each.name === name);
      if (plan === undefined) throw new Error(`The stack has no function ${name}.`);
      const target = running.get(name) ?? new FunctionProcess(plan, options);
      running.set(name, target);
      // A streamed answer may have been read before its function has ended: its result must not be taken for the next event's.
      await target.used?.catch(() => {});
      sink.consumer = consumer;
      const deadline = Date.now() + plan.timeoutSeconds * 1000;
      const { payload, error } = await target.handle({ event, deadline, sink: sink.address });
      if (error !== undefined) return { kind: 'failed', error: { errorType: 'Error', errorMessage: error } };
      return payload === undefined ? { kind: 'streamed' } : { kind: 'answered', payload };
    },
    renew,
    async used(name) {
      const used = await running.get(name)?.used;
      if (used === undefined) throw new Error(`The function ${name} has handled nothing yet.`);
      return used;
    },
    async stop() {
      await Promise.all([...running.keys()].map(renew));
      await sink.close();
    },
  };
}

class FunctionProcess {
  /** Of the last event; rejects where the process ended before it answered. */
  used: Promise<Use> | undefined;
  private readonly child: ChildProcess;

  constructor(plan: FunctionPlan, { awsEnvironment, programPath, log }: ProcessHostOptions) {
    const { directory, modulePath } = unpackCode(plan);
    this.child = fork(programPath, [modulePath], {
      env: functionEnvironment(plan, directory, awsEnvironment),
      // Flags of the benchmark's own process are none of the function's.
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const output of [this.child.stdout, this.child.stderr]) output?.setEncoding('utf8').on('data', log);
  }

  /** Throws where the process ends before it has answered. */
  async handle(message: EventMessage): Promise<ResultMessage> {
    const result = this.exchange(message);
    this.used = result.then(({ used }) => used);
    // The error is thrown below; without a handler here it would be an unhandled rejection besides.
    this.used.catch(() => {});
    return result;
  }

  private async exchange(message: EventMessage): Promise<ResultMessage> {
    const settled = new AbortController();
    const { signal } = settled;
    try {
      const exit = once(this.child, 'exit', { signal }).then(([code]) => {
        throw new Error(`The function's process ended with ${code}.`);
      });
      const answered = once(this.child, 'message', { signal });
      this.child.send(message);
      const [result] = (await Promise.race([answered, exit])) as [ResultMessage];
      return result;
    } finally {
      settled.abort();
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}

interface Sink {
  readonly address: string;
  /** Who gets the next streamed answer; nobody where absent. */
  consumer: AnswerConsumer | undefined;
  close(): Promise<void>;
}

/** Takes streamed answers. Only one function streams at a time. */
async function openSink(): Promise<Sink> {
  const server = createServer((incoming: IncomingMessage, response) => {
    passOn(incoming, sink.consumer).then(
      () => response.end(),
      () => response.destroy(),
    );
  });
  const sink: Sink = {
    address: `http://127.0.0.1:${await listen(server, 0)}`,
    consumer: undefined,
    close: () => closeServer(server),
  };
  return sink;
}

async function passOn(incoming: IncomingMessage, consumer: AnswerConsumer | undefined): Promise<void> {
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) await consumer?.take(chunk);
  consumer?.end();
}
