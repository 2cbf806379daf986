import { parseArgs } from 'node:util';
import { optionsOrExit } from '../../bin/command-line.ts';
import { violationsOf } from './checks/all-checks.ts';
import { mutationNames, mutations, withoutSafeguard } from './mutations.ts';
import { writeSection } from './reliability-page.ts';
import { runScenario } from './run-scenario.ts';
import { tableOf } from './summary.ts';

/**
 * Leaves out one safeguard of the engine after another, and tells which check noticed. Ends with 1 where none did: the
 * suite would then not have noticed its loss either.
 */

const seed = 1;

const usage = `Runs the chaos scenarios without one safeguard of the engine after another, and tells who noticed. Ends with 1 where nobody did.

  npm run chaos:ablation -- [--write]

--write  puts the table into docs/reliability.md`;

async function main(): Promise<void> {
  const { write } = optionsOrExit(
    usage,
    (args) => parseArgs({ args: [...args], options: { write: { type: 'boolean', default: false } } }).values,
  );
  process.env.CDK_VALIDATION ??= 'false';
  const rows: (readonly string[])[] = [];
  for (const name of mutationNames) {
    const mutation = mutations[name];
    const evidence = await runScenario(mutation.scenario, { seed, plugins: [withoutSafeguard(mutation)] });
    const checks = Map.groupBy(violationsOf(evidence), ({ check }) => check);
    const caught = [...checks].map(([check, { length }]) => `${check} (${length})`).join('; ');
    rows.push([name, mutation.safeguard, mutation.scenario.name, caught || 'NOTHING']);
    print(`${name}: ${caught || 'SURVIVED'}`);
    if (caught === '') process.exitCode = 1;
  }
  const table = tableOf(['without', 'that is', 'in the scenario', 'noticed by'], rows).replaceAll('---:', '---');
  print(`\n${table}`);
  if (write) writeSection('ablation', `\`npm run chaos:ablation\` made this table.\n\n${table}`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

await main();
