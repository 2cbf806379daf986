import { type LocalOptions, readLocalOptions, usage } from './local-options.ts';
import { type LocalRun, localKey, runLocally, runStack } from './run-locally.ts';

async function main(): Promise<void> {
  const options = readLocalOptions(process.argv.slice(2), process.env.INIT_CWD);
  if (options.help) return print(usage);
  const { run, simulatorOrigin } = await start(options);
  print(welcome(run, simulatorOrigin, options.dataDirectory));
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      print('Stopping.');
      run.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

async function start(options: LocalOptions): Promise<{ readonly run: LocalRun; readonly simulatorOrigin: string }> {
  const { port, dataDirectory, latencySeconds, simulatorOrigin, stage, quiet } = options;
  const shared = {
    port,
    stage,
    log: quiet ? () => undefined : print,
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  };
  if (simulatorOrigin !== undefined) {
    await demandSimulator(simulatorOrigin);
    return { run: await runStack(shared, simulatorOrigin), simulatorOrigin };
  }
  const openAiKey = process.env.OPENAI_API_KEY;
  const run = await runLocally({ ...shared, latencySeconds, ...(openAiKey ? { openAiKey } : {}) });
  return { run, simulatorOrigin: run.simulator.origin };
}

/** Throws where nobody answers as a simulator does: better now than as a failure of each job. */
async function demandSimulator(origin: string): Promise<void> {
  const answer = await fetch(`${origin}/_simulator/faults`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  if (!answer?.ok) throw new Error(`No simulator answers at ${origin}.`);
}

const welcome = (
  { stack, simulated }: LocalRun,
  simulatorOrigin: string,
  dataDirectory: string | undefined,
): string => `
Darkroom runs at     ${stack.origin}
Virtual key          ${localKey}
Images come from     ${simulated ? `the vendor simulator (its ledger: ${simulatorOrigin}/_simulator/ledger)` : 'OpenAI, with your key'}
Everything is kept   ${dataDirectory === undefined ? 'in memory, until it stops (--data DIR keeps it)' : `in ${dataDirectory}`}

Submit a job:

  curl -s ${stack.origin}/v1/async/images/generations \\
    -H 'Authorization: Bearer ${localKey}' -H 'Content-Type: application/json' \\
    -d '{"model": "openai/gpt-image-2", "prompt": "a lighthouse at dusk"}'

Fetch it, with the id from the answer:

  curl -s ${stack.origin}/v1/async/images/generations/ID -H 'Authorization: Bearer ${localKey}'

Ctrl-C stops it.
`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
