import { parseArgs } from 'node:util';
import { localKey, runLocally } from './run-locally.ts';

const usage = `Runs Darkroom on this machine, without an AWS account.

  npm start -- [--port 8787] [--latency 2] [--quiet]

--port     the API's port on 127.0.0.1; 0 picks a free one
--latency  seconds that the simulated provider takes for an image call
--quiet    don't print the functions' log lines
OPENAI_API_KEY set: OpenAI itself is asked, and paid. Else a simulator plays it.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8787' },
      latency: { type: 'string', default: '2' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(usage);
  const openAiKey = process.env.OPENAI_API_KEY;
  const darkroom = await runLocally({
    port: wholeNumber('--port', values.port, 65_535),
    latencySeconds: wholeNumber('--latency', values.latency, 3600),
    ...(openAiKey ? { openAiKey } : {}),
    log: values.quiet ? () => undefined : print,
  });
  print(welcome(darkroom.stack.origin, darkroom.simulated, darkroom.simulator.origin));
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      print('Stopping.');
      darkroom.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

const welcome = (origin: string, simulated: boolean, simulatorOrigin: string): string => `
Darkroom runs at     ${origin}
Virtual key          ${localKey}
Images come from     ${simulated ? `the vendor simulator (its ledger: ${simulatorOrigin}/_simulator/ledger)` : 'OpenAI, with your key'}

Submit a job:

  curl -s ${origin}/v1/async/images/generations \\
    -H 'Authorization: Bearer ${localKey}' -H 'Content-Type: application/json' \\
    -d '{"model": "openai/gpt-image-2", "prompt": "a lighthouse at dusk"}'

Fetch it, with the id from the answer:

  curl -s ${origin}/v1/async/images/generations/ID -H 'Authorization: Bearer ${localKey}'

Ctrl-C stops it.
`;

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > most)
    throw new Error(`${name} takes a whole number from 0 to ${most}.\n\n${usage}`);
  return number;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
