import { expect, it } from 'vitest';
import { clientsPerWorld } from './options.ts';
import { runWorld } from './world.ts';

const clients = Array.from({ length: clientsPerWorld }, (_, at) => at + 1);

/** What a run that breaks a promise says of it, and how to see it again. */
async function judgementOf(seed: number): Promise<string | undefined> {
  const { broken } = await runWorld({ seed, clients });
  return (
    broken && `promise ${broken.promise}, job #${broken.job}: ${broken.message} (npm run simulate -- --world ${seed})`
  );
}

/** A test for each of these seeds: that every promise is kept in its world and in the four worlds after it. */
export function keepsPromisesIn(firstSeeds: readonly number[]): void {
  it.each(firstSeeds)('keeps every promise in the worlds from %i on', async (first) => {
    for (let seed = first; seed < first + 5; seed += 1) expect(await judgementOf(seed)).toBeUndefined();
  });
}
