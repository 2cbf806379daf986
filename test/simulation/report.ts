import { accountText, addedUp, noMoney } from './account.ts';
import type { Broken } from './facts.ts';
import { type PromiseNumber, promises } from './promises/list.ts';
import { needed, type Shrunk } from './shrink.ts';
import type { Verdict } from './world.ts';

/** Lines of a story that are printed at the most: its end is what tells. */
const maxLines = 120;

/** What many worlds came to, added up. */
export class Report {
  jobs = 0;
  steps = 0;
  worlds = 0;
  requests = 0;
  readonly faults = new Map<string, number>();
  readonly ends = new Map<string, number>();
  account = noMoney;
  #hash = 0n;

  add(verdict: Verdict): void {
    this.worlds += 1;
    this.jobs += verdict.jobs;
    this.steps += verdict.steps;
    this.requests += verdict.requests;
    this.account = addedUp(this.account, verdict.account);
    for (const [sums, more] of [
      [this.faults, verdict.faults],
      [this.ends, verdict.ends],
    ] as const) {
      for (const [name, count] of more) sums.set(name, (sums.get(name) ?? 0) + count);
    }
    this.#hash = BigInt.asUintN(64, this.#hash * 1_099_511_628_211n + BigInt(`0x${verdict.hash}`));
  }

  /** `seconds` are those of the processor, so that they mean the same on a machine with other work to do. */
  text(seconds: number): string {
    const list = (sums: ReadonlyMap<string, number>): string =>
      [...sums]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => `  ${name}: ${count.toLocaleString('en')}`)
        .join('\n');
    const rate = Math.round((this.jobs / seconds) * 60);
    return [
      `${this.jobs.toLocaleString('en')} jobs in ${this.worlds} worlds, ${this.steps.toLocaleString('en')} steps, ${this.requests.toLocaleString('en')} requests to vendors`,
      `ends:\n${list(this.ends)}`,
      `faults:\n${list(this.faults)}`,
      accountText(this.account),
      `hash of the trace: ${this.#hash.toString(16).padStart(16, '0')}`,
      `${seconds.toFixed(1)} s of one processor, ${rate.toLocaleString('en')} jobs a minute`,
    ].join('\n');
  }
}

/** One line on a broken promise, and how to see it again. */
export const brokenText = (world: number, { promise, job, message }: Broken, without: string | undefined): string =>
  [
    `World ${world} breaks promise ${promise} with job #${job}: ${message}.`,
    `  ${promises[promise as PromiseNumber]}`,
    `  npm run simulate -- --world ${world} --only ${promise}${without === undefined ? '' : ` --without ${without}`}`,
  ].join('\n');

/** A shrunken world, told. */
export function storyText({ options, verdict }: Shrunk): string {
  const job = verdict.broken?.job ?? -1;
  const lines =
    options.clients.length === 1 ? verdict.story : verdict.story.filter((line) => line.includes(` #${job} `));
  const faults = needed(options).join(', ') || 'no fault';
  return [
    `Shrunk, the same promise breaks with job #${job}, with ${options.clients.length === 1 ? 'this client alone' : `${options.clients.length} clients`}, and ${faults}:`,
    ...(lines.length > maxLines ? [`  (${lines.length - maxLines} lines before)`] : []),
    ...lines.slice(-maxLines).map((line) => `  ${line}`),
  ].join('\n');
}
