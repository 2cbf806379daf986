import { describe, expect, it } from 'vitest';
import { showUsage } from '../../../../lambda/application/keys/show-usage.ts';
import { adminCaller } from '../../../../lambda/domain/keys/caller.ts';
import type { VirtualKey } from '../../../../lambda/domain/keys/virtual-key.ts';
import { createApiFixture, sampleCaller, sampleKey, sampleLimits } from '../../../support/api-fixture.ts';

const budgets = [{ micros: 1_000_000, period: '1d' as const }];

async function createUsageFixture(key: VirtualKey | undefined = sampleKey()) {
  const fixture = createApiFixture();
  const at = fixture.clock.now();
  await fixture.usage.reserve('vk_1', { nonce: 'n', jobId: 'j', at, micros: 40_000 }, sampleLimits);
  const asked: string[] = [];
  const virtualKeys = {
    async find(id: string) {
      asked.push(id);
      return key;
    },
  };
  return { usage: fixture.usage, clock: fixture.clock, virtualKeys, asked, settings: { defaultLimits: sampleLimits } };
}

describe(showUsage, () => {
  it('shows a caller its own, under its own limits, without reading its key again', async () => {
    const fixture = await createUsageFixture();
    const { owner, usage } = await showUsage(fixture, sampleCaller({ limits: { budgets } }));
    expect([owner, fixture.asked]).toEqual(['vk_1', []]);
    expect(usage).toMatchObject({ openJobs: 1, maxOpenJobs: 1000, windows: [{ used: 1 }] });
    expect(usage.budgets).toMatchObject([{ budget: budgets[0], committed: 40_000, reserved: 40_000 }]);
    expect((await showUsage(fixture, sampleCaller(), 'vk_1')).owner).toBe('vk_1');
  });

  it('shows an admin whoever is named, under the limits of that key', async () => {
    const fixture = await createUsageFixture(sampleKey({ limits: { budgets } }));
    const { usage } = await showUsage(fixture, adminCaller('ann'), 'vk_1');
    expect(usage).toMatchObject({ openJobs: 1, budgets: [{ committed: 40_000 }] });
    const own = await showUsage(fixture, adminCaller('ann'));
    expect(own).toMatchObject({ owner: 'admin:ann', usage: { openJobs: 0, budgets: [] } });
    expect((await showUsage(fixture, adminCaller('ann'), 'admin:bob')).usage.openJobs).toBe(0);
    expect(fixture.asked).toEqual(['vk_1']);
  });

  it('shows an admin what a key has spent that was deleted, and nothing of one that never was', async () => {
    const fixture = await createUsageFixture();
    const deleted = { ...fixture, virtualKeys: { find: async () => undefined } };
    expect((await showUsage(deleted, adminCaller('ann'), 'vk_1')).usage.openJobs).toBe(1);
    await expect(showUsage(deleted, adminCaller('ann'), 'vk_2')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('shows nobody else another owner, whether or not there is one', async () => {
    const fixture = await createUsageFixture();
    for (const owner of ['vk_2', 'admin:ann', 'nobody']) {
      await expect(showUsage(fixture, sampleCaller(), owner)).rejects.toMatchObject({
        ...{ code: 'admin_required', param: 'owner' },
      });
    }
    expect(fixture.asked).toEqual([]);
  });

  it('knows of no key that there is not', async () => {
    const { virtualKeys: _, ...fixture } = await createUsageFixture();
    const virtualKeys = { find: async () => undefined };
    await expect(showUsage({ ...fixture, virtualKeys }, adminCaller('ann'), 'vk_9')).rejects.toMatchObject({
      ...{ code: 'not_found', param: 'owner' },
    });
  });
});
