import { usageOf } from '../../../lambda/adapters/dynamo/usage/usage-item.ts';
import { type KeyLimits, type Period, windowOf } from '../../../lambda/domain/keys/key-limits.ts';
import { refusalOf, type Usage } from '../../../lambda/domain/usage/usage.ts';
import type { WindowName } from '../../../lambda/domain/usage/windows.ts';
import type { Facts, Life } from '../facts.ts';
import type { UsageEvent } from '../parts/usage-table.ts';
import { broken, type Check } from './check.ts';

const isOpen = ({ row, isGone }: Life): boolean => !isGone && (row.status === 'pending' || row.status === 'processing');

/** Whether it was taken back: a row that goes before its job has ended. */
const isUndone = ({ isGone, end }: Life): boolean => isGone && end === undefined;

const livesOf = ({ lives }: Facts, owner: string): readonly Life[] =>
  [...lives.values()].filter(({ row }) => row.owner === owner);

const isIn = (period: Period, startsAt: number, at: number): boolean => windowOf(period, at).startsAt === startsAt;

/** Promises 31 and 32, by the jobs alone; and 34. */
export const limits: Check = {
  onWrite(facts, life, before) {
    const { owner, createdAt } = life.row;
    const own: KeyLimits | undefined = facts.stage.limits[owner];
    if (before || life.isGone || own === undefined) return;
    const lives = livesOf(facts, owner);
    const open = lives.filter(isOpen).length;
    if (open > own.maxOpenJobs) broken(31, life, `${owner} has ${open} open jobs, and may have ${own.maxOpenJobs}`);
    for (const { period, requests } of own.rateLimits) {
      const { startsAt } = windowOf(period, createdAt);
      // One with a known answer is accepted beyond the rate.
      const isCounted = (each: Life) => !isUndone(each) && each.row.cache === undefined;
      const accepted = lives.filter((each) => isCounted(each) && isIn(period, startsAt, each.row.createdAt)).length;
      if (accepted > requests)
        broken(32, life, `${accepted} jobs of ${owner} in ${period}, of which ${requests} may be`);
    }
  },
  atEnd(facts) {
    for (const row of facts.usage.rows.values()) {
      const usage = usageOf(row);
      const [left] = usage.open;
      if (left)
        broken(34, { number: numberOf(left.nonce) }, `${usage.open.length} jobs of ${usage.owner} are reserved`);
      for (const count of usage.counts) checkCount(34, facts, usage, count);
    }
  },
};

/** Promises 31 and 33, where room is refused or becomes free. */
export function judgeUsage(facts: Facts, { what, owner, nonce, at, micros, row }: UsageEvent): void {
  const number = numberOf(nonce);
  const life = facts.lives.get(nonce);
  if (what === 'ended') {
    if (life && isOpen(life)) broken(31, life, 'the room of a job was given away while it was open');
    return;
  }
  if (what !== 'refused') return;
  const usage = usageOf(row);
  const own = facts.stage.limits[owner];
  if (own === undefined || usage.open.some((each) => each.nonce === nonce)) return;
  if (!refusalOf(usage, own, { at, micros })) broken(33, { number }, `${owner} was refused, and had room`);
  for (const { nonce: other, at: since } of usage.open) checkRoom(facts, other, since);
  for (const { period } of own.rateLimits) {
    const { startsAt } = windowOf(period, at);
    checkCount(33, facts, usage, { period, startsAt });
  }
}

/** What a worker may take to end a reservation after its job, where nothing befell it. */
const endingMilliseconds = 60_000;

/** Five minutes until a reservation is looked into, five until the sweep passes over it, and its own time. */
const sweepMilliseconds = 660_000;

/** Room is taken by a job that may still spend something or is about to be, or was left by a function that met with a mishap. */
function checkRoom(facts: Facts, nonce: string, since: number): void {
  const { scheduler, network, lives } = facts;
  const life = lives.get(nonce);
  if (life && (isOpen(life) || life.spentAllAt === undefined)) return;
  const number = numberOf(nonce);
  const mishaps = network.mishaps.get(number)?.length ?? 0;
  const sweeps = network.mishaps.get(-1)?.length ?? 0;
  const freeSince = life?.spentAllAt ?? since;
  const allowed = mishaps === 0 && life?.end ? endingMilliseconds : sweepMilliseconds * (1 + sweeps + mishaps);
  const milliseconds = scheduler.now - freeSince;
  if (milliseconds > allowed) broken(33, { number }, `its room is taken ${Math.round(milliseconds / 1000)} s after it`);
}

/** How far the clocks of two functions may be apart. */
const skewMilliseconds = 5000;

/** A window counts what was accepted in it and what is reserved, as long as it is current to all: then the sweep takes nothing back. */
function checkCount(promise: 33 | 34, facts: Facts, usage: Usage, { period, startsAt }: WindowName): void {
  const { now } = facts.scheduler;
  if (![now - skewMilliseconds, now + skewMilliseconds].every((at) => isIn(period, startsAt, at))) return;
  const counted = usage.counts.find((each) => each.period === period && each.startsAt === startsAt)?.requests ?? 0;
  const nonces = new Set(usage.open.filter(({ at }) => isIn(period, startsAt, at)).map(({ nonce }) => nonce));
  for (const life of livesOf(facts, usage.owner)) {
    if (!isUndone(life) && isIn(period, startsAt, life.row.createdAt)) nonces.add(life.nonce);
  }
  if (counted !== nonces.size)
    broken(promise, { number: -1 }, `${period} of ${usage.owner} counts ${counted} for ${nonces.size} jobs`);
}

/** The head of every nonce tells whose it is. */
const numberOf = (nonce: string): number => Number.parseInt(nonce.slice(0, 8), 16);
