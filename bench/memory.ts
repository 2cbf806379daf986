import { setTimeout as delay } from 'node:timers/promises';
import { type ProviderName, providerNames } from '../lambda/contract/provider-names.ts';
import { type BenchClient, createBenchClient, type JobOrder } from './bench-client.ts';
import { type BenchStage, startBenchStage } from './bench-stage.ts';

/**
 * Proves that no function holds a whole result in memory, and that the worker redraws one image at a time. Each row has its function's bundle in a fresh process, which
 * first handles a small job and then the row's own work; the row's figure is what that work added to the process's peak.
 *
 *   npm run bench:memory
 *
 * Ends with 1 where a row passes its bound, or where less went through the function than the row is about.
 */

const megabyte = 1024 * 1024;
/** What one job may add to the peak that a small job has left. */
const mostAddedBytes = 64 * megabyte;

/**
 * What the redrawing of the largest image adds besides, however many jobs wait for their turn: some 20 bytes for each of
 * its 16 million pixels.
 */
const mostConversionBytes = 288 * megabyte;

const small: JobOrder = { size: '1024x1024', n: 1, responseFormat: 'url' };
/** The largest size of gpt-image-2, which as noise is a png of 25 MB. */
const large: JobOrder = { size: '3840x2160', n: 10, responseFormat: 'url' };
/** Ten of these in base64 come close to the 180 MB from which on an answer shows links instead. */
const nearTheCap: JobOrder = { size: '2560x1744', n: 10, responseFormat: 'b64_json' };

/** 15.9 million pixels, of which a canvas of the largest size that gpt-image-2 makes is drawn: as noise, a png of 10 MB. */
const extended: JobOrder = { ...small, extended: { width: 4608, height: 3456 } };

interface Row {
  readonly title: string;
  readonly measured: 'process-job' | 'get-job';
  readonly orders: readonly JobOrder[];
  /** How fast the answer is read; absent: as fast as it comes. */
  readonly readerBytesPerSecond?: number;
  /** With less bytes of images or answer the row would show nothing. */
  readonly leastBytes: number;
}

/**
 * The largest result of each provider's, as its wire brings it: bytes, base64 or an address. Bytes are what such an image
 * takes at the least.
 */
const largest: Readonly<Record<ProviderName, { model: string; size: string; leastBytes: number }>> = {
  openai: { model: 'gpt-image-2', size: '3840x2160', leastBytes: 24_000_000 },
  xai: { model: 'grok-imagine-image', size: '2048x2048', leastBytes: 1_000_000 },
  gemini: { model: 'gemini-3-pro-image', size: '4096x4096', leastBytes: 45_000_000 },
  vertex: { model: 'gemini-3-pro-image', size: '4096x4096', leastBytes: 45_000_000 },
  bfl: { model: 'flux-2-pro', size: '2048x2048', leastBytes: 1_000_000 },
  azure: { model: 'gpt-image-2', size: '3840x2160', leastBytes: 24_000_000 },
  fal: { model: 'fal-ai/flux-2-pro', size: '2048x2048', leastBytes: 1_000_000 },
  together: { model: 'black-forest-labs/FLUX.2-pro', size: '2048x2048', leastBytes: 1_000_000 },
  stability: { model: 'stable-image-ultra', size: '1024x1024', leastBytes: 1_000_000 },
  bedrock: { model: 'stability.stable-image-ultra-v1:1', size: '1024x1024', leastBytes: 1_000_000 },
  replicate: { model: 'black-forest-labs/flux-2-pro', size: '2048x2048', leastBytes: 1_000_000 },
  ideogram: { model: 'ideogram-v4', size: '2048x2048', leastBytes: 1_000_000 },
  recraft: { model: 'recraftv4_1_pro', size: '2048x2048', leastBytes: 1_000_000 },
};

const rowsOfProviders: readonly Row[] = providerNames.map((provider) => {
  const { model, size, leastBytes } = largest[provider];
  const orders = [{ ...small, model: `${provider}/${model}`, size }];
  return { title: `the largest image of ${provider}`, measured: 'process-job', orders, leastBytes };
});

const rows: readonly Row[] = [
  { title: 'a small job', measured: 'process-job', orders: [small], leastBytes: 3_000_000 },
  { title: 'ten 4K images', measured: 'process-job', orders: [large], leastBytes: 240_000_000 },
  {
    title: 'an edit with a 4 MiB input',
    measured: 'process-job',
    orders: [{ ...small, inputBytes: 4 * megabyte - 4096 }],
    leastBytes: 3_000_000,
  },
  {
    title: 'four jobs of three 4K images at once',
    measured: 'process-job',
    orders: Array.from({ length: 4 }, () => ({ ...large, n: 3 })),
    leastBytes: 290_000_000,
  },
  {
    title: 'a picture of 16 megapixels, extended',
    measured: 'process-job',
    orders: [extended],
    leastBytes: 7_000_000,
  },
  {
    title: 'four of them at once',
    measured: 'process-job',
    orders: Array.from({ length: 4 }, () => extended),
    leastBytes: 28_000_000,
  },
  {
    title: 'a small answer in base64',
    measured: 'get-job',
    orders: [{ ...small, responseFormat: 'b64_json' }],
    leastBytes: 4_000_000,
  },
  { title: 'the largest answer in base64', measured: 'get-job', orders: [nearTheCap], leastBytes: 175_000_000 },
  {
    title: 'the largest answer, to a slow reader',
    measured: 'get-job',
    orders: [nearTheCap],
    leastBytes: 175_000_000,
    readerBytesPerSecond: 15_000_000,
  },
  ...rowsOfProviders,
];

interface Figures {
  readonly idleBytes: number;
  readonly peakBytes: number;
  /** Bytes of the images that the worker stored, or of the answer that the reader sent. */
  readonly handledBytes: number;
  readonly seconds: number;
}

type Measure = (stage: BenchStage, client: BenchClient, row: Row) => Promise<Figures>;

const measures: Readonly<Record<Row['measured'], Measure>> = {
  async 'process-job'(stage, client, { orders }) {
    await stage.renew('process-job');
    await client.submit(small);
    await stage.work();
    const idleBytes = stage.used('process-job').peakBytes;
    const addresses = await inTurn(orders, client.submit);
    const seconds = await timed(() => untilEnded(stage, client, addresses));
    const peakBytes = stage.used('process-job').peakBytes;
    const images = await inTurn(addresses, client.imageBytes);
    return { idleBytes, peakBytes, seconds, handledBytes: sum(images.flat()) };
  },
  async 'get-job'(stage, client, { orders, readerBytesPerSecond }) {
    const smallAddress = await client.submit({ ...small, responseFormat: 'b64_json' });
    const addresses = await inTurn(orders, client.submit);
    await stage.work();
    await stage.renew('get-job');
    await client.read(smallAddress);
    const idleBytes = stage.used('get-job').peakBytes;
    let handledBytes = 0;
    const seconds = await timed(async () => {
      handledBytes = sum(await inTurn(addresses, (address) => client.read(address, readerBytesPerSecond)));
    });
    return { idleBytes, peakBytes: stage.used('get-job').peakBytes, seconds, handledBytes };
  },
};

/** Work that goes on behind a ticket is looked at again later. */
async function untilEnded(stage: BenchStage, client: BenchClient, addresses: readonly string[]): Promise<void> {
  await stage.work();
  for (const address of addresses) {
    for (let looks = 0; !(await client.hasEnded(address)) && looks < 100; looks += 1) {
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
function report({ title, measured, orders, leastBytes }: Row, figures: Figures): boolean {
  const { idleBytes, peakBytes, handledBytes, seconds } = figures;
  const isRedrawn = orders.some((order) => order.extended !== undefined);
  const mostBytes = orders.length * mostAddedBytes + (isRedrawn ? mostConversionBytes : 0);
  const addedBytes = peakBytes - idleBytes;
  const faults = [
    ...(addedBytes > mostBytes ? ['PAST ITS BOUND'] : []),
    ...(handledBytes < leastBytes ? ['TOO LITTLE WENT THROUGH'] : []),
  ];
  const cells = [measured, title, ...[handledBytes, idleBytes, peakBytes, addedBytes, mostBytes].map(inMegabytes)];
  print([...cells, `${seconds.toFixed(1)} s`, ...faults]);
  return faults.length === 0;
}

const inMegabytes = (bytes: number): string => `${(bytes / megabyte).toFixed(1)} MB`;

function print(cells: readonly string[]): void {
  const widths = [12, -38, 10, 10, 10, 10, 10, 8];
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
  for (const row of rows) kept = report(row, await measures[row.measured](stage, client, row)) && kept;
  process.exitCode = kept ? 0 : 1;
} finally {
  await stage.stop();
}
