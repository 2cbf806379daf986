import { readFileSync, writeFileSync } from 'node:fs';
import { knownKey } from '../test/support/known-callers.ts';
import { sampleEvent } from '../test/support/sample-events.ts';
import { createSubmitPath } from '../test/support/submit-path.ts';
import { peakBytes } from './peak-bytes.ts';

/**
 * The program of a process that handles one event, which stands as JSON in the file it is started with, and tells what
 * that took. It is started with `--expose-gc`.
 */

export interface HostileFigures {
  readonly status: number;
  /** By how much the process's resident memory rose above what it had with the event in hand, in bytes. */
  readonly addedBytes: number;
  /** Processor time of the first handling, and the median of the later ones, in milliseconds. */
  readonly firstMilliseconds: number;
  readonly medianMilliseconds: number;
}

const warmUps = 100;
const rounds = 7;

async function main(file: string): Promise<HostileFigures> {
  await warmUp();
  const event = JSON.parse(readFileSync(file, 'utf8'));
  globalThis.gc?.();
  const before = resetPeak();
  const first = await timed(event);
  const addedBytes = peakBytes() - before;
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push((await timed(event)).milliseconds);
  const medianMilliseconds = times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
  return { status: first.status, addedBytes, firstMilliseconds: first.milliseconds, medianMilliseconds };
}

async function timed(event: Parameters<ReturnType<typeof createSubmitPath>['handle']>[0]) {
  const path = createSubmitPath();
  const before = process.cpuUsage();
  const { result } = await path.handle(event);
  const { user, system } = process.cpuUsage(before);
  return { status: result.statusCode, milliseconds: (user + system) / 1000 };
}

/** Small submissions load and compile what every submission needs. */
async function warmUp(): Promise<void> {
  const resource = '/v1/async/images/generations';
  const headers = { 'x-bf-vk': knownKey, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: 'openai/gpt-image-2', prompt: 'x' });
  for (let round = 0; round < warmUps; round += 1) {
    await createSubmitPath().handle(sampleEvent({ method: 'POST', resource, headers, body }));
  }
}

/** Lets Linux's high-water mark start anew, and gives the memory that is resident now. */
function resetPeak(): number {
  writeFileSync('/proc/self/clear_refs', '5');
  return peakBytes();
}

const [, , file = ''] = process.argv;
process.send?.(await main(file));
process.disconnect?.();
