import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { optionsOrExit, wholeNumber } from '../bin/command-line.ts';
import { runLocally } from '../bin/run-locally.ts';
import { limits } from '../lambda/contract/limits.ts';
import {
  burst,
  cancelAll,
  type LimitedStack,
  leftReserved,
  openLimits,
  submitOne,
} from '../test/support/limit-rounds.ts';
import { medianOf } from './quantiles.ts';

/**
 * Whether limits hold exactly: 500 submissions at once on a rate of 100, and on 100 open jobs, round after round, each with keys
 * of its own; and afterwards whether anything is left reserved, and the limit can be used to its last request. Then what the
 * reservation adds to a submission, and 50 submissions a second of one key. Ends with 1 where a number is wrong.
 *
 *   node bench/limits.ts --rounds 20
 */

const atOnce = 500;
const room = 100;
const usage = `Holds limits to their numbers on a local stack, under hundreds of submissions at once. Ends with 1 where one is wrong.

  npm run bench:limits -- [--rounds 20]`;
const rounds = optionsOrExit(usage, (args) => {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string', default: '20' } } });
  return wholeNumber('--rounds', values.rounds, 1, 10_000);
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
let wrong = 0;

function hold(what: string, actual: number, expected: number): void {
  if (actual === expected) return;
  wrong += 1;
  print(`WRONG: ${what}: ${actual}, not ${expected}`);
}

async function rateRound(stack: LimitedStack): Promise<void> {
  const key = await stack.newKey({ maxOpenJobs: 1000, rateLimits: [{ requests: room, period: '1M' }] });
  const { accepted } = await burst(stack, key, atOnce);
  hold('accepted on the rate', accepted.length, room);
  await cancelAll(key, accepted);
  hold('left reserved', await leftReserved(stack, key), 0);
}

async function openRound(stack: LimitedStack): Promise<void> {
  const key = await stack.newKey({ maxOpenJobs: room, rateLimits: [] });
  for (const submissions of [atOnce, room + 1]) {
    const { accepted } = await burst(stack, key, submissions);
    hold(`accepted of ${submissions} on the open jobs`, accepted.length, room);
    await cancelAll(key, accepted);
    hold('left reserved', await leftReserved(stack, key), 0);
  }
}

async function timesOf(count: number, act: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const begunAt = performance.now();
    await act();
    times.push(performance.now() - begunAt);
  }
  return times;
}

/** One after another, by the clock on the wall: a submission by HTTP, and the reservation alone, at the same table. */
async function compare(stack: LimitedStack): Promise<void> {
  const wide = { maxOpenJobs: limits.openJobs, rateLimits: [], budgets: [] };
  const key = await stack.newKey(wide);
  const whole = medianOf(await timesOf(60, () => submitOne(stack, key)));
  const owner = `vk_${randomUUID()}`;
  const reservation = () => ({ nonce: randomUUID(), jobId: randomUUID(), at: Date.now(), micros: 40_000 });
  const reserve = () => stack.usage.reserve(owner, reservation(), wide);
  const part = medianOf(await timesOf(60, reserve));
  print(`a submission takes ${whole.toFixed(1)} ms, of which the reservation is ${part.toFixed(1)} ms:`);
  print(`with it ${(whole / (whole - part)).toFixed(2)} times what it would take without`);
}

async function steady(stack: LimitedStack, perSecond: number, seconds: number): Promise<void> {
  const key = await stack.newKey({ maxOpenJobs: limits.openJobs, rateLimits: [{ requests: 100_000, period: '1m' }] });
  const begunAt = performance.now();
  const sent = Array.from({ length: perSecond * seconds }, async (_, at) => {
    await delay(Math.max(0, (at * 1000) / perSecond - (performance.now() - begunAt)));
    const sentAt = performance.now();
    const { status } = await submitOne(stack, key);
    return { status, milliseconds: performance.now() - sentAt };
  });
  const answers = await Promise.all(sent);
  const took = (performance.now() - begunAt) / 1000;
  const accepted = answers.filter(({ status }) => status === 202).length;
  hold(`accepted of ${perSecond} a second`, accepted, perSecond * seconds);
  hold('reserved', (await stack.usage.find(key.id))?.open.length ?? 0, accepted);
  const median = medianOf(answers.map(({ milliseconds }) => milliseconds));
  print(
    `${accepted} submissions of one key at ${perSecond} a second took ${took.toFixed(1)} s, ${median.toFixed(0)} ms each`,
  );
}

// No job ends by itself meanwhile: what is open is what was accepted.
const darkroom = await runLocally({
  port: 0,
  latencySeconds: 250,
  // The wake-ups of jobs that were cancelled wait on.
  stage: { onBacklog: 'accept' },
  log: () => undefined,
});
const stack = openLimits(darkroom.stack);
try {
  for (let round = 1; round <= rounds; round += 1) {
    await rateRound(stack);
    await openRound(stack);
    print(`round ${round} of ${rounds}: ${wrong} wrong`);
  }
  await compare(stack);
  await steady(stack, 50, 10);
} finally {
  stack.close();
  await darkroom.stop();
}
process.exitCode = wrong === 0 ? 0 : 1;
