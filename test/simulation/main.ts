import { optionsOrExit } from '../../bin/command-line.ts';
import { simulationWithout } from './mutants.ts';
import { readOptions, usage } from './options.ts';
import { brokenText, Report, storyText } from './report.ts';
import { shrink } from './shrink.ts';
import { runWorld, type WorldOptions } from './world.ts';

const { worlds, clients, only, without, keepsGoing } = optionsOrExit(usage, readOptions);
const run = without === undefined ? runWorld : await simulationWithout(without);
const report = new Report();
let brokenWorlds = 0;
for (const seed of worlds) {
  const options: WorldOptions = {
    seed,
    clients: Array.from({ length: clients }, (_, at) => at + 1),
    ...(only === undefined ? {} : { only }),
  };
  const verdict = await run(options);
  report.add(verdict);
  if (!verdict.broken) continue;
  brokenWorlds += 1;
  console.log(brokenText(seed, verdict.broken, without));
  if (keepsGoing) continue;
  console.log(storyText(await shrink(run, options, verdict.broken)));
  break;
}
console.log(report.text(process.cpuUsage().user / 1e6));
console.log(`worlds with a broken promise: ${brokenWorlds}`);
process.exitCode = brokenWorlds > 0 ? 1 : 0;
