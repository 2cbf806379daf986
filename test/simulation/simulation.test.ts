import { describe, expect, it } from 'vitest';
import { mutated } from '../chaos/mutations.ts';
import { keepsPromisesIn } from './keeps-promises.ts';
import { simulationWithout } from './mutants.ts';
import { clientsPerWorld, readOptions } from './options.ts';
import { promises } from './promises/list.ts';
import { mutants } from './safeguards.ts';
import { needed, shrink } from './shrink.ts';
import { runWorld } from './world.ts';

const clients = Array.from({ length: clientsPerWorld }, (_, at) => at + 1);

describe('the engine, simulated', () => {
  // The next twenty are in more-worlds.test.ts.
  keepsPromisesIn([1, 6, 11, 16]);

  it('goes the same way with the same seed, and another way with another', async () => {
    const some = clients.slice(0, 60);
    const [first, again, other] = [3, 3, 4].map((seed) => runWorld({ seed, clients: some }));
    const hashes = [(await first)?.hash, (await again)?.hash, (await other)?.hash];
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });

  it('meets faults of every kind, and lets most jobs end all the same', async () => {
    const faults = new Set<string>();
    const ends = new Set<string>();
    for (let seed = 1; seed <= 12; seed += 1) {
      const verdict = await runWorld({ seed, clients: clients.slice(0, 100) });
      for (const name of verdict.faults.keys()) faults.add(name);
      for (const name of verdict.ends.keys()) ends.add(name);
    }
    expect([...faults]).toEqual(
      expect.arrayContaining(['refused', 'answer_lost', 'late', 'killed_before', 'killed_after', 'frozen']),
    );
    expect([...faults]).toEqual(expect.arrayContaining(['message lost', 'message late', 'message doubled']));
    expect([...ends]).toEqual(expect.arrayContaining(['completed', 'cancelled, cancelled', 'failed, unavailable']));
  });
});

describe('a simulation without a safeguard', () => {
  it.each(Object.entries(mutants))('can be made: what %s changes stands in its file', (_, mutant) => {
    expect(mutated(mutant)).not.toBe('');
  });

  it('breaks a promise, and shrinks to a story of few clients that breaks the same', async () => {
    const run = await simulationWithout('ledger-before-request');
    const options = { seed: 1, clients };
    const { broken } = await run(options);
    expect(broken?.promise).toBe(6);
    if (!broken) return;
    const shrunk = await shrink(run, options, broken);
    expect(shrunk.verdict.broken?.promise).toBe(6);
    expect(shrunk.options.clients.length).toBeLessThan(10);
    expect(needed(shrunk.options)).toEqual([]);
    expect(shrunk.verdict.story.length).toBeGreaterThan(3);
  });
});

describe('readOptions', () => {
  it('gives worlds of their own to each seed', () => {
    const [one, two] = ['1', '2'].map((seed) => readOptions(['--jobs', '1000', '--seed', seed]).worlds);
    expect(one).toEqual([1, 2, 3, 4, 5]);
    expect(two?.[0]).toBeGreaterThan(1000);
    expect(readOptions(['--world', '37', '--only', '2,13'])).toMatchObject({ worlds: [37], only: new Set([2, 13]) });
  });

  it.each([
    [['--jobs', 'many'], '--jobs takes'],
    [['--jobs', '2000001'], '--jobs takes'],
    [['--only', '99'], '--only takes'],
    [['--speed', '2'], '--speed'],
  ])('says what it takes, for %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe('the promises', () => {
  it('name each the promise of the page on reliability that they are about', () => {
    for (const text of Object.values(promises)) expect(text).toMatch(/ \[[1-5]\]$/);
  });
});
