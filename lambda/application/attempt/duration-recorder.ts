import type { Candidate } from '../../domain/generation.ts';
import type { CompletedJob, Job } from '../../domain/jobs/job.ts';
import type { GateName, GateStore } from '../../domain/ports.ts';
import { withDuration } from '../../domain/rate-limiter/recent-durations.ts';
import type { Telemetry } from '../../domain/telemetry.ts';

/** Where the recent durations of a model's jobs are kept: beside its gates, which are each one key's. */
export const durationsOf = ({ provider, model }: Candidate): GateName => ({ provider, model, keyDigest: 'any' });

/** Records what jobs took: one for each container of a function that works on jobs. */
export interface DurationRecorder {
  /** Records a job that was completed. Throws nothing: a duration that isn't known costs nobody an image. */
  record(job: Job): Promise<void>;
}

/** From so many durations on an estimate is good, and one job in four keeps it so. */
const goodFrom = 5;

/** One id in four, whichever worker has the job: no chance is drawn for what nothing depends on. */
const isSampled = ({ id }: CompletedJob): boolean => /[048c]$/.test(id);

/** A container that serves more models than these begins anew. */
const maxModels = 1000;

/**
 * Writes the first jobs of a model, and of the others one in four, each once: where another worker was quicker, its job stands
 * for this one. Jobs that asked more than once tell nothing of the model.
 */
export function createDurationRecorder(dependencies: {
  readonly gates: GateStore;
  readonly telemetry: Telemetry;
}): DurationRecorder {
  const { gates, telemetry } = dependencies;
  const good = new Set<string>();
  async function write(name: GateName, job: CompletedJob): Promise<void> {
    const model = `${name.provider}/${name.model}`;
    if (good.has(model) && !isSampled(job)) return;
    const seen = await gates.read(name);
    const { durations = [] } = seen.state;
    if (durations.length >= goodFrom) {
      if (good.size >= maxModels) good.clear();
      good.add(model);
      if (!isSampled(job)) return;
    }
    const seconds = (job.completedAt - job.createdAt) / 1000;
    await gates.write(name, seen, { ...seen.state, durations: withDuration(durations, seconds) });
  }
  return {
    async record(job) {
      const [attempt, ...others] = job.attempts;
      if (job.status !== 'completed' || !attempt || others.length > 0) return;
      await write(durationsOf(attempt), job).catch((error: unknown) => {
        telemetry.record('durations_unknown', { provider: attempt.provider, model: attempt.model }, error);
      });
    },
  };
}
