import { describe, expect, it } from 'vitest';
import { violationsOf } from './checks/all-checks.ts';
import { type MutationName, mutations, withoutSafeguard } from './mutations.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { directed } from './scenarios/directed.ts';
import { storm } from './scenarios/storm.ts';
import { killTableOf, summaryOf } from './summary.ts';

const seed = 1;
/** Alone on two cores the whole file takes under a minute; a machine that has other work gets more. */
const mostMilliseconds = 280_000;

async function keepsItsPromises(scenario: Scenario): Promise<void> {
  const evidence = await runScenario(scenario, { seed });
  expect(violationsOf(evidence)).toEqual([]);
  // A scenario whose faults no longer strike would show nothing.
  expect([...evidence.steps.struck.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(2);
}

/** As many jobs, and as little time for each, as a test has patience for. */
const shortStorm = { ...storm, settings: { ...storm.settings, deadlineSeconds: 30 }, jobs: 40 };

describe.concurrent('the gateway under faults', () => {
  it(
    'keeps its promises with everything at once',
    async () => {
      const evidence = await runScenario(shortStorm, { seed });
      const violations = violationsOf(evidence);
      console.info(`${summaryOf(evidence, violations)}\n\n${killTableOf(evidence)}`);
      expect(violations).toEqual([]);
      expect(evidence.steps.total('kill_before')).toBeGreaterThan(10);
      expect(evidence.steps.total('kill_after')).toBeGreaterThan(10);
      expect(evidence.steps.total('twice')).toBeGreaterThan(5);
    },
    mostMilliseconds,
  );

  it.each(directed.filter(({ calm }) => !calm))('keeps them in the scenario $name', keepsItsPromises, mostMilliseconds);

  it.each<[MutationName, string]>([
    ['manifest', 'what was stored is not paid for again'],
    ['ledger-before-request', 'every charge stands in a ledger'],
  ])(
    'is found out without its %s',
    async (name, check) => {
      const mutation = mutations[name];
      const evidence = await runScenario(mutation.scenario, { seed, plugins: [withoutSafeguard(mutation)] });
      expect(violationsOf(evidence).map((violation) => violation.check)).toContain(check);
    },
    mostMilliseconds,
  );
});

// One after the other: where nothing may be lost without a cause, the machine must not be one.
describe('the gateway under faults that cost nothing but time', () => {
  it.each(directed.filter(({ calm }) => calm))(
    'keeps its promises in the scenario $name',
    keepsItsPromises,
    mostMilliseconds,
  );
});
