import { optionsOrExit } from './command-line.ts';
import { type LocalOptions, readLocalOptions, usage } from './local-options.ts';
import { keysInEnvironment } from './local-providers.ts';
import type { LocalRun } from './run-locally.ts';
import { whenAskedToStop } from './when-asked-to-stop.ts';

async function main(): Promise<void> {
  const options = optionsOrExit(usage, (args) => readLocalOptions(args, process.env.INIT_CWD));
  print('Bundling the functions and synthesising the stack …');
  const starting = start(options);
  // Registered first, since a parent process may stop it before it runs. What has been started is completed first, then
  // undone.
  whenAskedToStop(() => {
    print('Stopping.');
    starting
      .then(({ run }) => run.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
  });
  print(welcome(await starting, options.dataDirectory));
}

interface Started {
  /** The virtual key of every local stack. */
  readonly localKey: string;
  readonly run: LocalRun;
  readonly simulatorOrigin: string;
  /** Providers that are called for real. */
  readonly asked: readonly string[];
}

async function start(options: LocalOptions): Promise<Started> {
  // Loaded after the first line is printed, since the CDK alone takes seconds.
  const { localKey, runLocally, runStack } = await import('./run-locally.ts');
  const { port, dataDirectory, latencySeconds, simulatorOrigin, stage, quiet } = options;
  const shared = {
    port,
    stage,
    log: quiet ? () => undefined : print,
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  };
  if (simulatorOrigin !== undefined) {
    await demandSimulator(simulatorOrigin);
    return { localKey, run: await runStack(shared, simulatorOrigin), simulatorOrigin, asked: [] };
  }
  const providerKeys = keysInEnvironment(process.env);
  const run = await runLocally({ ...shared, latencySeconds, providerKeys });
  return { localKey, run, simulatorOrigin: run.simulator.origin, asked: Object.keys(providerKeys) };
}

/** Throws where no simulator answers: better now than as a failure of each job. */
async function demandSimulator(origin: string): Promise<void> {
  const answer = await fetch(`${origin}/_simulator/faults`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  if (!answer?.ok) throw new Error(`No simulator answers at ${origin}.`);
}

const welcome = (
  { localKey, run: { stack }, simulatorOrigin, asked }: Started,
  dataDirectory: string | undefined,
): string => `
Darkroom runs at     ${stack.origin}
Base URL for SDKs    ${stack.origin}/v1
Virtual key          ${localKey}
Images come from     ${asked.length === 0 ? '' : `${asked.join(', ')}, with your keys; otherwise `}the vendor simulator
Its ledger           ${simulatorOrigin}/_simulator/ledger
Storage              ${dataDirectory === undefined ? 'in memory, until it stops (--data DIR keeps it)' : `in ${dataDirectory}`}

Submit a job, and wait up to ten seconds for its end:

  curl -s ${stack.origin}/v1/async/images/generations \\
    -H 'Authorization: Bearer ${localKey}' -H 'Content-Type: application/json' -H 'Prefer: wait=10' \\
    -d '{"model": "openai/gpt-image-2", "prompt": "a lighthouse at dusk"}'

Fetch it, with the id from the answer:

  curl -s ${stack.origin}/v1/async/images/generations/ID -H 'Authorization: Bearer ${localKey}'

Download an image, by the url in the result:

  curl -sL -o image.png 'URL'

Or get the result in the answer, as from OpenAI:

  curl -s ${stack.origin}/v1/images/generations \\
    -H 'Authorization: Bearer ${localKey}' -H 'Content-Type: application/json' \\
    -d '{"model": "openai/gpt-image-2", "prompt": "a lighthouse at dusk", "response_format": "url"}'

Make further virtual keys, and a token for the admin's routes:

  npm run keys -- create NAME --provider openai --port ${new URL(stack.origin).port}
  npm run token -- --admin --port ${new URL(stack.origin).port}

Ctrl-C stops it.
`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
