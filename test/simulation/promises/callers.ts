import type { Facts, Life } from '../facts.ts';
import { worldStart } from '../plans.ts';
import { broken, type Check } from './check.ts';

/** Seconds that API Gateway and the functions behind it allow an answer that isn't streamed. */
const maxAnswerSeconds = 28;

/** What a gate has learned of a provider's rate is forgotten after an hour. */
const learnedMilliseconds = 3_600_000;

const maxStartSeconds = 60;

/** Promises 17, 18, 20 and 21: what callers see of their jobs, and of others'. */
export const callers: Check = {
  onWrite(facts, life, before) {
    const { row } = life;
    if (life.isGone || !before || before.status === row.status || row.failure?.code !== 'unavailable') return;
    if (row.attempts.some(({ imagesAsked }) => imagesAsked > 0)) return;
    const model = row.candidates.map(({ provider, model: name }) => `${provider}/${name}`);
    if (
      row.failure.provider !== undefined &&
      !model.some((name) => refusedSince(facts, name, row.createdAt - learnedMilliseconds))
    ) {
      broken(17, life, `a job failed for want of a turn, and no vendor refused ${model.join(' or ')}`);
    }
  },
  onRequest({ stage, scheduler }, request, life) {
    const { blocked } = stage;
    if (!life || !blocked || life.row.owner !== blocked.owner || request.invocation.wasFrozen) return;
    const since = (scheduler.now - worldStart) / 1000 - blocked.at;
    // Between the look at the key and the request are the gate, the ledger and the way there.
    if (since > maxStartSeconds)
      broken(24, life, `a request was made ${Math.round(since)} s after its key was blocked`);
  },
  onTold(_, { answer, at, askedAt, by, stoodStill }, number) {
    const seconds = (at - askedAt) / 1000;
    if (answer === 'died' && by === 'submit' && seconds >= maxAnswerSeconds && !stoodStill) {
      broken(18, { number }, `a submission was not answered within ${maxAnswerSeconds} s`);
    }
  },
  atEnd({ clients, lives, stage, network }) {
    for (const client of clients.values()) {
      const { plan, told } = client;
      const jobs = new Set(told.flatMap(({ answer, nonce }) => (answer === 'accepted' && nonce ? [nonce] : [])));
      if (plan.idempotencyKey !== undefined && jobs.size > 1 && !isFarApart(jobs, lives)) {
        broken(21, plan, 'one idempotency key has made two jobs');
      }
      const [first] = jobs;
      const life = first === undefined ? undefined : lives.get(first);
      if (stage.blocked?.owner === plan.owner) continue;
      const isPatient = plan.pollsEvery !== undefined && plan.cancelsAfter === undefined && !plan.deletes;
      if (!life || !client.isFollowing || !isPatient || client.hasSeenEnd || client.deletedAt !== undefined) continue;
      const ttl = plan.resultTtlSeconds ?? stage.resultTtlSeconds;
      if (plan.pollsEvery <= ttl / 3 && (network.mishaps.get(plan.number) ?? []).length === 0) {
        broken(20, plan, `its client asked each ${Math.round(plan.pollsEvery)} s and never saw the end`);
      }
    }
  },
};

function refusedSince({ vendors }: Facts, model: string, since: number): boolean {
  return (vendors.refusals.get(model) ?? []).some((at) => at >= since);
}

/** Two jobs of one key are right where the first was forgotten when the second came. */
function isFarApart(nonces: ReadonlySet<string>, lives: ReadonlyMap<string, Life>): boolean {
  const times = [...nonces].map((nonce) => lives.get(nonce)?.row.createdAt ?? 0).toSorted((a, b) => a - b);
  return times.every((at, place) => place === 0 || at - (times[place - 1] ?? 0) > 24 * 3600_000);
}
