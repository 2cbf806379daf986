import type { Candidate } from '../domain/generation.ts';
import { usualSecondsOf } from '../domain/model-pace.ts';
import type { Catalog, Clock, GateStore } from '../domain/ports.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import { paceOf } from './model-pace.ts';

/** Gives the seconds that a candidate's jobs usually take, from submission to end. Throws nothing. */
export type UsualSeconds = (candidate: Candidate) => Promise<number>;

/** What a model takes changes slowly, and no answer should wait for the store that another has just asked. */
const knownForMilliseconds = 30_000;

/** A container that is asked of more models than these begins anew. */
const maxModels = 1000;

/**
 * Reads what models have shown lately, each at most every 30 seconds in one container. Where the store can't answer, a model takes
 * as long as its row says.
 */
export function createUsualSeconds(dependencies: {
  readonly gates: Pick<GateStore, 'read'>;
  readonly catalog: Pick<Catalog, 'timing'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): UsualSeconds {
  const { gates, catalog, clock, telemetry } = dependencies;
  const known = new Map<string, { readonly seconds: number; readonly until: number }>();
  async function read(candidate: Candidate): Promise<number> {
    const { typicalSeconds } = catalog.timing(candidate);
    try {
      const { state } = await gates.read(paceOf(candidate));
      return usualSecondsOf(state.pace ?? [], typicalSeconds);
    } catch (error) {
      telemetry.record('pace_unknown', { provider: candidate.provider, model: candidate.model }, error);
      return typicalSeconds;
    }
  }
  return async (candidate) => {
    const key = `${candidate.provider}/${candidate.model}`;
    const kept = known.get(key);
    if (kept && clock.now() < kept.until) return kept.seconds;
    const seconds = await read(candidate);
    if (known.size >= maxModels) known.clear();
    known.set(key, { seconds, until: clock.now() + knownForMilliseconds });
    return seconds;
  };
}
