import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { UsageStore } from '../../../lambda/domain/usage/usage-store.ts';

const at = Date.UTC(2026, 10, 28, 12);
const model = 'openai/gpt-image-1';
const [reserved, spent] = [40_000, 30_000];

/**
 * So many submissions of one owner reserve at once, on a budget with room for some; then each reservation is settled by three at
 * once. Expects that exactly those for which there is room get it, and that each is settled once.
 */
export async function crowd(store: UsageStore, { submissions, room }: { submissions: number; room: number }) {
  const owner = `vk_${randomUUID()}`;
  const budgets = [{ micros: room * reserved, period: '1d' as const }];
  const answers = await Promise.all(
    Array.from({ length: submissions }, () => {
      const reservation = { nonce: randomUUID(), jobId: randomUUID(), at, micros: reserved };
      return store.reserve(owner, reservation, { maxOpenJobs: 1000, rateLimits: [], budgets });
    }),
  );
  const refusals = answers.flatMap((answer) => (answer.reserved ? [] : [answer.refusal.by]));
  expect([answers.length - refusals.length, new Set(refusals)]).toEqual([room, new Set(['budget'])]);
  const open = (await store.find(owner))?.open ?? [];
  const settled = await Promise.all(
    open.flatMap((each) => [1, 2, 3].map(() => store.settle(owner, each, [{ model, micros: spent }]))),
  );
  expect(settled.filter(Boolean)).toHaveLength(room);
  const usage = await store.find(owner);
  expect(usage?.open).toEqual([]);
  expect(usage?.sums.map(({ micros }) => micros)).toEqual(Array.from({ length: 5 }, () => room * spent));
  expect(usage?.models.map((each) => [each.model, each.micros])).toEqual([
    [model, room * spent],
    [model, room * spent],
  ]);
}
