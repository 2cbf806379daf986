import type { KeyLimits } from '../../lambda/domain/keys/key-limits.ts';
import { type ClientAddressing, clientAddressing } from './addressing.ts';
import { type ClientCaching, clientCaching, type StageCaching, stageCaching } from './caching.ts';
import { type ClientDoors, clientDoors, maxSendings, type StageDoors, stageDoors } from './doors.ts';
import { between, type Draw, drawsFrom, mix, pick } from './draws.ts';
import { type Weather, weathers } from './faults.ts';
import { type Model, models } from './parts/provider-models.ts';
import type { Mood } from './script.ts';

/** The times and choices of a stage, in seconds. */
export interface StagePlan extends StageDoors, StageCaching {
  readonly weather: Weather;
  readonly mood: Mood;
  readonly deadlineSeconds: number;
  readonly resultTtlSeconds: number;
  readonly onUnknownOutcome: 'retry' | 'fail';
  readonly rateLimitPatienceSeconds: number;
  readonly onSlowTicket: 'wait' | 'fall_back';
  readonly maxConcurrency: number;
  readonly jobsPerInvocation: number;
  /** The owner whose key is blocked in the middle of it all, and when, in seconds after the start. */
  readonly blocked: { readonly owner: string; readonly at: number } | undefined;
  readonly onBacklog: 'refuse' | 'accept';
  /** How many callers of one owner may wait at a time, and which part of the clients would. */
  readonly maxWaits: number;
  readonly waitingShare: number;
  /** What some owners may ask for; what isn't here is as good as unlimited. */
  readonly limits: Readonly<Record<string, KeyLimits>>;
  /** From how many typical seconds on a model's jobs run alone. */
  readonly slowModelSeconds: number;
  /** Whether the sweep is told how many wake-ups wait; else it takes every job for one whose wake-up was lost. */
  readonly sweepSeesBacklog: boolean;
  /** While the bucket takes no results, in seconds after the start. */
  readonly bucketClosed: { readonly at: number; readonly until: number } | undefined;
  /** In how much time all submissions come. */
  readonly spreadSeconds: number;
}

/** What one client means to do. Times are seconds after its submission, unless they say otherwise. */
export interface ClientPlan extends ClientDoors, ClientAddressing {
  /** The job's number in its world: what names it in the trace, and in its prompt. */
  readonly number: number;
  readonly owner: string;
  /** After the world's start. */
  readonly submitsAt: number;
  readonly operation: 'generation' | 'edit';
  readonly model: string;
  readonly fallbacks: readonly string[];
  readonly images: number;
  readonly mood: Mood;
  readonly resultTtlSeconds: number | undefined;
  readonly wantsRaw: boolean;
  readonly idempotencyKey: string | undefined;
  /** Sends the same again, with the same key. */
  readonly sendsAgainAfter: readonly number[];
  /** Uses the key for something else, in days. */
  readonly reusesKeyAfterDays: number | undefined;
  /** How long its submission asks to wait for the end, and the first of its looks: at times for longer than is granted. */
  readonly waitSeconds: number;
  /** What its submission's function takes to start, out of its own time. */
  readonly coldStartSeconds: number;
  /** Asks after its job this often; undefined for one that never does. */
  readonly pollsEvery: number | undefined;
  /** How it takes part in the cache of known answers; absent for one that doesn't. */
  readonly cache?: ClientCaching;
  readonly cancelsAfter: number | undefined;
  /** After the submission, or after the end where it has seen it. */
  readonly deletes: { readonly after: 'submission' | 'end'; readonly seconds: number } | undefined;
}

/** Noon of a day in 2026, in epoch milliseconds: when every world begins. */
export const worldStart = Date.UTC(2026, 10, 20, 12);

const owners = ['vk_ada', 'vk_bob', 'vk_cyd', 'vk_dot'];

/** Whether an owner's key is blocked by then. */
export const isBlocked = ({ blocked }: StagePlan, owner: string, now: number): boolean =>
  blocked !== undefined && blocked.owner === owner && now >= worldStart + blocked.at * 1000;

/** Whether the bucket takes results then. */
export const takesResults = ({ bucketClosed }: StagePlan, now: number): boolean =>
  bucketClosed === undefined ||
  now < worldStart + bucketClosed.at * 1000 ||
  now >= worldStart + bucketClosed.until * 1000;

/** The stage of a world. */
export function stagePlan(seed: number): StagePlan {
  const draw = drawsFrom(mix(seed, 0x57a6e));
  const spreadSeconds = pick(draw, [
    [2, 1800],
    [1, 7200],
    [1, 60],
  ]);
  return {
    spreadSeconds,
    blocked: draw() < 0.3 ? { owner: 'vk_dot', at: between(draw, 0, spreadSeconds + 60) } : undefined,
    limits: limitsOf(seed),
    onBacklog: draw() < 0.5 ? 'refuse' : 'accept',
    slowModelSeconds: 40,
    sweepSeesBacklog: true,
    weather: pick(draw, weathers),
    mood: pick<Mood>(draw, [
      [3, 'mixed'],
      [1, 'kind'],
      [1, 'busy'],
    ]),
    deadlineSeconds: draw() < 0.7 ? 1800 : 700,
    resultTtlSeconds: 3600,
    onUnknownOutcome: draw() < 0.8 ? 'retry' : 'fail',
    rateLimitPatienceSeconds: draw() < 0.7 ? 20 : 0,
    onSlowTicket: draw() < 0.5 ? 'wait' : 'fall_back',
    maxConcurrency: pick(draw, [
      [3, 20],
      [1, 8],
    ]),
    jobsPerInvocation: draw() < 0.7 ? 4 : 1,
    bucketClosed: draw() < 0.25 ? closing(draw, spreadSeconds) : undefined,
    ...waiting(draw),
    ...stageDoors(seed),
    ...stageCaching(seed),
  };
}

/** In some worlds many wait, and few may. */
const waiting = (draw: Draw): Pick<StagePlan, 'maxWaits' | 'waitingShare'> =>
  draw() < 0.25
    ? { maxWaits: Math.ceil(between(draw, 0, 3)), waitingShare: 0.25 }
    : { maxWaits: 50, waitingShare: 0.06 };

/** In some worlds, what two of the owners may ask for: little enough to be met. Drawn apart, so that all else is as without. */
function limitsOf(seed: number): StagePlan['limits'] {
  const draw = drawsFrom(mix(seed, 0x11317));
  if (draw() < 0.6) return {};
  const ofMoney = drawsFrom(mix(seed, 0xb0d6e7));
  const some = (): KeyLimits => ({
    maxOpenJobs: Math.floor(between(draw, 3, 11)),
    rateLimits: [
      ...(draw() < 0.4 ? [{ requests: Math.floor(between(draw, 2, 6)), period: '1m' as const }] : []),
      ...(draw() < 0.4 ? [{ requests: Math.floor(between(draw, 8, 25)), period: '1h' as const }] : []),
    ],
    budgets: budgetsOf(ofMoney),
  });
  return { vk_ada: some(), vk_bob: some() };
}

/** Enough for some jobs and too little for all, in micro-dollars. */
const budgetsOf = (draw: Draw): KeyLimits['budgets'] => [
  ...(draw() < 0.5 ? [{ micros: 10_000 * Math.floor(between(draw, 20, 100)), period: '1h' as const }] : []),
  ...(draw() < 0.5 ? [{ micros: 10_000 * Math.floor(between(draw, 30, 200)), period: '1d' as const }] : []),
];

/** Of an owner with a budget, many jobs make a request for each of their images, so that budgets run out between requests. */
function manyRequests(seed: number, number: number, limits: KeyLimits | undefined): Partial<ClientPlan> {
  if (limits === undefined || limits.budgets.length === 0) return {};
  const draw = drawsFrom(mix(seed, 0x3a2b1, number));
  return draw() < 0.4 ? { model: 'beta/single', fallbacks: [], images: 5 } : {};
}

/** Of a limited owner, many come in a burst. */
function burstOf(
  seed: number,
  { number, owner, submitsAt }: Pick<ClientPlan, 'number' | 'owner' | 'submitsAt'>,
  limits: StagePlan['limits'],
) {
  const draw = drawsFrom(mix(seed, 0xb0457, number));
  if (limits[owner] === undefined || draw() < 0.4) return submitsAt;
  return Math.floor(submitsAt / 600) * 600 + draw() * 0.03;
}

/** Some time during the submissions, for seconds or for longer than some jobs have. */
function closing(draw: Draw, spreadSeconds: number): StagePlan['bucketClosed'] {
  const at = between(draw, 0, spreadSeconds);
  return { at, until: at + between(draw, 10, draw() < 0.7 ? 240 : 1200) };
}

/** A client of a world, by its number: the same whatever others there are. */
export function clientPlan(seed: number, number: number, stage: StagePlan): ClientPlan {
  const draw = drawsFrom(mix(seed, 0xc11e, number));
  const owner = pick(
    draw,
    owners.map((name, at) => [at === 0 ? 3 : 1, name] as const),
  );
  const usable = models.filter(({ shutHintSeconds }) => shutHintSeconds === undefined || draw() < 0.4);
  const model = pick(
    draw,
    usable.map((each) => [weightOf(each), each] as const),
  );
  const hasKey = draw() < 0.45;
  const [cancels, deletes, reuses] = [draw() < 0.08, draw() < 0.22, hasKey && draw() < 0.15];
  const deletesAfter = deletes ? (draw() < 0.6 ? 'end' : 'submission') : undefined;
  const submitsAt = between(draw, 0, stage.spreadSeconds);
  const plan = {
    ...{ number, owner, model: nameOf(model) },
    submitsAt: burstOf(seed, { number, owner, submitsAt }, stage.limits),
    operation: draw() < 0.4 ? ('edit' as const) : ('generation' as const),
    fallbacks: fallbacksFor(draw, model),
    images: draw() < 0.75 ? 1 : Math.ceil(between(draw, 1, 5)),
    mood: pick<Mood>(draw, [
      [12, stage.mood],
      [4, 'kind'],
      [0.25, 'never'],
    ]),
    resultTtlSeconds: pick(draw, [
      [12, undefined],
      [1, 1],
      [1, 30],
      [1, 86_400],
    ]),
    wantsRaw: draw() < 0.2,
    idempotencyKey: hasKey ? `key-${number}` : undefined,
    sendsAgainAfter: hasKey ? sendings(draw) : [],
    reusesKeyAfterDays: reuses ? between(draw, 0.5, 3.2) : undefined,
    waitSeconds:
      draw() < stage.waitingShare
        ? pick(draw, [
            [2, 25],
            [1, 10],
            [1, 600],
          ])
        : 0,
    coldStartSeconds: draw() < 0.1 ? between(draw, 0, 10) : 0,
    // Who deletes what it has got looks often, so that a worker that stood still may not be back yet.
    pollsEvery: deletesAfter === 'end' ? between(draw, 4, 15) : draw() < 0.6 ? between(draw, 4, 60) : undefined,
    cancelsAfter: cancels ? between(draw, 0, 90) : undefined,
    deletes: deletesAfter && {
      after: deletesAfter as 'end' | 'submission',
      seconds: between(draw, 0, draw() < 0.7 ? 60 : 300),
    },
    ...clientDoors(seed, number, stage),
    ...manyRequests(seed, number, stage.limits[owner]),
    ...clientCaching(seed, number, stage, submitsAt),
  };
  return { ...plan, ...clientAddressing(seed, number, plan) };
}

/** Tickets are asked for most: their work outlives every worker. */
const weightOf = ({ shutHintSeconds, answers }: Model): number =>
  shutHintSeconds === undefined ? (answers === 'tickets' ? 16 : 10) : 2;

const nameOf = ({ provider, name }: Model): string => `${provider}/${name}`;

function fallbacksFor(draw: Draw, model: Model): readonly string[] {
  if (draw() < 0.6) return [];
  const others = models.filter((each) => each !== model && each.shutHintSeconds === undefined);
  const first = others[Math.floor(draw() * others.length)] as Model;
  const second = others[Math.floor(draw() * others.length)] as Model;
  return draw() < 0.7 ? [nameOf(first)] : [nameOf(first), nameOf(second)];
}

/** Twins at once, clients that try again soon, and some that come after a day or two. */
function sendings(draw: Draw): readonly number[] {
  const count = Math.floor(between(draw, 0, maxSendings + 1));
  return Array.from({ length: count }, () =>
    pick(draw, [
      [2, between(draw, 0, 1)],
      [2, between(draw, 1, 60)],
      [1, between(draw, 60, 4000)],
      [1, between(draw, 50_000, 200_000)],
    ]),
  );
}
