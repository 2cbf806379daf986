import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { pathToFileURL } from 'node:url';
import { awslambda, createResponseStream, isStreaming } from '../local/function-host/response-stream.ts';
import { peakBytes } from './peak-bytes.ts';

/**
 * The program of a process that holds one function and nothing else: it loads the bundle that it is started with, and
 * handles one event at a time. It is bundled before it runs, so that stripping types takes no memory in it.
 */

/** One event for the function. */
export interface EventMessage {
  /** The event as JSON text. */
  readonly event: string;
  /** Epoch milliseconds by which the function would be ended. */
  readonly deadline: number;
  /** Where a streamed answer goes, as the body of a POST. */
  readonly sink: string;
}

/** What handling events took. */
export interface Use {
  /** The most memory that was ever resident in this process, in bytes. */
  readonly peakBytes: number;
  /** Processor time of the last event, in milliseconds, over all threads. */
  readonly cpuMilliseconds: number;
}

/** How it ended. */
export interface ResultMessage {
  /** The handler's answer as JSON text; absent where it was streamed or there was an error. */
  readonly payload?: string;
  readonly error?: string;
  readonly used: Use;
}

type Handler = (event: unknown, ...rest: unknown[]) => unknown;

const [, , modulePath = ''] = process.argv;

// Bundles look for the global while they are loaded, so it has to be there first.
Object.assign(globalThis, { awslambda });
const { handler } = (await import(pathToFileURL(modulePath).href)) as { handler: Handler };
process.on('message', (message: EventMessage) => void handle(message));
process.on('disconnect', () => process.exit());

async function handle({ event, deadline, sink }: EventMessage): Promise<void> {
  const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) };
  const before = process.cpuUsage();
  const result = await outcome(event, context, sink);
  const { user, system } = process.cpuUsage(before);
  const used = { peakBytes: peakBytes(), cpuMilliseconds: (user + system) / 1000 };
  process.send?.({ ...result, used } satisfies ResultMessage);
}

async function outcome(event: string, context: object, sink: string): Promise<Omit<ResultMessage, 'used'>> {
  try {
    if (!isStreaming(handler)) return { payload: JSON.stringify(await handler(JSON.parse(event), context)) };
    await stream(JSON.parse(event), context, sink);
    return {};
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Lambda's runtime, too, sends a streamed answer on as the body of one request, at the speed of the other side. */
async function stream(event: unknown, context: object, sink: string): Promise<void> {
  const outgoing = request(sink, { method: 'POST', agent: false });
  const taken = once(outgoing, 'response');
  const { stream: response, finished } = createResponseStream({
    chunk: (bytes, done) => void outgoing.write(bytes, (error) => done(error ?? undefined)),
    end: () => void outgoing.end(),
  });
  await handler(event, response, context);
  await finished;
  await taken;
}
