import type { VirtualKeyView } from '../lambda/contract/virtual-key.ts';

/** The stage's keys for people: a line each. */
export function keyTable(keys: readonly VirtualKeyView[], now: number): string {
  if (keys.length === 0) return 'There are no virtual keys.';
  const rows = keys.map((key) => [
    key.name,
    key.id,
    standing(key, now),
    rights(key.providers),
    rates(key),
    openJobs(key),
    key.last_used_at ?? 'never',
  ]);
  return aligned([['NAME', 'ID', 'STATUS', 'MAY USE', 'RATE', 'OPEN JOBS', 'LAST USED'], ...rows]);
}

/** One key for people: a line for each thing to know of it. */
export const keyLines = (key: VirtualKeyView, now: number): string =>
  aligned([
    ['name', key.name],
    ['id', key.id],
    ['status', standing(key, now)],
    ['may use', rights(key.providers)],
    ['rate', rates(key)],
    ['open jobs', openJobs(key)],
    ['result TTL', key.result_ttl === undefined ? "the stage's" : `${key.result_ttl} s`],
    ['created', key.created_at],
    ['expires', key.expires_at ?? 'never'],
    ...(key.key === undefined ? [['last used', key.last_used_at ?? 'never']] : []),
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

/** Limits with what is used of them, where that is known. */
function rates({ rate_limits: limits, usage }: VirtualKeyView): string {
  const used = usage?.requests.map((window) => `${window.used} of ${window.limit}/${window.period}`);
  const texts = used ?? limits?.map(({ requests, period }) => `${requests}/${period}`);
  if (texts !== undefined && texts.length > 0) return texts.join(', ');
  return limits === undefined ? "the stage's" : 'no limit';
}

function openJobs({ max_open_jobs: max, usage }: VirtualKeyView): string {
  const limit = max === undefined ? "the stage's" : String(max);
  return usage === undefined ? limit : `${usage.open_jobs} of ${limit}`;
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
