import { hostileCase } from '../test/support/hostile/event.ts';
import { judge } from '../test/support/hostile/judge.ts';

/** Which cases a process is to judge: every `step`-th from `first` on, up to and without `end`. */
export interface Slice {
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly end: number;
}

/** What a process tells of its cases, every so many of them and at the end. */
export interface SliceReport {
  readonly judged: number;
  /** The case that comes next; one that hangs is among those from here on. */
  readonly next: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  /** The most processor time that one case took, in milliseconds. */
  readonly slowestMilliseconds: number;
}

export interface Failure {
  readonly index: number;
  readonly broken: readonly string[];
}

const mostProcessorMilliseconds = 250;
const reportEvery = 500;

/** Judges one case. A case over its time is tried twice more, since the machine collects garbage of others on its time. */
export async function judgeCase(
  seed: number,
  index: number,
): Promise<{ outcome: string; milliseconds: number } & Failure> {
  const hostile = hostileCase(seed, index);
  let fewest = Number.POSITIVE_INFINITY;
  for (let tries = 1; ; tries += 1) {
    const before = process.cpuUsage();
    const { outcome, broken } = await judge(hostile);
    const { user, system } = process.cpuUsage(before);
    fewest = Math.min(fewest, (user + system) / 1000);
    if (fewest <= mostProcessorMilliseconds) return { index, outcome, broken, milliseconds: fewest };
    if (tries === 3) {
      return {
        index,
        outcome,
        milliseconds: fewest,
        broken: [...broken, `It took ${fewest.toFixed(0)} ms of processor time.`],
      };
    }
  }
}

async function judgeSlice({ seed, first, step, end }: Slice, report: (report: SliceReport) => void): Promise<void> {
  let outcomes: Record<string, number> = {};
  let failures: Failure[] = [];
  let judged = 0;
  let slowestMilliseconds = 0;
  let current = first;
  process.on('unhandledRejection', (error) => {
    failures.push({ index: current, broken: [`An unhandled rejection, here or a little earlier: ${error}`] });
  });
  for (let index = first; index < end; index += step) {
    current = index;
    const { outcome, milliseconds, broken } = await judgeCase(seed, index);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    slowestMilliseconds = Math.max(slowestMilliseconds, milliseconds);
    if (broken.length > 0) failures.push({ index, broken });
    judged += 1;
    if (judged % reportEvery > 0 && index + step < end) continue;
    report({ judged, next: index + step, outcomes, failures, slowestMilliseconds });
    outcomes = {};
    failures = [];
    judged = 0;
  }
}

if (import.meta.main) {
  process.once('message', (slice: Slice) => {
    judgeSlice(slice, (report) => void process.send?.(report)).then(
      () => process.disconnect(),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
        process.exit(1);
      },
    );
  });
}
