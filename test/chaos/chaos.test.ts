import { describe, expect, it } from 'vitest';
import { violationsOf } from './checks/all-checks.ts';
import { runScenario } from './run-scenario.ts';
import { storm } from './scenarios/storm.ts';
import { killTableOf, summaryOf } from './summary.ts';

const seed = 1;
/** Alone on two cores each takes less than a minute; a machine that has other work gets more. */
const maxMilliseconds = 280_000;

/** As many jobs, and as little time for each, as a test has patience for. */
const shortStorm = {
  ...storm,
  settings: { ...storm.settings, deadlineSeconds: 28 },
  jobs: 36,
  atATime: 20,
  lingerSeconds: 0,
  emptiesQueue: false,
};

// A short form of the suite, for what only real functions, threads and connections can show; the orders of events are the
// simulation's (test/simulation). Each scenario has a run of its own, `npm run chaos -- --scenario NAME`, and all safeguards are left
// out in turn by `npm run chaos:ablation`. That each check can fail is shown in checks/checks.test.ts.
describe('the gateway under faults', () => {
  it(
    'keeps its promises with everything at once',
    async () => {
      const evidence = await runScenario(shortStorm, { seed });
      const violations = violationsOf(evidence);
      console.info(`${summaryOf(evidence, violations)}\n\n${killTableOf(evidence)}`);
      expect(violations).toEqual([]);
      expect(evidence.steps.total('kill_before')).toBeGreaterThan(10);
      expect(evidence.steps.total('kill_after')).toBeGreaterThan(10);
      expect(evidence.steps.total('twice')).toBeGreaterThan(2);
    },
    maxMilliseconds,
  );
});
