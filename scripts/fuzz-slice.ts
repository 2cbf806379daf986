import { hostileCase } from '../test/support/hostile/event.ts';
import { judge } from '../test/support/hostile/judge.ts';

/** Which cases a process is to judge: from the first up to, and without, the end. */
export interface Slice {
  readonly seed: number;
  readonly from: number;
  readonly end: number;
}

/** What became of a slice. */
export interface SliceReport {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  /** The most processor time that one case took, in milliseconds. */
  readonly slowestMilliseconds: number;
}

export interface Failure {
  readonly index: number;
  readonly broken: readonly string[];
}

const maxProcessorMilliseconds = 250;

/**
 * Judges one case. A case over its time is tried twice more, since the machine collects garbage of others on its time.
 */
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
    if (fewest <= maxProcessorMilliseconds) return { index, outcome, broken, milliseconds: fewest };
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

async function judgeSlice({ seed, from, end }: Slice): Promise<SliceReport> {
  const outcomes: Record<string, number> = {};
  const failures: Failure[] = [];
  let slowestMilliseconds = 0;
  let index = from;
  const noteRejection = (error: unknown): void => {
    failures.push({ index, broken: [`An unhandled rejection, here or a little earlier: ${error}`] });
  };
  process.on('unhandledRejection', noteRejection);
  for (; index < end; index += 1) {
    const { outcome, milliseconds, broken } = await judgeCase(seed, index);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    slowestMilliseconds = Math.max(slowestMilliseconds, milliseconds);
    if (broken.length > 0) failures.push({ index, broken });
  }
  process.off('unhandledRejection', noteRejection);
  return { outcomes, failures, slowestMilliseconds };
}

if (import.meta.main) {
  process.on('message', (slice: Slice) => {
    judgeSlice(slice).then(
      (report) => void process.send?.(report),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
        process.exit(1);
      },
    );
  });
}
