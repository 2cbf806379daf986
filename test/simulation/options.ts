import { parseArgs } from 'node:util';
import { type PromiseNumber, promises } from './promises/list.ts';
import { mutants } from './safeguards.ts';

/** Clients of one world: few enough to be read, many enough to get into each other's way. */
export const clientsPerWorld = 200;

/** What a run of the simulation is asked for. */
export interface SimulationOptions {
  readonly worlds: readonly number[];
  /** Clients in each world. */
  readonly clients: number;
  /** The promises that are judged; undefined for all. */
  readonly only: ReadonlySet<number> | undefined;
  /** The safeguard that is left out, by its name. */
  readonly without: string | undefined;
  /** Goes on after a broken promise. */
  readonly keepsGoing: boolean;
}

/** The worlds of one seed: no two seeds up to some million jobs have one in common. */
const worldsPerSeed = 10_000;

/** What the command takes, for whoever asks. */
export const usage = `npm run simulate -- [options]
  --jobs N       clients, in worlds of ${clientsPerWorld}; most make one job (default 10000)
  --seed S       which worlds (default 1)
  --world W      one world, such as one that broke a promise
  --only P,Q     judge these promises alone, by their numbers in test/simulation/promises/list.ts
  --without NAME leave out a safeguard of the engine, by its name in test/simulation/safeguards.ts
  --keep-going   go on after a broken promise, without its story`;

/** Reads the command line. Throws an error that says what it takes. */
export function readOptions(args: readonly string[]): SimulationOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      world: { type: 'string' },
      only: { type: 'string' },
      without: { type: 'string' },
      'keep-going': { type: 'boolean', default: false },
    },
  });
  const jobs = wholeNumber('--jobs', values.jobs);
  const seed = wholeNumber('--seed', values.seed);
  const { without } = values;
  if (without !== undefined && !Object.hasOwn(mutants, without)) {
    throw new Error(`--without takes one of ${Object.keys(mutants).join(', ')}.`);
  }
  const count = Math.ceil(jobs / clientsPerWorld);
  if (count > worldsPerSeed) throw new Error(`--jobs takes up to ${worldsPerSeed * clientsPerWorld}.`);
  const first = (seed - 1) * worldsPerSeed + 1;
  return {
    worlds:
      values.world === undefined
        ? Array.from({ length: count }, (_, at) => first + at)
        : [wholeNumber('--world', values.world)],
    clients: Math.min(jobs, clientsPerWorld),
    only: values.only === undefined ? undefined : new Set(values.only.split(',').map(promiseNumber)),
    without,
    keepsGoing: values['keep-going'],
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} takes a whole number from 1, not ${text}.`);
  return value;
}

function promiseNumber(text: string): PromiseNumber {
  if (!Object.hasOwn(promises, text)) throw new Error(`--only takes numbers of promises, such as 2,13: not ${text}.`);
  return Number(text) as PromiseNumber;
}
