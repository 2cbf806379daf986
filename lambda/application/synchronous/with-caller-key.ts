import { ProviderFailure } from '../../domain/failure.ts';
import { firstCandidate, type JobOrder } from '../../domain/jobs/job.ts';
import type { GateStore, ProviderKeys } from '../../domain/ports.ts';
import { openGate } from '../../domain/rate-limiter/gate-state.ts';
import { callerKeyDigest } from '../../domain/rate-limiter/provider-key.ts';
import type { WorkerDependencies } from '../attempt/worker-dependencies.ts';

/**
 * The ports of a job whose provider requests are made with the caller's own key: it takes the place of the stage's, at the
 * provider of the requested model alone, and no gate limits it or learns from it. The key is kept nowhere but here, as long as
 * the job is worked on.
 */
export const withCallerKey = <Dependencies extends WorkerDependencies>(
  dependencies: Dependencies,
  order: JobOrder,
  apiKey: string,
): Dependencies => ({ ...dependencies, keys: onlyKey(firstCandidate(order).provider, apiKey), gates: openGates });

const onlyKey = (named: string, apiKey: string): ProviderKeys => ({
  keysFor: async (provider) => {
    if (provider !== named) throw new ProviderFailure('auth', 'The key of the request is for another provider.');
    return [{ apiKey, digest: callerKeyDigest, weight: 1 }];
  },
  renewed: async () => [],
});

const openGates: GateStore = {
  read: async () => ({ state: openGate, version: 0 }),
  write: async () => true,
};
