import { optionsOrExit } from '../../bin/command-line.ts';
import { readChaosOptions, usage } from './chaos-options.ts';
import { violationsOf } from './checks/all-checks.ts';
import { writeSection } from './reliability-page.ts';
import { runScenario } from './run-scenario.ts';
import { killTableOf, summaryOf } from './summary.ts';

/**
 * Runs a scenario, holds what it left behind against the promises, and ends with 1 where one is broken. Its script asks V8
 * for a larger young generation: with hundreds of short-lived threads that saves a fifth of the processor time.
 */

const maxShown = 40;

async function main(): Promise<void> {
  // The checks of the template are tested elsewhere, and take longer than all the rest of a start.
  process.env.CDK_VALIDATION ??= 'false';
  const { scenario, run, write, command } = optionsOrExit(usage, readChaosOptions);
  print(`${scenario.name}: ${scenario.about}`);
  const evidence = await runScenario(scenario, { ...run, tell: print });
  const violations = violationsOf(evidence);
  const summary = summaryOf(evidence, violations);
  const kills = killTableOf(evidence);
  print(`\n${summary}\n\n${kills}`);
  for (const { check, what } of violations.slice(0, maxShown)) print(`BROKEN ${check}: ${what}`);
  if (write) writeSection('summary', `\`${command}\` made this table.\n\n${summary}\n\n${kills}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

await main();
