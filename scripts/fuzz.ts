import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { optionsOrExit, wholeNumber } from '../bin/command-line.ts';
import { hostileCase } from '../test/support/hostile/event.ts';
import { type Failure, judgeCase, type Slice, type SliceReport } from './fuzz-slice.ts';

const usage = `Sends hostile submissions through the submit function, from API Gateway's event to the response, with stores in memory.
Exits with 1 if a promise of test/support/hostile/judge.ts is broken, and names the case to replay.

  npm run fuzz -- [--cases 100000] [--seed 1] [--from 0] [--processes 1] [--seconds 999999]
  npm run fuzz -- --seed 1 --replay 12345

--seconds  time limit; prints the case to continue from`;

/** How many cases a process is given at a time, and how long it may take over them before it is held to hang. */
const sliceCases = 1_000;
const maxSliceMilliseconds = 120_000;
const progressEveryMilliseconds = 10_000;
const maxFailuresShown = 20;
const maxBytesShown = 20_000;

const maxNumber = 999_999_999;
const {
  seed,
  from,
  cases,
  processes,
  seconds: maxSeconds,
  replayed,
} = optionsOrExit(usage, (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      processes: { type: 'string', default: '1' },
      seconds: { type: 'string', default: '999999' },
      replay: { type: 'string' },
    },
  });
  return {
    seed: wholeNumber('--seed', values.seed, 0, maxNumber),
    from: wholeNumber('--from', values.from, 0, maxNumber),
    cases: wholeNumber('--cases', values.cases, 0, maxNumber),
    processes: wholeNumber('--processes', values.processes, 1, 64),
    seconds: wholeNumber('--seconds', values.seconds, 0, maxNumber),
    replayed: values.replay === undefined ? undefined : wholeNumber('--replay', values.replay, 0, maxNumber),
  };
});

async function replay(index: number): Promise<void> {
  const { event } = hostileCase(seed, index);
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('latin1');
  print(JSON.stringify({ ...event, body: body.slice(0, maxBytesShown) }, null, 2));
  const { outcome, milliseconds, broken } = await judgeCase(seed, index);
  print(`${outcome}, ${milliseconds.toFixed(1)} ms of processor time`);
  fail(broken);
}

interface Total {
  judged: number;
  readonly outcomes: Map<string, number>;
  readonly failures: Failure[];
  slowestMilliseconds: number;
}

async function judgeAll(): Promise<void> {
  const end = from + cases;
  const total: Total = { judged: 0, outcomes: new Map(), failures: [], slowestMilliseconds: 0 };
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  let next = from;
  const take = (): Slice | undefined => {
    if (next >= end || seconds() > maxSeconds) return undefined;
    const slice = { seed, from: next, end: Math.min(end, next + sliceCases) };
    next = slice.end;
    return slice;
  };
  const progress = setInterval(() => {
    const { judged, failures } = total;
    print(`${judged} of ${end - from} cases, ${(judged / seconds()).toFixed(0)} a second, ${failures.length} failures`);
  }, progressEveryMilliseconds);
  try {
    await Promise.all(Array.from({ length: processes }, () => judgeIn(take, total)));
  } finally {
    clearInterval(progress);
  }
  summarize(total);
  if (next < end) print(`Not all of them were judged; continue with --from ${next}.`);
}

/**
 * Judges one slice after another in a process of its own. One that is lost, or killed because it hangs, is replaced.
 */
async function judgeIn(take: () => Slice | undefined, total: Total): Promise<void> {
  let child: ChildProcess | undefined;
  for (let slice = take(); slice; slice = take()) {
    child ??= fork(fileURLToPath(new URL('./fuzz-slice.ts', import.meta.url)), { execArgv: [] });
    const report = await judged(child, slice);
    if (report) {
      add(report, total);
    } else {
      total.failures.push({
        index: slice.from,
        broken: [`The process hung or ended at one of the ${sliceCases} cases from here.`],
      });
      child = undefined;
    }
    total.judged += slice.end - slice.from;
  }
  child?.kill();
}

/** Undefined where the process ended before it had judged the slice. */
async function judged(child: ChildProcess, slice: Slice): Promise<SliceReport | undefined> {
  const watchdog = setTimeout(() => child.kill('SIGKILL'), maxSliceMilliseconds);
  const settled = new AbortController();
  const { signal } = settled;
  child.send(slice);
  try {
    const [report] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => []),
    ]);
    return report as SliceReport | undefined;
  } finally {
    clearTimeout(watchdog);
    settled.abort();
  }
}

function add(report: SliceReport, total: Total): void {
  for (const [outcome, count] of Object.entries(report.outcomes)) {
    total.outcomes.set(outcome, (total.outcomes.get(outcome) ?? 0) + count);
  }
  total.failures.push(...report.failures);
  total.slowestMilliseconds = Math.max(total.slowestMilliseconds, report.slowestMilliseconds);
}

function summarize({ judged, outcomes, failures, slowestMilliseconds }: Total): void {
  print(`\n${judged} cases of seed ${seed}, from ${from} on; the slowest took ${slowestMilliseconds.toFixed(0)} ms.`);
  for (const [outcome, count] of [...outcomes].sort(([, a], [, b]) => b - a)) {
    print(`${outcome.padEnd(24)}${String(count).padStart(9)}`);
  }
  for (const { index, broken } of failures.slice(0, maxFailuresShown)) {
    print(`\nnpm run fuzz -- --seed ${seed} --replay ${index}`);
    fail(broken);
  }
  print(`\n${failures.length} failures`);
}

const fail = (broken: readonly string[]): void => {
  for (const each of broken) print(each);
  if (broken.length > 0) process.exitCode = 1;
};
const print = (line: string): void => void process.stdout.write(`${line}\n`);

await (replayed === undefined ? judgeAll() : replay(replayed));
