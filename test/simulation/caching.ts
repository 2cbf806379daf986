import { between, drawsFrom, mix, pick } from './draws.ts';

/** How much a stage's clients use the cache of known answers. */
export interface StageCaching {
  /** Which part of the clients has a cache key: in most worlds none. */
  readonly cachingShare: number;
}

/** How one client takes part in the cache. */
export interface ClientCaching {
  readonly key: string;
  readonly ttlSeconds: number;
  readonly store: boolean;
}

/** What clients that take part ask for: few things, so that some ask for the same. */
interface CachedWish {
  readonly cache: ClientCaching;
  readonly submitsAt: number;
  readonly operation: 'generation' | 'edit';
  readonly model: string;
  readonly fallbacks: readonly string[];
  readonly images: number;
}

/** Drawn apart, so that all else is as without. */
export function stageCaching(seed: number): StageCaching {
  const draw = drawsFrom(mix(seed, 0xcac4e));
  return { cachingShare: draw() < 0.4 ? 0.5 : 0 };
}

const wishes: readonly Pick<CachedWish, 'operation' | 'model' | 'fallbacks' | 'images'>[] = [
  { operation: 'generation', model: 'alpha/swift', fallbacks: [], images: 1 },
  { operation: 'generation', model: 'alpha/swift', fallbacks: [], images: 2 },
  { operation: 'generation', model: 'alpha/grand', fallbacks: ['beta/single'], images: 1 },
  { operation: 'edit', model: 'beta/single', fallbacks: [], images: 3 },
  { operation: 'generation', model: 'gamma/patient', fallbacks: [], images: 1 },
  // Its vendor takes no requests, so that a leader is at work until it is too late for those that wait.
  { operation: 'generation', model: 'alpha/preview', fallbacks: [], images: 1 },
];

/** How long after each other equal requests come: most at once, while the first one is under way. */
const burstSeconds = [
  [3, 2],
  [2, 40],
  [1, 400],
] as const;

/** What a client asks for that takes part; nothing for one that doesn't. */
export function clientCaching(
  seed: number,
  number: number,
  { cachingShare }: StageCaching,
  plannedAt: number,
): Partial<CachedWish> {
  const draw = drawsFrom(mix(seed, 0xcac4f, number));
  if (draw() >= cachingShare) return {};
  const wish = wishes[Math.floor(draw() * wishes.length)] as (typeof wishes)[number];
  const everySeconds = 900;
  return {
    ...wish,
    submitsAt: Math.floor(plannedAt / everySeconds) * everySeconds + between(draw, 0, pick(draw, burstSeconds)),
    cache: {
      key: draw() < 0.7 ? 'first' : 'second',
      ttlSeconds: pick(draw, [
        [2, 60],
        [2, 900],
        [1, 7200],
      ]),
      store: draw() < 0.9,
    },
  };
}
