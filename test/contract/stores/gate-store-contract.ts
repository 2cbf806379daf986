import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemTimers } from '../../../lambda/adapters/system-timers.ts';
import { type GateDependencies, gateOf, reportToGate } from '../../../lambda/application/rate-limiter/gate-access.ts';
import { passRateLimiter } from '../../../lambda/application/rate-limiter/pass-rate-limiter.ts';
import type { GateStore } from '../../../lambda/domain/ports.ts';
import { closeGate } from '../../../lambda/domain/rate-limiter/gate-closing.ts';
import { openGate } from '../../../lambda/domain/rate-limiter/gate-state.ts';
import type { ProviderKey } from '../../../lambda/domain/rate-limiter/provider-key.ts';
import { createFixedClock } from '../../support/fixed-clock.ts';

const candidate = { provider: 'openai', model: 'gpt-image-2' };
const newName = () => ({ provider: 'openai', keyDigest: randomUUID() });

/** What every store of gates promises, alone and under the workers that use it. `open` is called once. */
export function gateStoreContract(name: string, open: () => Promise<GateStore>): void {
  describe(name, () => {
    let gates: GateStore;
    beforeAll(async () => {
      gates = await open();
    });

    it('has an open gate for a key that nobody has asked with', async () => {
      expect((await gates.read(newName())).state).toEqual(openGate);
    });

    it('keeps what was written, for that key of that provider, or that model with it, alone', async () => {
      const gate = newName();
      const learned = { perMinute: 7, at: 1, starts: 5 };
      const next = { ...openGate, closedUntil: 12.5, learned, turns: { vk_1: { lastAt: 1, since: 2, until: 3 } } };
      expect(await gates.write(gate, await gates.read(gate), next)).toBe(true);
      expect((await gates.read(gate)).state).toEqual(next);
      expect((await gates.read({ ...gate, provider: 'bfl' })).state).toEqual(openGate);
      expect((await gates.read({ ...gate, model: 'a' })).state).toEqual(openGate);
      expect(await gates.write({ ...gate, model: 'a' }, { state: openGate, version: 0 }, openGate)).toBe(true);
      expect((await gates.read(gate)).state).toEqual(next);
      expect((await gates.read({ ...gate, model: 'b' })).version).toBe(0);
    });

    it('refuses to write over what was not seen', async () => {
      const gate = newName();
      const first = await gates.read(gate);
      expect(await gates.write(gate, first, { ...openGate, nextAt: 1 })).toBe(true);
      expect(await gates.write(gate, first, { ...openGate, nextAt: 2 })).toBe(false);
      const second = await gates.read(gate);
      expect(await gates.write(gate, second, { ...openGate, nextAt: 3 })).toBe(true);
      expect(await gates.write(gate, second, { ...openGate, nextAt: 4 })).toBe(false);
      expect((await gates.read(gate)).state.nextAt).toBe(3);
    });

    const key = (): ProviderKey => ({ apiKey: 'key', digest: randomUUID(), weight: 1 });
    const worker = (requestsPerMinute?: number): GateDependencies => ({
      gates,
      clock: createFixedClock(),
      timers: systemTimers,
      random: Math.random,
      requestsPerMinute: () => requestsPerMinute,
      maxClosedSeconds: 225,
    });
    const passes = (dependencies: GateDependencies, keys: readonly ProviderKey[], count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, at) => passRateLimiter(dependencies, candidate, keys, `owner-${at % 3}`)),
      );

    it('gives no slot twice, however many workers ask at once', async () => {
      const granted = (await passes(worker(63), [key()], 16)).filter((pass) => pass.granted);
      expect(granted.length).toBeGreaterThan(0);
      expect(granted.length).toBeLessThanOrEqual(3);
    });

    it("gives each key's slots", async () => {
      const dependencies = worker(1);
      const keys = [key(), key()];
      const all = [];
      for (let asked = 0; asked < 4; asked += 1) all.push(await passRateLimiter(dependencies, candidate, keys, 'a'));
      const used = all.flatMap((pass) => (pass.granted ? [pass.key.digest] : []));
      expect(used.toSorted()).toEqual(keys.map(({ digest }) => digest).toSorted());
    });

    it('loses no news of a refusal among workers that ask', async () => {
      const dependencies = worker();
      const pool = [key()];
      const [only] = pool;
      if (!only) throw new Error('There is no key.');
      const now = dependencies.clock.now();
      const refusal = { startedAt: now, hintSeconds: 40, backoffSeconds: 1 };
      const close = reportToGate(dependencies, gateOf(candidate, only, 'model'), (state) =>
        closeGate(state, refusal, now, 225),
      );
      await Promise.all([passes(dependencies, pool, 3), close]);
      const [after] = await passes(dependencies, pool, 1);
      expect(after).toMatchObject({ granted: false });
      expect(after && !after.granted && after.until).toBeGreaterThanOrEqual(now + 40_000);
    });
  });
}
