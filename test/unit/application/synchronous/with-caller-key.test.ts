import { describe, expect, it } from 'vitest';
import { withCallerKey } from '../../../../lambda/application/synchronous/with-caller-key.ts';
import { openGate } from '../../../../lambda/domain/rate-limiter/gate-state.ts';
import { createWorkerFixture } from '../../../support/worker-fixture.ts';

const gate = { provider: 'openai', keyDigest: 'caller' };

describe('withCallerKey', () => {
  const { dependencies, order } = createWorkerFixture([]);
  const { keys, gates, ...others } = withCallerKey(dependencies, order, 'own-key');

  it('has one key, without a digest of its own, for the provider of the requested model alone', async () => {
    expect(await keys.keysFor('openai')).toEqual([{ apiKey: 'own-key', digest: 'caller', weight: 1 }]);
    await expect(keys.keysFor('xai')).rejects.toMatchObject({ kind: 'auth' });
    expect(await keys.renewed('openai', 'caller')).toEqual([]);
  });

  it('passes every gate, and writes to none', async () => {
    const seen = await gates.read(gate);
    expect(seen.state).toEqual(openGate);
    expect(await gates.write(gate, seen, { ...openGate, nextAt: 1e15 })).toBe(true);
    expect((await gates.read(gate)).state).toEqual(openGate);
    expect((await dependencies.gates.read(gate)).state).toEqual(openGate);
  });

  it('leaves everything else as it is', () => {
    const { keys: _, gates: __, ...unchanged } = dependencies;
    expect(others).toEqual(unchanged);
  });
});
