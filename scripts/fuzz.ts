import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hostileCase } from '../test/support/hostile/event.ts';
import { type Failure, judgeCase, type Slice, type SliceReport } from './fuzz-slice.ts';

/**
 * Hands hostile submissions to the submit function over stores in memory: its whole way from API Gateway's event to the
 * answer. Ends with 1 where a promise of `test/support/hostile/judge.ts` is broken, and names the case to replay.
 *
 *   npm run fuzz -- --cases 1000000 --seed 1 [--from 0] [--processes 2]
 *   npm run fuzz -- --seed 1 --replay 12345
 */

/** A process that reports nothing for so long hangs. */
const mostSilentMilliseconds = 60_000;
const progressEveryMilliseconds = 10_000;
const mostFailuresShown = 20;
const mostBytesShown = 20_000;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    processes: { type: 'string', default: '1' },
    replay: { type: 'string' },
  },
});
const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${text} is no whole number.`);
  return Number(text);
};
const seed = wholeNumber(values.seed);

async function replay(index: number): Promise<void> {
  const { event } = hostileCase(seed, index);
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('latin1');
  print(JSON.stringify({ ...event, body: body.slice(0, mostBytesShown) }, null, 2));
  const { outcome, milliseconds, broken } = await judgeCase(seed, index);
  print(`${outcome}, ${milliseconds.toFixed(1)} ms of processor time`);
  fail(broken);
}

async function judgeAll(): Promise<void> {
  const first = wholeNumber(values.from);
  const end = first + wholeNumber(values.cases);
  const step = wholeNumber(values.processes);
  const total: Total = { judged: 0, outcomes: new Map(), failures: [], slowestMilliseconds: 0 };
  const startedAt = performance.now();
  const progress = setInterval(() => {
    const perSecond = total.judged / ((performance.now() - startedAt) / 1000);
    print(
      `${total.judged} of ${end - first} cases, ${perSecond.toFixed(0)} a second, ${total.failures.length} failures`,
    );
  }, progressEveryMilliseconds);
  try {
    await Promise.all(Array.from({ length: step }, (_, at) => judgeIn({ seed, first: first + at, step, end }, total)));
  } finally {
    clearInterval(progress);
  }
  summarize(total);
}

interface Total {
  judged: number;
  readonly outcomes: Map<string, number>;
  readonly failures: Failure[];
  slowestMilliseconds: number;
}

/** Judges a slice in a process of its own, and takes one that falls silent for a case that hangs. */
async function judgeIn(slice: Slice, total: Total): Promise<void> {
  const child = fork(fileURLToPath(new URL('./fuzz-slice.ts', import.meta.url)), { execArgv: [] });
  let next = slice.first;
  let watchdog = watch(child);
  child.on('message', (report: SliceReport) => {
    clearTimeout(watchdog);
    watchdog = watch(child);
    next = report.next;
    add(report, total);
  });
  child.send(slice);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(watchdog);
  if (code === 0 && next >= slice.end) return;
  total.failures.push({
    index: next,
    broken: [`The process ended with ${code ?? signal}, at this case or soon after it.`],
  });
}

const watch = (child: ChildProcess): NodeJS.Timeout => setTimeout(() => child.kill('SIGKILL'), mostSilentMilliseconds);

function add(report: SliceReport, total: Total): void {
  total.judged += report.judged;
  for (const [outcome, count] of Object.entries(report.outcomes)) {
    total.outcomes.set(outcome, (total.outcomes.get(outcome) ?? 0) + count);
  }
  total.failures.push(...report.failures);
  total.slowestMilliseconds = Math.max(total.slowestMilliseconds, report.slowestMilliseconds);
}

function summarize({ judged, outcomes, failures, slowestMilliseconds }: Total): void {
  print(
    `\n${judged} cases of seed ${seed}, from ${values.from} on; the slowest took ${slowestMilliseconds.toFixed(0)} ms.`,
  );
  for (const [outcome, count] of [...outcomes].sort(([, a], [, b]) => b - a)) {
    print(`${outcome.padEnd(24)}${String(count).padStart(9)}`);
  }
  for (const { index, broken } of failures.slice(0, mostFailuresShown)) {
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

await (values.replay === undefined ? judgeAll() : replay(wholeNumber(values.replay)));
