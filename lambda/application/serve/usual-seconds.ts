import type { Candidate } from '../../domain/generation.ts';
import type { Catalog, Clock, GateStore } from '../../domain/ports.ts';
import { usualSecondsOf } from '../../domain/rate-limiter/recent-durations.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { durationsOf } from '../attempt/duration-recorder.ts';

/** Gives the seconds that a candidate's jobs usually take, from submission to end. Throws nothing. */
export type UsualSeconds = (candidate: Candidate) => Promise<number>;

/** What a model takes changes slowly. */
const freshMilliseconds = 30_000;

/** Maximum of cached models in a container, which then starts anew. */
const maxModels = 1000;

/**
 * Reads the recent durations of models, each at most every 30 seconds in one container. Only the first answer about a model waits
 * for the store: later ones have it asked again beside them, for those that follow. Where it can't answer, a model takes as long as
 * its row says.
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
      const { state } = await gates.read(durationsOf(candidate));
      return usualSecondsOf(state.durations ?? [], typicalSeconds);
    } catch (error) {
      telemetry.record('durations_unknown', { provider: candidate.provider, model: candidate.model }, error);
      return typicalSeconds;
    }
  }
  return async (candidate) => {
    const key = `${candidate.provider}/${candidate.model}`;
    const keep = (seconds: number): number => {
      if (known.size >= maxModels) known.clear();
      known.set(key, { seconds, until: clock.now() + freshMilliseconds });
      return seconds;
    };
    const kept = known.get(key);
    if (!kept) return keep(await read(candidate));
    if (clock.now() >= kept.until) {
      keep(kept.seconds);
      void read(candidate).then(keep);
    }
    return kept.seconds;
  };
}
