import type { VirtualKeyView } from '../lambda/contract/virtual-key.ts';
import { type DefaultLimits, periods, type RateLimit } from '../lambda/domain/keys/key-limits.ts';

/**
 * What keys are shown beside: the time (epoch ms), and the stage's limits, which hold where a key has none of its own.
 */
export interface KeyTableSetting {
  readonly now: number;
  readonly defaultLimits: DefaultLimits;
}

/** The stage's keys for people: a line each. */
export function keyTable(keys: readonly VirtualKeyView[], { now, defaultLimits }: KeyTableSetting): string {
  if (keys.length === 0) return 'There are no virtual keys.';
  const rows = keys.map((key) => [
    key.name,
    key.id,
    standing(key, now),
    rights(key.providers),
    rates(key, defaultLimits),
    openJobs(key, defaultLimits),
    budgets(key),
    key.last_used_at ?? 'never',
  ]);
  return aligned([
    ['NAME', 'ID', 'STATUS', 'MAY USE', 'RATE', 'OPEN JOBS', 'BUDGET (USD)', 'LAST ACCEPTED SUBMISSION'],
    ...rows,
  ]);
}

/** One key as readable text: a line for each of its properties. */
export const keyLines = (key: VirtualKeyView, { now, defaultLimits }: KeyTableSetting): string =>
  aligned([
    ['name', key.name],
    ['id', key.id],
    ['status', standing(key, now)],
    ['may use', rights(key.providers)],
    ['rate', rates(key, defaultLimits)],
    ['open jobs', openJobs(key, defaultLimits)],
    ['budget (USD)', budgets(key)],
    ...spending(key),
    ['result TTL', key.result_ttl === undefined ? "the stage's" : `${key.result_ttl} s`],
    ['created', key.created_at],
    ['expires', key.expires_at ?? 'never'],
    ['credentials', credentialsOf(key)],
    ...(key.key === undefined ? [['last accepted submission', key.last_used_at ?? 'never']] : []),
  ]);

function standing({ active, expires_at: expiresAt }: VirtualKeyView, now: number): string {
  if (!active) return 'blocked';
  return expiresAt !== undefined && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}

function rights(providers: VirtualKeyView['providers']): string {
  const names = Object.entries(providers).flatMap(([provider, models]) =>
    models.map((model) => (model === '*' ? provider : `${provider}/${model}`)),
  );
  return names.length === 0 ? 'nothing' : names.join(' ');
}

/** Limits as `--rate` takes them, the shortest window first, with what is used of them where that is known. */
function rates({ rate_limits: own, usage }: VirtualKeyView, { rateLimits }: DefaultLimits): string {
  const limits: readonly RateLimit[] = own ?? rateLimits;
  const used = new Map(usage?.requests.map((window) => [window.period, `${window.used} of `]));
  const texts = limits
    .toSorted((a, b) => periods.indexOf(a.period) - periods.indexOf(b.period))
    .map(({ requests, period }) => `${used.get(period) ?? ''}${requests}/${period}`);
  return `${texts.join(', ') || 'no limit'}${own === undefined ? ofStage : ''}`;
}

function openJobs({ max_open_jobs: own, usage }: VirtualKeyView, { maxOpenJobs }: DefaultLimits): string {
  const used = usage === undefined ? '' : `${usage.open_jobs} of `;
  return `${used}${own ?? `${maxOpenJobs}${ofStage}`}`;
}

/** Budgets as `--budget` takes them, in US dollars, with what is committed of them where that is known. */
function budgets({ budgets: own, usage }: VirtualKeyView): string {
  const used = new Map(usage?.budgets.map((window) => [window.period, `${window.committed_usd} of `]));
  return own.map(({ usd, period }) => `${used.get(period) ?? ''}${usd}/${period}`).join(', ') || 'none';
}

/** A line with what is spent in each current window, and one for each model with its day and month (UTC). */
function spending({ usage }: VirtualKeyView): readonly (readonly string[])[] {
  const spend = usage?.spend ?? [];
  if (!spend.some(({ usd, reserved_usd: reserved }) => usd + reserved > 0)) return [];
  return [
    ['spent', spend.map(({ period, usd }) => `${usd} USD/${period}`).join(', ')],
    ['reserved', `${spend.find(({ period }) => period === '1M')?.reserved_usd ?? 0} USD`],
    ...byModel(spend),
  ];
}

type Spend = NonNullable<VirtualKeyView['usage']>['spend'];

/** What each model has cost this month and today, the month's dearest first. */
function byModel(spend: Spend): readonly (readonly string[])[] {
  const sumsOf = (period: '1d' | '1M') =>
    new Map(spend.find((window) => window.period === period)?.models?.map(({ model, usd }) => [model, usd]));
  const [ofMonth, ofDay] = [sumsOf('1M'), sumsOf('1d')];
  return [...new Set([...ofMonth.keys(), ...ofDay.keys()])].map((model) => [
    model,
    `${ofMonth.get(model) ?? 0} USD this month, ${ofDay.get(model) ?? 0} USD today`,
  ]);
}

const ofStage = " (the stage's)";

/** The newest works on; those that it replaced end together, or one after another. */
function credentialsOf({ credentials }: VirtualKeyView): string {
  const ends = credentials.flatMap(({ expires_at: end }) => (end === undefined ? [] : [end])).toSorted();
  const earlier = [...new Set(ends)].map((end) => {
    const count = ends.filter((each) => each === end).length;
    return `${count === 1 ? 'an earlier one' : `${count} earlier ones`} until ${end}`;
  });
  return ['the newest', ...earlier].join(', ');
}

/** Rows in columns; the last column takes what it needs. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}
