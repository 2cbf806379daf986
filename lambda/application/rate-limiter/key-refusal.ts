import type { ProviderFailure } from '../../domain/failure.ts';
import { type Attempt, isKeyRefused } from '../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../domain/jobs/job.ts';
import type { ProviderKeys } from '../../domain/ports.ts';
import { closeGate } from '../../domain/rate-limiter/gate-closing.ts';
import { coolDown } from '../../domain/rate-limiter/gate-state.ts';
import { keysLeft, type ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { type GateDependencies, gateFields, gateOf, reportToGate } from './gate-access.ts';
import { whenGateOpens } from './pass-rate-limiter.ts';

export interface KeyRefusalDependencies extends GateDependencies {
  readonly keys: ProviderKeys;
  readonly telemetry: Telemetry;
}

/** How long a key is on cooldown that a provider refused, or that is out of credit, where others can serve. */
const cooldownSeconds = 900;

/** What a failure says of the key that the request was made with, for the next step. */
export type KeyConsequences = Pick<Attempt, 'retryAt' | 'keyLeft'>;

/**
 * Draws the consequences of a failure for the key that the request was made with: a refused key is put on cooldown, and a
 * gate closes whose provider has had enough; for the model alone, or for all of them where the provider says so. What is
 * known of the request is worth more than that: a store that is down is no reason to lose it.
 */
export async function drawConsequences(
  dependencies: KeyRefusalDependencies,
  job: OpenJob,
  attempt: Attempt,
  failure: ProviderFailure,
  key: ProviderKey,
  backoffSeconds: number,
): Promise<KeyConsequences> {
  // What a provider says of the caller's account is none of the stage's concern.
  if (job.credential === 'caller') return {};
  const closed: Attempt = { ...attempt, outcome: failure.kind };
  try {
    if (isKeyRefused(failure.kind)) return await startCooldown(dependencies, job, closed, failure, key);
    if (failure.kind === 'rate_limited') return await close(dependencies, job, closed, failure, key, backoffSeconds);
  } catch (error) {
    dependencies.telemetry.record('gate_not_told', gateFields(attempt, key, failure.limitIs), error);
  }
  return {};
}

async function startCooldown(
  dependencies: KeyRefusalDependencies,
  job: OpenJob,
  closed: Attempt,
  { kind, limitIs }: ProviderFailure,
  key: ProviderKey,
): Promise<KeyConsequences> {
  const { telemetry } = dependencies;
  const keys = await keysNow(dependencies, closed.provider, kind, key);
  const left = keysLeft(keys, [...job.attempts, closed], closed.candidate);
  const verdict = left.length > 0 ? { keyLeft: true } : {};
  const fields = gateFields(closed, key, limitIs);
  try {
    const { before, after } = await reportToGate(dependencies, gateOf(closed, key, limitIs), (state, now) =>
      coolDown(state, cooldownSeconds, now),
    );
    const code = limitIs === 'key' ? 'key_in_cooldown' : 'model_refused';
    if (after !== before) telemetry.record(code, { ...fields, kind, seconds: cooldownSeconds });
  } catch (error) {
    telemetry.record('gate_not_told', fields, error);
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
  closed: Attempt,
  { retryAfterSeconds: hintSeconds, limitIs }: ProviderFailure,
  key: ProviderKey,
  backoffSeconds: number,
): Promise<KeyConsequences> {
  const { clock, telemetry, maxClosedSeconds } = dependencies;
  const refusal = { startedAt: closed.startedAt, hintSeconds, backoffSeconds };
  const { before, after } = await reportToGate(dependencies, gateOf(closed, key, limitIs), (state, now) =>
    closeGate(state, refusal, now, maxClosedSeconds),
  );
  if (after.announcedUntil !== before.announcedUntil) {
    const seconds = Math.ceil((after.closedUntil - clock.now()) / 1000);
    const requestsPerMinute = after.learned?.perMinute;
    telemetry.record('gate_closed', { ...gateFields(closed, key, limitIs), seconds, requestsPerMinute });
  }
  return { retryAt: await whenToRetry(dependencies, job, closed, hintSeconds ?? 0, key, backoffSeconds) };
}

/**
 * At once where the gates of another key are open. Else when the first of them opens, but not before this job has backed
 * off, for longer with each of its refusals. Where there is no other key, the job takes the provider at its word too,
 * though others may try before: it takes no place in line that it would not come for.
 */
async function whenToRetry(
  dependencies: KeyRefusalDependencies,
  job: OpenJob,
  closed: Attempt,
  hintSeconds: number,
  key: ProviderKey,
  backoffSeconds: number,
): Promise<number> {
  const { clock, keys, maxClosedSeconds } = dependencies;
  const left = keysLeft(await keys.keysFor(closed.provider), job.attempts, closed.candidate);
  const usable = left.length > 0 ? left : [key];
  const isAlone = usable.every(({ digest }) => digest === key.digest);
  const earliest = clock.now() + Math.max(backoffSeconds, isAlone ? hintSeconds : 0) * 1000;
  if (isAlone && hintSeconds > maxClosedSeconds) return earliest;
  const opensAt = await whenGateOpens(dependencies, closed, usable, job.owner);
  return opensAt <= clock.now() ? opensAt : Math.max(opensAt, earliest);
}
