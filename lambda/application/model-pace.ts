import type { Candidate } from '../domain/generation.ts';
import type { CompletedJob } from '../domain/job.ts';
import { withPaced } from '../domain/model-pace.ts';
import type { GateName, GateStore } from '../domain/ports.ts';
import type { Telemetry } from '../domain/telemetry.ts';

/** Where it is kept what a model has shown lately: beside its gates, which are each one key's. */
export const paceOf = ({ provider, model }: Candidate): GateName => ({ provider, model, keyDigest: 'any' });

/** Keeps what models have shown lately: one for each container of a function that works on jobs. */
export interface ModelPace {
  /** Lets it be known what a completed job took. Throws nothing: a pace that isn't known costs nobody an image. */
  tell(job: CompletedJob): Promise<void>;
}

/** From so many jobs on a pace is good, and one job in four keeps it so. */
const paceIsGoodFrom = 5;

/** One id in four, whichever worker has the job: no chance is drawn for what nothing depends on. */
const isSampled = ({ id }: CompletedJob): boolean => /[048c]$/.test(id);

/** A container that serves more models than these begins anew. */
const maxModels = 1000;

/**
 * Writes the first jobs of a model, and of the others one in four, each once: where another worker was quicker, its job stands
 * for this one. Jobs that asked more than once tell nothing of the model.
 */
export function createModelPace(dependencies: { readonly gates: GateStore; readonly telemetry: Telemetry }): ModelPace {
  const { gates, telemetry } = dependencies;
  const good = new Set<string>();
  async function keep(name: GateName, job: CompletedJob): Promise<void> {
    const model = `${name.provider}/${name.model}`;
    if (good.has(model) && !isSampled(job)) return;
    const seen = await gates.read(name);
    const { pace = [] } = seen.state;
    if (pace.length >= paceIsGoodFrom) {
      if (good.size >= maxModels) good.clear();
      good.add(model);
      if (!isSampled(job)) return;
    }
    const seconds = (job.completedAt - job.createdAt) / 1000;
    await gates.write(name, seen, { ...seen.state, pace: withPaced(pace, seconds) });
  }
  return {
    async tell(job) {
      const [attempt, ...others] = job.attempts;
      if (!attempt || others.length > 0) return;
      await keep(paceOf(attempt), job).catch((error: unknown) => {
        telemetry.record('pace_unknown', { provider: attempt.provider, model: attempt.model }, error);
      });
    },
  };
}
