import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { optionsOrExit } from '../bin/command-line.ts';
import { maxConversionMemory } from '../lambda/domain/images/conversion.ts';
import { type BenchClient, createBenchClient, type RedrawnOrder } from './bench-client.ts';
import { type BenchStage, type MeasuredFunction, startBenchStage } from './bench-stage.ts';
import { megabyte, type Row, rows, small } from './memory-rows.ts';
import { maxBytesOf } from './pictures.ts';

/**
 * Proves that no function holds a whole result in memory, and that the worker redraws one image at a time, of whatever
 * shape, in what it may take. Each row has its function's bundle in a fresh process, which first handles a small job and then
 * the row's own work; the row's figure is what that work added to the process's peak.
 *
 *   npm run bench:memory
 *   npm run bench:memory -- jpeg      the rows alone in whose titles it stands
 *
 * Ends with 1 where a row passes its bound, or where less went through the function than the row is about.
 */

const usage = `Measures what large jobs, answers and pictures add to a function's memory. Ends with 1 past a bound.

  npm run bench:memory -- [PART]

PART  the rows alone in whose titles it stands, such as jpeg`;
const part = optionsOrExit(usage, (args) => {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
  if (positionals.length > 1) throw new Error('One part of a title is all that it takes.');
  return positionals[0] ?? '';
});

/** What one job may add to the peak that a small job has left. */
const maxAddedByJob = 64 * megabyte;

interface Figures {
  readonly idleBytes: number;
  readonly peakBytes: number;
  /**
   * Bytes of what the worker sent to providers and of the images that it stored, of the answer that the reader sent, of the
   * body that was refused, or of the files that were copied.
   */
  readonly handledBytes: number;
  /** How long it took; of what was refused, processor time. */
  readonly seconds: number;
}

const noInputs = { count: 0, bytes: 0 };

type Measure = (stage: BenchStage, client: BenchClient, row: Row) => Promise<Figures>;

const measures: Readonly<Record<MeasuredFunction, Measure>> = {
  async 'submit-job'(stage, client, { orders, isAccepted }) {
    const submissions = isAccepted ? await inTurn(orders, client.prepare) : [];
    await stage.renew('submit-job');
    await client.submit(small);
    const idleBytes = (await stage.used('submit-job')).peakBytes;
    let addresses: readonly string[] = [];
    const wallSeconds = await timed(async () => {
      addresses = await inTurn(submissions, (submit) => submit());
    });
    const refusedBytes = isAccepted ? 0 : sum(await inTurn(orders, client.submitRefused));
    const { peakBytes, cpuMilliseconds } = await stage.used('submit-job');
    await untilEnded(stage, client, addresses);
    const handledBytes =
      refusedBytes + sum(orders.map(({ largeInputs: { count, bytes } = noInputs }) => count * bytes));
    return { idleBytes, peakBytes, handledBytes, seconds: isAccepted ? wallSeconds : cpuMilliseconds / 1000 };
  },
  async 'process-job'(stage, client, { orders }) {
    await stage.renew('process-job');
    await client.submit(small);
    await stage.work();
    const idleBytes = (await stage.used('process-job')).peakBytes;
    const addresses = await inTurn(orders, client.submit);
    const before = stage.bytesToProviders();
    const seconds = await timed(() => untilEnded(stage, client, addresses));
    const peakBytes = (await stage.used('process-job')).peakBytes;
    const images = await inTurn(addresses, client.imageBytes);
    return { idleBytes, peakBytes, seconds, handledBytes: stage.bytesToProviders() - before + sum(images.flat()) };
  },
  async 'get-job'(stage, client, { orders, readerBytesPerSecond }) {
    const smallAddress = await client.submit({ ...small, responseFormat: 'b64_json' });
    const addresses = await inTurn(orders, client.submit);
    await stage.work();
    await stage.renew('get-job');
    await client.read(smallAddress);
    const idleBytes = (await stage.used('get-job')).peakBytes;
    let handledBytes = 0;
    const seconds = await timed(async () => {
      handledBytes = sum(await inTurn(addresses, (address) => client.read(address, readerBytesPerSecond)));
    });
    return { idleBytes, peakBytes: (await stage.used('get-job')).peakBytes, seconds, handledBytes };
  },
};

/** Work that goes on behind a ticket is looked at again later. */
async function untilEnded(stage: BenchStage, client: BenchClient, addresses: readonly string[]): Promise<void> {
  await stage.work();
  for (const address of addresses) {
    for (let polls = 0; !(await client.hasEnded(address)) && polls < 100; polls += 1) {
      await delay(500);
      await stage.work();
    }
  }
}

async function inTurn<From, To>(values: readonly From[], work: (value: From) => Promise<To>): Promise<To[]> {
  const made: To[] = [];
  for (const value of values) made.push(await work(value));
  return made;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Prints a row and tells whether it keeps its bound. */
function report(row: Row, { idleBytes, peakBytes, handledBytes, seconds }: Figures): boolean {
  const { title, measured, minBytes } = row;
  const addedBytes = peakBytes - idleBytes;
  const maxBytes = boundOf(row);
  const faults = [
    ...(addedBytes > maxBytes ? ['PAST ITS BOUND'] : []),
    ...(handledBytes < minBytes ? ['TOO LITTLE WENT THROUGH'] : []),
  ];
  const cells = [measured, title, ...[handledBytes, idleBytes, peakBytes, addedBytes, maxBytes].map(inMegabytes)];
  print([...cells, seconds < 0.1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(1)} s`, ...faults]);
  return faults.length === 0;
}

/** However many jobs wait to be redrawn, one is at a time. What is refused is never decoded. */
function boundOf({ orders, measured, maxAddedBytes = maxAddedByJob }: Row): number {
  const conversions = orders.map(({ redrawn }) => (redrawn ? conversionBytes(redrawn) : 0));
  return orders.length * maxAddedBytes + (measured === 'process-job' ? Math.max(...conversions) : 0);
}

const conversionBytes = (picture: RedrawnOrder): number =>
  picture.width * picture.height * maxConversionMemory.bytesPerPixel +
  maxBytesOf(picture) * maxConversionMemory.bytesPerByte;

const inMegabytes = (bytes: number): string => `${(bytes / megabyte).toFixed(1)} MB`;

function print(cells: readonly string[]): void {
  const widths = [12, -50, 10, 10, 10, 10, 10, 8];
  const padded = cells.map((cell, index) => {
    const width = widths[index] ?? 0;
    return width < 0 || index === 0 ? cell.padEnd(Math.abs(width)) : cell.padStart(width);
  });
  process.stdout.write(`${padded.join('  ')}\n`);
}

const stage = await startBenchStage();
try {
  const client = createBenchClient(stage);
  print(['function', 'after a small job, its peak grows by', 'through', 'idle', 'peak', 'added', 'bound', 'time']);
  let kept = true;
  for (const row of rows.filter(({ title }) => title.includes(part)))
    kept = report(row, await measures[row.measured](stage, client, row)) && kept;
  process.exitCode = kept ? 0 : 1;
} finally {
  await stage.stop();
}
