import { parseArgs } from 'node:util';
import { violationsOf } from './checks/all-checks.ts';
import { runScenario } from './run-scenario.ts';
import { storm } from './scenarios/storm.ts';

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const evidence = await runScenario(storm, { seed: Number(values.seed), jobs: Number(values.jobs), tell: print });
const violations = violationsOf(evidence);
print(
  JSON.stringify([...Map.groupBy(evidence.jobs, ({ row }) => row?.status ?? 'none')].map(([k, v]) => [k, v.length])),
);
print(
  [...evidence.steps.made]
    .sort()
    .map(
      ([s, c]) =>
        `${c} ${s}: ${[...evidence.steps.struck]
          .filter(([k]) => k.endsWith(` ${s}`))
          .map(([k, v]) => `${k.split(' ')[0]} ${v}`)
          .join(', ')}`,
    )
    .join('\n'),
);
print(
  JSON.stringify(
    [...Map.groupBy(evidence.jobs, ({ row }) => `${row?.status} ${row?.failure?.code} ${row?.failure?.message}`)].map(
      ([k, v]) => [k, v.length],
    ),
  ),
);
print(`${evidence.seconds} s`);
for (const { check, what } of violations.slice(0, 40)) print(`${check}: ${what}`);
print(`${violations.length} violations`);
