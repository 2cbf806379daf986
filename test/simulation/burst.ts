import { optionsOrExit, readNothing } from '../../bin/command-line.ts';
import { weathers } from './faults.ts';
import { type ClientPlan, clientPlan, type StagePlan, stagePlan } from './plans.ts';
import { runWorld } from './world.ts';

optionsOrExit(
  `A burst of 500 jobs on ten workers, with and without what the sweep knows of the queue.

  npm run simulate:burst`,
  readNothing,
);

// A burst of 500 jobs on ten workers of four jobs each, some 45 seconds a job, in calm weather: what the sweep does to a queue
// that is merely long, where it knows how many wake-ups wait, and where it doesn't.

const jobs = 500;
const calm = weathers.map(([, weather]) => weather).find(({ name }) => name === 'calm');
if (!calm) throw new Error('There is no calm weather.');
const drawn = stagePlan(1);

console.log('| the sweep | receives | receives a job | minutes | jobs a minute |');
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const sweepSeesBacklog of [false, true]) {
  const stage: StagePlan = {
    ...{ ...drawn, weather: calm, blocked: undefined, bucketClosed: undefined, onBacklog: 'accept', sweepSeesBacklog },
    ...{ deadlineSeconds: 3600, maxConcurrency: 10, jobsPerInvocation: 4, spreadSeconds: 10, slowModelSeconds: 900 },
  };
  const planOf = (number: number): ClientPlan => ({
    ...clientPlan(1, number, stage),
    ...{ model: 'alpha/grand', fallbacks: [], images: 1, mood: 'kind', inputsAt: [], submitsAt: (10 * number) / jobs },
    // As many owners as there are jobs, so that none is held back for the sake of others.
    ...{ owner: `vk_${number}`, idempotencyKey: undefined, sendsAgainAfter: [], reusesKeyAfterDays: undefined },
    doors: ['asynchronous'],
    ...{ waitSeconds: 0, coldStartSeconds: 0, pollsEvery: undefined, cancelsAfter: undefined, deletes: undefined },
  });
  const clients = Array.from({ length: jobs }, (_, at) => at + 1);
  const { broken, receives, lastEndSeconds } = await runWorld({ seed: 1, clients, cast: { stage, planOf } });
  if (broken) throw broken;
  const minutes = lastEndSeconds / 60;
  const name = sweepSeesBacklog ? 'knows how many wake-ups wait' : 'takes all that wait for lost';
  console.log(
    `| ${name} | ${receives} | ${(receives / jobs).toFixed(2)} | ${minutes.toFixed(1)} | ${(jobs / minutes).toFixed(0)} |`,
  );
}
