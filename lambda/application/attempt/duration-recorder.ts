// Latency sampling: recent job durations per model, the basis of Retry-After.

import type { Candidate } from '../../domain/generation.ts';
import type { CompletedJob, Job } from '../../domain/jobs/job.ts';
import type { GateName, GateStore } from '../../domain/ports.ts';
import { withDuration } from '../../domain/rate-limiter/recent-durations.ts';
import type { Telemetry } from '../../domain/telemetry.ts';

/** The item with a model's recent job durations: in the table of gates, under a key digest of its own. */
export const durationsOf = ({ provider, model }: Candidate): GateName => ({ provider, model, keyDigest: 'any' });

/** Records job durations: one recorder per container of a function that works on jobs. */
export interface DurationRecorder {
  /** Records a completed job. Throws nothing: a missing duration affects no job. */
  record(job: Job): Promise<void>;
}

/** With this many durations an estimate is good; one job in four keeps it current. */
const goodFrom = 5;

/** One id in four, the same for every worker, without a random draw. */
const isSampled = ({ id }: CompletedJob): boolean => /[048c]$/.test(id);

/** Bounds the memory of a container: beyond this many models the set is cleared. */
const maxModels = 1000;

/**
 * Writes the first jobs of a model, then one in four, with a single try each: if the write loses a race, the other worker's job
 * serves as well. Jobs with several requests say nothing about the model.
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
