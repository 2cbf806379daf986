/** The largest event and the largest buffered answer of a synchronous invocation, in bytes. */
export const maximumPayloadBytes = 6_291_556;

/** The largest answer of a streaming invocation, in bytes. */
export const maximumStreamedBytes = 200 * 1024 * 1024;

/** A caller's module that a thread loads before its function, as Node's own `--import` does. */
export interface Preload {
  /** The absolute path of a module whose export `preload` is called with `data` and the function's name. */
  readonly modulePath: string;
  /** Anything that can be sent to a thread. */
  readonly data: unknown;
}

/** The settings that a thread is started with. */
export interface ThreadSettings {
  /** The absolute path of the module that holds the handler. */
  readonly modulePath: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
  readonly preload?: Preload;
}

/** A function's error, in the shape in which Lambda reports it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** From the host to a thread. */
export type ThreadRequest =
  | {
      readonly kind: 'invoke';
      readonly requestId: string;
      readonly traceId: string;
      /** The event as JSON text. */
      readonly event: string;
      readonly deadlineEpochMilliseconds: number;
    }
  /** The last chunk has been taken: the next one may come. */
  | { readonly kind: 'drained' }
  /** The stream has grown past Lambda's limit: the function gets an error instead of room for the next chunk. */
  | { readonly kind: 'refused'; readonly reason: string };

/** From a thread to the host. */
export type ThreadReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  /** The handler has ended its stream, and may run on. */
  | { readonly kind: 'ended' }
  /** The handler is done; `payload` is its answer as JSON text, absent where it streamed. */
  | { readonly kind: 'finished'; readonly payload?: string }
  /** The handler threw, or (before `ready`) its module could not be loaded. */
  | { readonly kind: 'failed'; readonly error: FunctionError };

/** Describes anything thrown as Lambda would. */
export function describeError(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}
