import { reuseNumber } from './clients/clients.ts';
import type { Broken } from './facts.ts';
import { type CallFault, faults, type MessageFault, messageFaults } from './faults.ts';
import type { runWorld, Verdict, WorldOptions } from './world.ts';

/** Runs at the most for one story: each is a world of its own. */
const maxRuns = 120;

/** The smallest world found that breaks the same promise, with its story. */
export interface Shrunk {
  readonly options: WorldOptions;
  readonly verdict: Verdict;
}

/**
 * Leaves out clients and kinds of faults as long as the same promise breaks. What befalls a job is drawn by its own number,
 * so that it meets much the same when others are gone.
 */
export async function shrink(run: typeof runWorld, world: WorldOptions, broken: Broken): Promise<Shrunk> {
  let runs = 0;
  let best: WorldOptions = { ...world, only: new Set([broken.promise]) };
  const stillBreaks = async (options: WorldOptions): Promise<boolean> => {
    if (runs >= maxRuns) return false;
    runs += 1;
    const breaks = (await run(options)).broken?.promise === broken.promise;
    if (breaks) best = options;
    return breaks;
  };
  const own = broken.job >= reuseNumber(0) ? broken.job - reuseNumber(0) : broken.job;
  const isAlone = own > 0 && (await stillBreaks({ ...best, clients: [own] }));
  if (!isAlone) await withFewerClients(() => best, stillBreaks);
  for (const fault of faults)
    await stillBreaks({ ...best, withoutFaults: new Set([...(best.withoutFaults ?? []), fault]) });
  for (const fault of messageFaults) {
    await stillBreaks({ ...best, withoutMessageFaults: new Set([...(best.withoutMessageFaults ?? []), fault]) });
  }
  const told: WorldOptions = { ...best, story: true };
  return { options: told, verdict: await run(told) };
}

/** Halves, quarters and so on are left out, as long as it helps (delta debugging). */
async function withFewerClients(
  best: () => WorldOptions,
  stillBreaks: (options: WorldOptions) => Promise<boolean>,
): Promise<void> {
  for (let parts = 2; parts <= best().clients.length; parts *= 2) {
    const size = Math.ceil(best().clients.length / parts);
    for (let at = 0; at < best().clients.length; ) {
      const clients = best().clients.toSpliced(at, size);
      if (clients.length === 0 || !(await stillBreaks({ ...best(), clients }))) at += size;
    }
  }
}

/** The kinds of faults that a story needs. */
export function needed({ withoutFaults, withoutMessageFaults }: WorldOptions): readonly string[] {
  return [
    ...faults.filter((fault: CallFault) => !withoutFaults?.has(fault)),
    ...messageFaults
      .filter((fault: MessageFault) => !withoutMessageFaults?.has(fault))
      .map((fault) => `message ${fault}`),
  ];
}
