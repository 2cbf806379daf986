import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { awslambda, createResponseStream, isStreaming } from './response-stream.ts';
import {
  describeError,
  type FunctionError,
  maximumPayloadBytes,
  type Preload,
  type ThreadReply,
  type ThreadRequest,
  type ThreadSettings,
} from './thread-messages.ts';

/** The code that runs inside a function's worker thread: it loads the bundle, then handles one event at a time. */

type Handler = (event: unknown, ...rest: unknown[]) => unknown;
type Invocation = Extract<ThreadRequest, { kind: 'invoke' }>;

const port = parentPort;
if (port === null) throw new Error('This module only runs inside a worker thread.');
const settings = workerData as ThreadSettings;
let chunkTaken: ((error?: Error) => void) | undefined;

const reply = (message: ThreadReply) => port.postMessage(message);

// Bundles look for the global while they are loaded, so it has to be there first.
Object.assign(globalThis, { awslambda });
loadHandler().then(
  (handler) => {
    port.on('message', (request: ThreadRequest) => receive(handler, request));
    reply({ kind: 'ready' });
  },
  (error) => reply({ kind: 'failed', error: describeError(error) }),
);

async function loadHandler(): Promise<Handler> {
  if (settings.preload !== undefined) await runPreload(settings.preload);
  const loaded: Record<string, unknown> = await import(pathToFileURL(settings.modulePath).href);
  const fallback = loaded.default as Record<string, unknown> | undefined;
  const handler = loaded[settings.exportName] ?? fallback?.[settings.exportName];
  if (typeof handler !== 'function') throw namedError('Runtime.HandlerNotFound', `${settings.exportName} is undefined`);
  if (!isStreaming(handler) && handler.length > 2) {
    throw namedError('Runtime.CallbackHandlerDeprecated', 'Node.js 24 functions can no longer use a callback');
  }
  return handler as Handler;
}

async function runPreload({ modulePath, data }: Preload): Promise<void> {
  const loaded: Record<string, unknown> = await import(pathToFileURL(modulePath).href);
  if (typeof loaded.preload !== 'function') throw new Error(`${modulePath} has no export called preload.`);
  await loaded.preload(data, settings.functionName);
}

function receive(handler: Handler, request: ThreadRequest): void {
  if (request.kind === 'invoke') void handle(handler, request);
  else {
    const done = chunkTaken;
    chunkTaken = undefined;
    done?.(request.kind === 'refused' ? new Error(request.reason) : undefined);
  }
}

async function handle(handler: Handler, invocation: Invocation): Promise<void> {
  process.env._X_AMZN_TRACE_ID = invocation.traceId;
  try {
    const event: unknown = JSON.parse(invocation.event);
    const context = createContext(invocation);
    if (isStreaming(handler)) {
      await stream(handler, event, context);
      reply({ kind: 'finished' });
    } else {
      reply(pack(await handler(event, context)));
    }
  } catch (error) {
    reply({ kind: 'failed', error: describeError(error) });
  }
}

/**
 * Runs a streaming handler to the end of both, its promise and its stream, in whichever order they come.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/runtime/streaming-invoke-processor.ts
 */
async function stream(handler: Handler, event: unknown, context: object): Promise<void> {
  const answer = createResponseStream({
    chunk(bytes, done) {
      chunkTaken = done;
      port?.postMessage({ kind: 'chunk', bytes } satisfies ThreadReply, [bytes.buffer as ArrayBuffer]);
    },
    end: () => reply({ kind: 'ended' }),
  });
  try {
    const running = handler(event, answer.stream, context);
    if (!isPromise(running)) throw new Error('Streaming does not support non-async handlers.');
    await running;
    // Not before: like Lambda's runtime, which is ended by a stream that breaks while the handler is at work.
    await answer.finished;
  } catch (error) {
    await answer.fail();
    throw error;
  }
}

const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

function pack(result: unknown): ThreadReply {
  const payload = JSON.stringify(result) ?? 'null';
  if (Buffer.byteLength(payload) <= maximumPayloadBytes) return { kind: 'finished', payload };
  const error: FunctionError = {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${maximumPayloadBytes} bytes).`,
  };
  return { kind: 'failed', error };
}

function createContext(invocation: Invocation): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMegabytes),
    awsRequestId: invocation.requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineEpochMilliseconds - Date.now()),
  };
}

function namedError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
