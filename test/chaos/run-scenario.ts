import { setTimeout as delay } from 'node:timers/promises';
import type { Plugin } from 'esbuild';
import { promptCanary } from '../e2e/log-leaks.ts';
import { type ChaosClient, createChaosClient, smallPhotograph } from './chaos-client.ts';
import { type ChaosStage, startChaosStage } from './chaos-stage.ts';
import { graceSeconds } from './checks/endings.ts';
import { type Evidence, gatherEvidence } from './evidence.ts';
import { hashOf, seededRandom } from './faults/seeded.ts';
import { hasOpenEntry, isEnded, type JobHistory, newHistory } from './history.ts';
import { keepEvidence } from './keep-evidence.ts';
import { Observer } from './observer.ts';
import type { Scenario } from './scenario.ts';

export interface RunOptions {
  readonly seed: number;
  /** @default the scenario's own */
  readonly jobs?: number;
  readonly plugins?: readonly Plugin[];
  /** A folder for what a broken promise is traced by: the run's steps, its log and its jobs. */
  readonly keepIn?: string;
  /** Takes a line now and then on how far the run is. */
  readonly tell?: (line: string) => void;
}

/** How long after its deadline and the grace a job is waited for before it counts as stuck. */
const patienceSeconds = 3;

/** Runs a scenario from the first submission until every job has ended, and gathers all that there is to be checked. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Evidence> {
  const { seed, plugins = [], jobs = scenario.jobs, tell = () => undefined } = options;
  const stage = await startChaosStage({
    seed,
    plugins,
    settings: scenario.settings,
    rules: scenario.rules(jobs),
    sweepSeconds: scenario.sweepSeconds,
  });
  try {
    const startedAt = performance.now();
    const random = seededRandom(hashOf(`${seed} ${scenario.name}`));
    const histories = Array.from({ length: jobs }, (_, at) =>
      newHistory(scenario.plan(random, `${promptCanary}-${scenario.name}-${at}-`)),
    );
    const giveUp = new AbortController();
    const client = createChaosClient(stage.origin, await smallPhotograph(), giveUp.signal);
    await live(stage, scenario, client, histories, tell);
    giveUp.abort();
    await delay((scenario.lingerSeconds ?? 0) * 1000);
    stage.counters.stopFaults();
    await Promise.all([lookAtAll(client, histories), waitForQueues(stage, scenario)]);
    const seconds = (performance.now() - startedAt) / 1000;
    const evidence = await gatherEvidence({ scenario, seed, stage, histories, seconds });
    if (options.keepIn !== undefined) await keepEvidence(evidence, stage.stepLog, options.keepIn);
    return evidence;
  } finally {
    await stage.stop();
  }
}

/** Lets the clients do what they planned, so many at a time, and waits for every job's end. */
async function live(
  stage: ChaosStage,
  scenario: Scenario,
  client: ChaosClient,
  histories: readonly JobHistory[],
  tell: (line: string) => void,
): Promise<void> {
  const ends = new Map<JobHistory, () => void>();
  let ended = 0;
  const observer = new Observer(stage.stores, (history) => ends.get(history)?.());
  const waiting = [...histories];
  const longest = (scenario.settings.deadlineSeconds ?? 0) + graceSeconds + patienceSeconds;
  const lane = async (): Promise<void> => {
    for (let history = waiting.shift(); history !== undefined; history = waiting.shift()) {
      const end = Promise.withResolvers<void>();
      ends.set(history, end.resolve);
      const lived = client.live(history, async () => {
        observer.watch(history);
        if (scenario.deadLettered && history.id !== undefined) await stage.stores.deadLetter(history.id);
      });
      // What was not accepted is over when its client has given up.
      lived.then(() => history.id ?? end.resolve());
      await Promise.race([end.promise, delay(longest * 1000, undefined, { ref: false })]);
      ended += 1;
      stage.counters.progress = ended / histories.length;
      if (ended % Math.max(50, Math.ceil(histories.length / 20)) === 0) tell(`${ended} of ${histories.length} jobs`);
      livesLeft.push(lived);
    }
  };
  const livesLeft: Promise<void>[] = [];
  await Promise.all(
    Array.from({ length: Math.min(scenario.atATime ?? Number.POSITIVE_INFINITY, histories.length) }, lane),
  );
  await until(async () => observer.unsettled === 0 && (await allSettled(stage)), graceSeconds);
  await Promise.all(livesLeft);
  await observer.stop();
}

/** Also the jobs that no client was told of. */
async function allSettled({ stores }: ChaosStage): Promise<boolean> {
  const rows = await stores.allJobs();
  return rows.every((row) => isEnded(row) && !hasOpenEntry(row));
}

async function lookAtAll(client: ChaosClient, histories: readonly JobHistory[]): Promise<void> {
  const waiting = histories.filter(({ id }) => id !== undefined);
  const lane = async (): Promise<void> => {
    for (let history = waiting.shift(); history !== undefined; history = waiting.shift()) await client.look(history);
  };
  await Promise.all(Array.from({ length: 6 }, lane));
}

async function waitForQueues({ stores }: ChaosStage, { emptiesQueue }: Scenario): Promise<void> {
  if (!emptiesQueue) return;
  await until(
    async () => {
      const { jobs, deadLetters } = await stores.messages();
      return jobs + deadLetters === 0;
    },
    (await stores.maxHiddenSeconds()) + graceSeconds,
  );
}

async function until(done: () => Promise<boolean>, maxSeconds: number): Promise<void> {
  for (const giveUpAt = Date.now() + maxSeconds * 1000; Date.now() < giveUpAt; await delay(400)) {
    if (await done()) return;
  }
}
