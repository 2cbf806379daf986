import { describe, expect, it } from 'vitest';
import type { VirtualKeyView } from '../../lambda/contract/virtual-key.ts';
import { keyLines, keyTable } from '../../scripts/key-table.ts';

const now = Date.UTC(2026, 10, 20, 12);
const setting = { now, defaultLimits: { rateLimits: [{ requests: 600, period: '1m' }], maxOpenJobs: 100 } } as const;
const key: VirtualKeyView = {
  ...{ id: 'vk_1', object: 'virtual_key', name: 'shop', active: true, providers: { openai: ['*'] }, budgets: [] },
  credentials: [{}],
  created_at: '2026-11-20T11:00:00.000Z',
};
const windowOf = (period: '1m' | '1d', used: number, limit: number) => ({ period, used, limit, resets_at: '' });
const unused = {
  ...key,
  usage: { open_jobs: 0, requests: [windowOf('1m', 0, 600)], budgets: [], spend: [] },
} as unknown as VirtualKeyView;

describe('keyTable', () => {
  it("shows the stage's limits by their numbers where a key has none of its own", () => {
    const [heading = '', row = ''] = keyTable([unused], setting).split('\n');
    expect(heading).toMatch(/RATE +OPEN JOBS +BUDGET \(USD\) +LAST ACCEPTED SUBMISSION$/);
    expect(row).toMatch(/0 of 600\/1m \(the stage's\) +0 of 100 \(the stage's\) +none +never$/);
  });

  it('shows all rates as the option takes them, the shortest window first', () => {
    const limits = [
      { requests: 9, period: '1d' },
      { requests: 5, period: '1m' },
    ] as const;
    const own: VirtualKeyView = { ...unused, rate_limits: [...limits], max_open_jobs: 2 };
    const used = { open_jobs: 1, requests: [windowOf('1d', 3, 9), windowOf('1m', 2, 5)], budgets: [], spend: [] };
    const row = keyTable([{ ...own, usage: used } as unknown as VirtualKeyView], setting);
    expect(row).toMatch(/ 2 of 5\/1m, 3 of 9\/1d +1 of 2 +none +never$/);
    expect(keyTable([{ ...own, rate_limits: [] }], setting)).toContain('no limit ');
  });
});

describe('keyLines', () => {
  it('tells of a new key what limits hold, and of no submission', () => {
    const lines = keyLines({ ...key, key: 'sk-bf-x' }, setting);
    expect(lines).toMatch(/^rate +600\/1m \(the stage's\)$/m);
    expect(lines).toMatch(/^open jobs +100 \(the stage's\)$/m);
    expect(lines).not.toContain('submission');
  });

  it('tells of a key its credentials and its last accepted submission', () => {
    const used = { ...unused, last_used_at: '2026-11-20T11:30:00.000Z' };
    const lines = keyLines(used, setting);
    expect(lines).toMatch(/^credentials +the newest$/m);
    expect(lines).toMatch(/^last accepted submission +2026-11-20T11:30:00\.000Z$/m);
  });

  it('tells until when credentials work that were replaced, the first to end first', () => {
    const [first, second] = ['2026-11-20T12:00:01.000Z', '2026-11-20T12:00:02.000Z'] as const;
    const credentials = [{}, { expires_at: second }, { expires_at: second }, { expires_at: first }];
    expect(keyLines({ ...key, credentials }, setting)).toMatch(
      new RegExp(`^credentials +the newest, an earlier one until ${first}, 2 earlier ones until ${second}$`, 'm'),
    );
  });

  it('tells of budgets as the option takes them, and what is spent, by model this month and today', () => {
    const monthly = [
      { model: 'openai/gpt-image-2', usd: 20 },
      { model: 'bfl/flux-2-pro', usd: 10.5 },
    ];
    const spend = [
      { period: '1d', usd: 1.25, reserved_usd: 0.2, models: [{ model: 'bfl/flux-2-pro', usd: 1.25 }] },
      { period: '1M', usd: 30.5, reserved_usd: 0.2, models: monthly },
    ];
    const budgets = [{ period: '1M', committed_usd: 30.7 }];
    const own = { budgets: [{ usd: 50, period: '1M' }], usage: { ...unused.usage, budgets, spend } };
    const lines = keyLines({ ...key, ...own } as unknown as VirtualKeyView, setting);
    expect(lines).toMatch(/^budget \(USD\) +30\.7 of 50\/1M$/m);
    expect(lines).toMatch(/^spent +1\.25 USD\/1d, 30\.5 USD\/1M$/m);
    expect(lines).toMatch(/^reserved +0\.2 USD$/m);
    expect(lines).toMatch(
      /^openai\/gpt-image-2 +20 USD this month, 0 USD today\nbfl\/flux-2-pro +10\.5 USD this month, 1\.25 USD today$/m,
    );
  });
});
