import { randomUUID } from 'node:crypto';
import type { KnownAnswer } from '../../../lambda/domain/answers/known-answer.ts';

/** Longer than any run takes. */
const longMilliseconds = 24 * 3600_000;

/** A known answer as the table keeps it: under way, or full in any other state. */
export function storedAnswer(state: string, named: Pick<KnownAnswer, 'id' | 'owner'>): KnownAnswer {
  const led = { ...named, leader: randomUUID(), nonce: randomUUID() };
  const until = Date.now() + longMilliseconds;
  if (state === 'under way') return { ...led, state: 'leading', deadlineAt: until };
  const result = { images: [], provider: 'openai', model: 'gpt-image-2', latency: 1000, warnings: [] };
  return { ...led, state: 'full', result, expiresAt: until };
}
