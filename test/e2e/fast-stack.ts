import { runStack } from '../../bin/run-locally.ts';
import type { FunctionName } from '../../lambda/contract/environment.ts';

/** What the process is told by its one argument, in JSON. */
export interface FastStackOptions {
  readonly port: number;
  readonly dataDirectory: string;
  readonly simulatorOrigin: string;
  /** Where the functions are: bundled by whoever starts the process. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
}

/**
 * A stack in fast motion, as a process of its own that tests kill: with a thread for each of the synchronous requests that are
 * under way at once, and a sweep every few seconds.
 */
const { port, dataDirectory, simulatorOrigin, bundles } = JSON.parse(process.argv[2] ?? '') as FastStackOptions;
const { stack } = await runStack(
  {
    port,
    dataDirectory,
    bundle: async () => ({ ...bundles }),
    maximumThreads: 22,
    scheduleSeconds: 4,
    log: console.log,
    // The slots of functions that were killed stay taken until those would have ended.
    stage: { leaseSeconds: 5, heartbeatSeconds: 2, wakeAfterSeconds: 5, maxSynchronousPerOwner: 66 },
  },
  simulatorOrigin,
);
console.log(`Darkroom runs at ${stack.origin}`);
