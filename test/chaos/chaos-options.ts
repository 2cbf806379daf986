import { parseArgs } from 'node:util';
import { type MutationName, mutationNames, mutations, withoutSafeguard } from './mutations.ts';
import type { RunOptions } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { directed } from './scenarios/directed.ts';
import { storm } from './scenarios/storm.ts';

export const usage = `npm run chaos -- [--jobs 60] [--seed 1] [--scenario storm] [--on-unknown-outcome retry] [--without NAME] [--keep FOLDER] [--write]

  --jobs N               how many jobs
  --seed N               which jobs, and which faults
  --scenario NAME        ${[storm, ...directed].map(({ name }) => name).join(', ')}
  --on-unknown-outcome   the stage's setting: retry or fail
  --without NAME         leaves a safeguard out, in the scenario where that shows: ${mutationNames.join(', ')}
  --keep FOLDER          keeps the steps, the log and the jobs there, for who has to find out what went wrong
  --write                puts what came of it into docs/reliability.md
`;

/** What the command line asks for. */
export interface ChaosOptions {
  readonly scenario: Scenario;
  readonly run: RunOptions;
  readonly write: boolean;
  /** The command that makes this run again, without where its traces are kept. */
  readonly command: string;
}

/** Throws for what it doesn't know. */
export function readChaosOptions(values: readonly string[]): ChaosOptions {
  const { values: given, tokens } = parseArgs({
    tokens: true,
    args: [...values],
    options: {
      jobs: { type: 'string' },
      seed: { type: 'string', default: '1' },
      scenario: { type: 'string' },
      'on-unknown-outcome': { type: 'string', default: 'retry' },
      without: { type: 'string' },
      keep: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const onUnknownOutcome = given['on-unknown-outcome'];
  if (onUnknownOutcome !== 'retry' && onUnknownOutcome !== 'fail') throw new TypeError(usage);
  const mutation = given.without === undefined ? undefined : mutations[given.without as MutationName];
  if (given.without !== undefined && mutation === undefined) throw new TypeError(usage);
  const scenario = scenarioCalled(given.scenario ?? mutation?.scenario.name ?? storm.name);
  return {
    scenario: { ...scenario, settings: { onUnknownOutcome, ...scenario.settings } },
    write: given.write,
    command: ['npm run chaos --', ...tokens.flatMap(asGiven)].join(' '),
    run: {
      seed: wholeNumber(given.seed),
      ...(given.jobs === undefined ? {} : { jobs: wholeNumber(given.jobs) }),
      ...(given.keep === undefined ? {} : { keepIn: given.keep }),
      plugins: mutation ? [withoutSafeguard(mutation)] : [],
    },
  };
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

const asGiven = (token: Token): readonly string[] =>
  token.kind === 'option' && token.name !== 'keep' ? [`--${token.name}`, ...(token.value ? [token.value] : [])] : [];

function scenarioCalled(name: string): Scenario {
  const found = [storm, ...directed].find((scenario) => scenario.name === name);
  if (found === undefined) throw new TypeError(usage);
  return found;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new TypeError(usage);
  return number;
}
