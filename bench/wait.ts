import { optionsOrExit, readNothing } from '../bin/command-line.ts';
import { pollsWithin } from '../lambda/domain/usage/wait-schedule.ts';
import { quantile } from './quantiles.ts';

optionsOrExit(
  `Reckons how soon a waiting caller hears of its job's end, in virtual time.

  npm run bench:wait`,
  readNothing,
);

/**
 * How long after a job's end its waiting caller hears of it, and what that takes in reads: before, with a look each 400 ms,
 * and now. In virtual time: callers submit with `Prefer: wait`, and ask with it again until the job has ended.
 */

type Schedule = (waitSeconds: number, ageSeconds: number, typicalSeconds: number) => readonly number[];

const submitWaitSeconds = 20;
const getWaitSeconds = 25;
/** From one answer to the next request, and for one read of the table. */
const roundTripSeconds = 0.1;
const readSeconds = 0.01;

const jobsPerModel = 20_000;
const typicalTimes = [3, 5, 8, 10, 15, 20, 30, 45, 60];
/** How far durations spread around the typical one: two of three lie within a fifth or so. */
const spread = 0.2;

const everyFourTenths: Schedule = (waitSeconds) =>
  Array.from({ length: Math.ceil(waitSeconds / 0.4) }, (_, look) => Math.min(waitSeconds, (look + 1) * 0.4));

interface Heard {
  readonly lagSeconds: number;
  readonly reads: readonly number[];
}

function followed(endsAt: number, typicalSeconds: number, schedule: Schedule): Heard {
  const reads: number[] = [];
  let age = 0;
  for (let waitSeconds = submitWaitSeconds; ; waitSeconds = getWaitSeconds) {
    if (age >= endsAt) return { lagSeconds: age + readSeconds - endsAt, reads };
    const polls = schedule(waitSeconds, age, typicalSeconds);
    const seen = polls.findIndex((look) => age + look >= endsAt);
    reads.push(seen < 0 ? polls.length : seen + 1);
    const look = polls[seen];
    if (look !== undefined) return { lagSeconds: age + look + readSeconds - endsAt, reads };
    age += waitSeconds + roundTripSeconds;
  }
}

/** A generator of numbers from 0 to 1, the same at each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)}`;

function row(name: string, heard: readonly Heard[]): Record<string, string | number> {
  const lags = heard.map(({ lagSeconds }) => lagSeconds);
  const reads = heard.flatMap((each) => each.reads);
  return {
    schedule: name,
    'median ms': milliseconds(quantile(lags, 0.5)),
    'p95 ms': milliseconds(quantile(lags, 0.95)),
    'reads a wait': (reads.reduce((sum, count) => sum + count, 0) / reads.length).toFixed(1),
    'at most': reads.reduce((most, count) => Math.max(most, count), 0),
  };
}

const random = seeded(1);
const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
const all: { before: Heard[]; now: Heard[] } = { before: [], now: [] };
for (const typicalSeconds of typicalTimes) {
  const ends = Array.from({ length: jobsPerModel }, () => typicalSeconds * Math.exp(spread * normal()));
  const before = ends.map((end) => followed(end, typicalSeconds, everyFourTenths));
  const now = ends.map((end) => followed(end, typicalSeconds, pollsWithin));
  all.before.push(...before);
  all.now.push(...now);
  console.table([row(`${typicalSeconds} s, each 400 ms`, before), row(`${typicalSeconds} s, by typical time`, now)]);
}
console.table([row('all, each 400 ms', all.before), row('all, by typical time', all.now)]);
