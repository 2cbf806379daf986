import type { LimitIs } from '../../domain/failure.ts';
import type { Candidate } from '../../domain/generation.ts';
import { openAfterProbe } from '../../domain/rate-limiter/gate-closing.ts';
import type { ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { type GateDependencies, gateFields, gateOf, reportToGate } from './gate-access.ts';

/**
 * Opens the gates for which a start was the probe, once the provider has accepted it. If one can't be written, the others
 * go on probing, one after another.
 */
export async function reportProbe(
  dependencies: GateDependencies & { readonly telemetry: Telemetry },
  candidate: Candidate,
  key: ProviderKey,
  probes: readonly LimitIs[],
  startedAt: number,
): Promise<void> {
  for (const limitIs of probes) {
    try {
      await reportToGate(dependencies, gateOf(candidate, key, limitIs), (state) => openAfterProbe(state, startedAt));
    } catch (error) {
      dependencies.telemetry.record('gate_not_told', gateFields(candidate, key, limitIs), error);
    }
  }
}
