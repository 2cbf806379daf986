import { simulationWithout } from './mutants.ts';
import { readOptions, type SimulationOptions, usage } from './options.ts';
import { brokenText, Report, storyText } from './report.ts';
import { shrink } from './shrink.ts';
import { runWorld, type WorldOptions } from './world.ts';

/** A mistake on the command line is told, with what it takes. */
function usageError(error: unknown): never {
  console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exit(2);
}

function optionsOrExit(): SimulationOptions {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    return usageError(error);
  }
}

const { worlds, clients, only, without, keepsGoing } = optionsOrExit();
const run = without === undefined ? runWorld : await simulationWithout(without).catch(usageError);
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
