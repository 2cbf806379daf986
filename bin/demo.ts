import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ImageJob } from 'darkroom/contract';
import { optionsOrExit, readNothing } from './command-line.ts';
import { keysInEnvironment } from './local-providers.ts';
import { localKey, runLocally } from './run-locally.ts';

/** One job of the demo: a name for its file, where it goes, and what is sent. */
interface DemoJob {
  readonly name: string;
  readonly says: string;
  readonly path: string;
  readonly body: () => Promise<FormData | string>;
}

const outputDirectory = new URL('../demo-output/', import.meta.url);
const photograph = async (name: string): Promise<File> =>
  new File([await readFile(new URL(`../examples/${name}`, import.meta.url))], name, { type: 'image/png' });

const demoJobs: readonly DemoJob[] = [
  {
    name: 'generation',
    says: 'an image from a prompt',
    path: 'generations',
    body: async () =>
      JSON.stringify({
        model: 'openai/gpt-image-2',
        prompt: 'A lighthouse at dusk, in flat colours',
        size: '1536x1024',
      }),
  },
  {
    name: 'edit',
    says: "the coffee's foam, changed inside its mask (examples/coffee.png, coffee-mask.png)",
    path: 'edits',
    body: async () => {
      const form = new FormData();
      form.set('model', 'openai/gpt-image-2.5-sunburst');
      form.set('prompt', 'Latte art of a fern');
      form.set('size', '1536x1024');
      form.set('image[]', await photograph('coffee.png'));
      form.set('mask', await photograph('coffee-mask.png'));
      return form;
    },
  },
  {
    name: 'variation',
    says: 'another take on the cat (examples/chelsea.png)',
    path: 'variations',
    body: async () => {
      const form = new FormData();
      form.set('model', 'openai/gpt-image-2.5-flare');
      form.set('image', await photograph('chelsea.png'));
      return form;
    },
  },
];

const authorization = { authorization: `Bearer ${localKey}` };
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Submits a job, prints its progress until it has ended, and saves its images. Throws if it doesn't complete. */
async function play(origin: string, demo: DemoJob): Promise<void> {
  const tell = (what: string) => print(`  ${demo.name.padEnd(10)} ${what}`);
  const body = await demo.body();
  const submitted = await fetch(`${origin}/v1/async/images/${demo.path}`, {
    method: 'POST',
    headers: { ...authorization, ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}) },
    body,
  });
  if (submitted.status !== 202) throw new Error(`${demo.name}: ${submitted.status} ${await submitted.text()}`);
  let job = (await submitted.json()) as ImageJob;
  const address = submitted.headers.get('location') ?? '';
  tell(`accepted as ${job.id}: ${demo.says}`);
  while (job.status === 'pending' || job.status === 'processing') {
    const before = job.status;
    await new Promise((resolve) => setTimeout(resolve, 250));
    const answer = await fetch(address, { headers: authorization });
    job = (await answer.json()) as ImageJob;
    if (job.status !== before) tell(job.status);
  }
  if (!job.result) throw new Error(`${demo.name} ended as ${job.status}: ${job.error?.error.message}`);
  for (const warning of job.result.extra_fields.warnings ?? []) tell(`note: ${warning.message}`);
  for (const { url, index } of job.result.data) tell(`saved ${await save(`${demo.name}-${index + 1}`, url ?? '')}`);
}

/** Fetches an image by its link, without a credential, and gives the path of its file. */
async function save(name: string, url: string): Promise<string> {
  const answer = await fetch(url);
  const [kind, type] = (answer.headers.get('content-type') ?? '').split('/');
  if (!answer.ok || kind !== 'image') throw new Error(`The image at ${url} could not be fetched: ${answer.status}.`);
  const file = new URL(`${name}.${type}`, outputDirectory);
  await writeFile(file, await answer.bytes());
  return fileURLToPath(file);
}

const usage = `Runs the stack on this machine, makes three images with it, and saves them in demo-output.

  npm run demo`;

async function main(): Promise<void> {
  optionsOrExit(usage, readNothing);
  await mkdir(outputDirectory, { recursive: true });
  print('Building the functions and starting the stack on 127.0.0.1 …');
  const { openai } = keysInEnvironment(process.env);
  const log: string[] = [];
  const darkroom = await runLocally({
    port: 0,
    ...(openai ? { providerKeys: { openai } } : {}),
    log: (line) => void log.push(line),
  });
  try {
    print(
      `Darkroom runs at ${darkroom.stack.origin}; images come from ${openai ? 'OpenAI' : 'the vendor simulator'}.\n`,
    );
    const outcomes = await Promise.allSettled(demoJobs.map((demo) => play(darkroom.stack.origin, demo)));
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
    if (failures.length > 0) throw new Error([...failures, '', 'The last log lines:', ...log.slice(-20)].join('\n'));
    print(`\nAll ${demoJobs.length} jobs completed. The images are in ${fileURLToPath(outputDirectory)}`);
  } finally {
    await darkroom.stop();
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
