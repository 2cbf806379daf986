import { virtualKeyPrefix } from '../headers.ts';
import type { VirtualKeyView } from '../virtual-key.ts';
import { completedAt, createdAt, exampleIds } from './openapi-example-ids.ts';

const key: VirtualKeyView = {
  id: exampleIds.key,
  object: 'virtual_key',
  name: 'web shop',
  credentials: [{}],
  active: true,
  providers: { openai: ['*'], bfl: ['flux-2-pro'] },
  budgets: [{ usd: 50, period: '1M' }],
  rate_limits: [{ requests: 20, period: '1h' }],
  max_open_jobs: 10,
  created_at: createdAt,
};

/** What usage shows, of a key or by itself. */
export const usageFields: NonNullable<VirtualKeyView['usage']> = {
  open_jobs: 1,
  max_open_jobs: 10,
  requests: [{ period: '1h', used: 3, limit: 20, resets_at: '2026-11-20T20:00:00.000Z' }],
  budgets: [
    {
      period: '1M',
      limit_usd: 50,
      committed_usd: 12.6,
      reserved_usd: 0.21,
      remaining_usd: 37.4,
      resets_at: '2026-12-01T00:00:00.000Z',
    },
  ],
  spend: [
    {
      ...{ period: '1M', usd: 12.39, reserved_usd: 0.21 },
      ...{ starts_at: '2026-11-01T00:00:00.000Z', resets_at: '2026-12-01T00:00:00.000Z' },
      models: [{ model: 'openai/gpt-image-2', usd: 12.39 }],
    },
  ],
};

/** A key as lists show it. */
export const withUsage: VirtualKeyView = {
  ...key,
  last_used_at: completedAt,
  usage: usageFields,
};

/** A credential that no stage has, since none has this form. */
export const madeKey: VirtualKeyView = { ...key, key: `${virtualKeyPrefix}(43 letters and digits)` };
