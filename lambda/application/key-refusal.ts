import { type Attempt, isKeyRefused } from '../domain/attempt.ts';
import type { ProviderFailure } from '../domain/failure.ts';
import { closeGate, restKey } from '../domain/gate.ts';
import type { OpenJob } from '../domain/job.ts';
import type { ProviderKeys } from '../domain/ports.ts';
import { keysLeft, type ProviderKey } from '../domain/provider-key.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import { type GateDependencies, tellGate, whenGateOpens } from './pass-gate.ts';

export interface KeyRefusalDependencies extends GateDependencies {
  readonly keys: ProviderKeys;
  readonly telemetry: Telemetry;
}

/** How long a key rests that a provider refused, or that is out of credit, where others can serve. */
const restSeconds = 900;

/** What a failure says of the key that the request was made with, for the next step. */
export type KeyVerdict = Pick<Attempt, 'retryAt' | 'keyLeft'>;

/**
 * Draws the consequences of a failure for the key that the request was made with: a refused key rests, and a gate closes
 * whose provider has had enough. What is known of the request is worth more than that: a store that is down is no reason
 * to lose it.
 */
export async function drawConsequences(
  dependencies: KeyRefusalDependencies,
  job: OpenJob,
  attempt: Attempt,
  failure: ProviderFailure,
  key: ProviderKey,
  backoffSeconds: number,
): Promise<KeyVerdict> {
  const closed: Attempt = { ...attempt, outcome: failure.kind };
  try {
    if (isKeyRefused(failure.kind)) return await letRest(dependencies, job, closed, failure, key);
    if (failure.kind === 'rate_limited') return await close(dependencies, job, closed, failure, key, backoffSeconds);
  } catch (error) {
    dependencies.telemetry.record('gate_not_told', { provider: attempt.provider, key: key.digest }, error);
  }
  return {};
}

async function letRest(
  dependencies: KeyRefusalDependencies,
  job: OpenJob,
  closed: Attempt,
  { kind }: ProviderFailure,
  key: ProviderKey,
): Promise<KeyVerdict> {
  const { telemetry } = dependencies;
  const { provider, candidate } = closed;
  const keys = await keysNow(dependencies, provider, kind, key);
  const left = keysLeft(keys, [...job.attempts, closed], candidate);
  const verdict = left.length > 0 ? { keyLeft: true } : {};
  try {
    const { before, after } = await tellGate(dependencies, provider, key, (state, now) =>
      restKey(state, restSeconds, now),
    );
    if (after !== before) telemetry.record('key_rested', { provider, key: key.digest, kind, seconds: restSeconds });
  } catch (error) {
    telemetry.record('gate_not_told', { provider, key: key.digest }, error);
  }
  return verdict;
}

/** A refused key may have been changed since it was read; one that is out of credit is still the same. */
async function keysNow(
  { keys, telemetry }: KeyRefusalDependencies,
  provider: string,
  kind: ProviderFailure['kind'],
  key: ProviderKey,
): Promise<readonly ProviderKey[]> {
  try {
    return kind === 'auth' ? await keys.renewed(provider, key.digest) : await keys.keysFor(provider);
  } catch (error) {
    telemetry.record('provider_keys_stale', { provider }, error);
    return [];
  }
}

async function close(
  dependencies: KeyRefusalDependencies,
  job: OpenJob,
  { provider, candidate, startedAt }: Attempt,
  { retryAfterSeconds: hintSeconds }: ProviderFailure,
  key: ProviderKey,
  backoffSeconds: number,
): Promise<KeyVerdict> {
  const refusal = { startedAt, hintSeconds, backoffSeconds };
  const { before, after } = await tellGate(dependencies, provider, key, (state, now) => closeGate(state, refusal, now));
  const now = dependencies.clock.now();
  if (before.closedUntil <= now) {
    const seconds = Math.ceil((after.closedUntil - now) / 1000);
    const fields = { provider, key: key.digest, seconds, requestsPerMinute: after.learned?.perMinute };
    dependencies.telemetry.record('gate_closed', fields);
  }
  const usable = keysLeft(await dependencies.keys.keysFor(provider), job.attempts, candidate);
  return { retryAt: await whenGateOpens(dependencies, provider, usable.length > 0 ? usable : [key], job.owner) };
}
