import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { optionsOrExit, readNothing } from '../bin/command-line.ts';
import { limits } from '../lambda/contract/limits.ts';
import { type Filling, filledBody, fillings } from '../test/support/hostile/large-body.ts';
import { knownKey } from '../test/support/known-callers.ts';
import { sampleEvent } from '../test/support/sample-events.ts';
import { measureEchoes } from './echoed-text.ts';
import type { HostileFigures } from './hostile-process.ts';

optionsOrExit(
  `Measures what the largest hostile bodies take, beside honest ones. Linux only; ends with 1 past a bound.

  npm run bench:hostile`,
  readNothing,
);

/**
 * What the largest bodies take, the honest and the hostile, each in a process of its own: processor time, and memory
 * beyond the event. Runs on Linux alone, whose high-water mark of resident memory can be set back. Besides, how the time to
 * clean what a provider echoes grows where the text is twice as long.
 *
 *   npm run bench:hostile
 *
 * Ends with 1 where a body takes more than its bound, or cleaning a text more than in proportion to its length.
 */

/** Three times the body. Half a megabyte besides is what the process itself may take meanwhile. */
const maxAddedBytes = 3 * limits.bodyBytes + 512 * 1024;
const maxMilliseconds = 250;
/** Twice the text takes twice the time, or a little more: four times where the time grows with the square. */
const maxEchoRatio = 3;

function eventOf(filling: Filling): string {
  const { bytes, contentType } = filledBody(filling);
  const resource = '/v1/async/images/edits';
  const headers = { 'x-bf-vk': knownKey, 'content-type': contentType };
  // API Gateway hands JSON over as text, and forms in base64.
  const body = filling.isForm ? bytes : bytes.toString('utf8');
  return JSON.stringify(sampleEvent({ method: 'POST', resource, headers, body }));
}

async function measure(filling: Filling, folder: string): Promise<HostileFigures> {
  const file = join(folder, 'event.json');
  await writeFile(file, eventOf(filling));
  const child = fork(fileURLToPath(new URL('./hostile-process.ts', import.meta.url)), [file], {
    execArgv: ['--expose-gc'],
    // Large pieces of memory go back to the system when they are freed, so that none of them hides what comes after.
    env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '131072' },
  });
  const [figures] = (await once(child, 'message', { signal: AbortSignal.timeout(60_000) })) as [HostileFigures];
  return figures;
}

function print(cells: readonly string[]): void {
  const [title = '', ...others] = cells;
  process.stdout.write(`${title.padEnd(66)}${others.map((cell) => cell.padStart(10)).join('')}\n`);
}

function reportEchoes(): void {
  print(['echoed text, of half the letters that it can have, and of all', 'letters', 'half', 'all', 'ratio']);
  for (const { name, letters, milliseconds, ratio } of measureEchoes()) {
    const isKept = ratio < maxEchoRatio;
    if (!isKept) process.exitCode = 1;
    const times = milliseconds.map((each) => `${each.toFixed(2)} ms`);
    print([name, String(letters), ...times, ratio.toFixed(2), ...(isKept ? [] : ['PAST ITS BOUND'])]);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'darkroom-hostile-'));
try {
  print([`${limits.bodyBytes} bytes of`, 'status', 'first', 'median', 'added', 'of body']);
  for (const filling of fillings) {
    const { status, addedBytes, firstMilliseconds, medianMilliseconds } = await measure(filling, folder);
    const isKept = addedBytes < maxAddedBytes && Math.max(firstMilliseconds, medianMilliseconds) < maxMilliseconds;
    if (!isKept) process.exitCode = 1;
    const times = [firstMilliseconds, medianMilliseconds].map((each) => `${each.toFixed(0)} ms`);
    const added = [`${(addedBytes / 1024 ** 2).toFixed(1)} MiB`, `${(addedBytes / limits.bodyBytes).toFixed(1)} x`];
    print([filling.name, String(status), ...times, ...added, ...(isKept ? [] : ['PAST ITS BOUND'])]);
  }
  reportEchoes();
} finally {
  await rm(folder, { recursive: true, force: true });
}
