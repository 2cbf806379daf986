import type { Clock } from '../domain/ports.ts';

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now() };
