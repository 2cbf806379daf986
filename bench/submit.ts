import busboy from 'busboy';
import { optionsOrExit, readNothing } from '../bin/command-line.ts';
import { encodedForm, fileOf, formOf, noisePng } from '../test/support/sample-files.ts';
import { type BenchStage, startBenchStage } from './bench-stage.ts';

optionsOrExit(
  `Measures the processor time of a submission, beside that of busboy alone.

  npm run bench:submit`,
  readNothing,
);

/**
 * What a submission costs in processor time, from the event to the 202, beside what busboy alone takes to part the same
 * 4 MiB form on the same machine: a ratio, so that machines can be compared.
 *
 *   node bench/submit.ts
 */

const rounds = 15;
const warmUps = 5;
/** Direct bodies go up to 4 MiB; the form around the photograph takes some of it. */
const photographBytes = 4 * 1024 * 1024 - 4096;

interface Body {
  readonly path: string;
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const fields = { model: 'openai/gpt-image-2', prompt: 'a lighthouse at dusk', size: '1024x1024', n: 1 };

const jsonBody: Body = {
  path: '/v1/async/images/generations',
  contentType: 'application/json',
  bytes: new Uint8Array(Buffer.from(JSON.stringify(fields))),
};

async function multipartBody(): Promise<Body> {
  const texts = Object.entries(fields).map(([name, value]) => [name, String(value)] as const);
  const form = formOf(...texts, ['image', fileOf(await noisePng(photographBytes), 'noise.png')]);
  const { bytes, contentType } = await encodedForm(form);
  return { path: '/v1/async/images/edits', contentType, bytes: new Uint8Array(bytes) };
}

/** Median processor time of one submission, in milliseconds. */
async function submissionTime(stage: BenchStage, { path, contentType, bytes }: Body): Promise<number> {
  return medianOf(async () => {
    const headers = { authorization: `Bearer ${stage.key}`, 'content-type': contentType };
    const signal = AbortSignal.timeout(20_000);
    const answer = await fetch(`${stage.origin}${path}`, { method: 'POST', headers, body: bytes, signal });
    if (answer.status !== 202) throw new Error(`The submission was answered with ${answer.status}.`);
    await answer.arrayBuffer();
    return (await stage.used('submit-job')).cpuMilliseconds;
  });
}

/** Median processor time that busboy takes to part a form whose files nobody keeps, in milliseconds. */
function partingTime({ contentType, bytes }: Body): Promise<number> {
  return medianOf(async () => {
    const before = process.cpuUsage();
    await new Promise<void>((resolve, reject) => {
      const parser = busboy({ headers: { 'content-type': contentType } });
      parser.on('file', (_name, file) => file.resume()).once('close', resolve);
      parser.once('error', reject);
      parser.end(bytes);
    });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < warmUps + rounds; round += 1) times.push(await measure());
  return times.slice(warmUps).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function print(what: string, milliseconds: number, baseline: number): void {
  const ratio = (milliseconds / baseline).toFixed(1);
  process.stdout.write(`${what.padEnd(34)}${`${milliseconds.toFixed(1)} ms`.padStart(10)}${ratio.padStart(8)}\n`);
}

const stage = await startBenchStage();
try {
  const form = await multipartBody();
  const baseline = await partingTime(form);
  print('busboy parts a form of 4 MiB', baseline, baseline);
  print('submit-job takes that form', await submissionTime(stage, form), baseline);
  print('submit-job takes a JSON body', await submissionTime(stage, jsonBody), baseline);
} finally {
  await stage.stop();
}
