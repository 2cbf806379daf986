import { parseArgs } from 'node:util';
import { optionsOrExit } from '../../bin/command-line.ts';
import { simulationWithout } from './mutants.ts';
import { clientsPerWorld } from './options.ts';
import { type PromiseNumber, promises } from './promises/list.ts';
import { mutants } from './safeguards.ts';

// Leaves out one safeguard of the engine after another, and runs worlds until a promise breaks: a simulation that passes shows
// little unless it fails when it should. Names on the command line choose some.

/** Worlds without a broken promise after which a safeguard counts as one that nobody would miss. */
const maxWorlds = 500;

const clients = Array.from({ length: clientsPerWorld }, (_, at) => at + 1);
const usage = `Runs the simulation without one safeguard of the engine after another, until a promise breaks.

  npm run simulate:ablation -- [NAME …]

NAME  only without these: ${Object.keys(mutants).join(', ')}`;
const names = optionsOrExit(usage, (args) => {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
  const stray = positionals.find((name) => !Object.hasOwn(mutants, name));
  if (stray !== undefined) throw new Error(`There is no safeguard ${stray}.`);
  return positionals.length > 0 ? positionals : Object.keys(mutants);
});
let missed = 0;
console.log('| without | that is | broken promise | in world |');
console.log('| --- | --- | --- | ---: |');
for (const name of names) {
  const run = await simulationWithout(name);
  let found: { readonly promise: PromiseNumber; readonly world: number } | undefined;
  for (let world = 1; world <= maxWorlds && !found; world += 1) {
    const { broken } = await run({ seed: world, clients });
    if (broken) found = { promise: broken.promise as PromiseNumber, world };
  }
  if (!found) missed += 1;
  const told = found
    ? `${found.promise}: ${promises[found.promise]} | ${found.world}`
    : `none in ${maxWorlds} worlds |`;
  console.log(`| ${name} | ${mutants[name]?.safeguard} | ${told} |`);
}
process.exitCode = missed > 0 ? 1 : 0;
