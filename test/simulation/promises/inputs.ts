import type { Facts } from '../facts.ts';
import { type InputFetch, uselessHosts } from '../parts/input-hosts.ts';
import { broken, type Check } from './check.ts';

/** Promises 50 and 51: inputs named by address are fetched once, and before anything that may cost money. */
export const inputs: Check = {
  onWrite({ scheduler }, life, _, by) {
    if (by === 'keepInputs') life.inputsKeptAt = scheduler.now;
  },
  onRequest({ clients }, request, life) {
    const hosts = clients.get(request.job)?.plan.inputsAt ?? [];
    if (!life || hosts.length === 0) return;
    if (hosts.some((kind) => uselessHosts.has(kind))) broken(51, life, 'a request was made without one of its inputs');
    if (life.inputsKeptAt === undefined) broken(51, life, 'a request was made before its inputs were there');
  },
  atEnd({ clients, lives, network }) {
    for (const life of lives.values()) {
      const hosts = clients.get(life.number)?.plan.inputsAt ?? [];
      if (!hosts.some((kind) => uselessHosts.has(kind)) || network.mishaps.has(life.number)) continue;
      if (life.end?.status === 'completed') broken(51, life, 'it was completed without one of its inputs');
      const code = life.end?.failure?.code ?? '';
      if (life.end?.status === 'failed' && !endsOfUseless.has(code)) broken(51, life, `it failed with ${code}`);
    }
  },
};

/** What a job may say that never gets its inputs: also that its time was over before. */
const endsOfUseless: ReadonlySet<string> = new Set(['invalid_image', 'deadline_exceeded', 'unavailable']);

/**
 * Promise 50, at each request to a host, where only one job has its number. Whoever has stood still may not know yet that its job is
 * another's.
 */
export function judgeFetch({ lives }: Facts, { number, invocation }: InputFetch): void {
  const [life, another] = [...lives.values()].filter((each) => each.number === number && !each.isGone);
  if (!life || another || life.end || invocation.wasFrozen) return;
  if (life.inputsKeptAt !== undefined) broken(50, life, 'an input was fetched again that had been recorded');
}
