import type { JsonValue } from '../lambda/domain/generation.ts';
import type { KeyFields } from '../lambda/http/key-fields.ts';

/** The options that say what a key may do, as they stand on the command line. */
export interface SettingValues {
  readonly name?: string | undefined;
  readonly provider?: readonly string[] | undefined;
  readonly providers?: string | undefined;
  readonly rate?: readonly string[] | undefined;
  readonly 'max-open-jobs'?: string | undefined;
  readonly 'result-ttl'?: string | undefined;
  readonly expires?: string | undefined;
  readonly overlap?: string | undefined;
}

/** Which option gives each field of the contract. */
const optionOf = {
  name: '--name',
  providers: '--providers',
  rate_limits: '--rate',
  max_open_jobs: '--max-open-jobs',
  result_ttl: '--result-ttl',
  expires_at: '--expires',
  overlap_seconds: '--overlap',
} as const;

/**
 * The fields, as an admin's route would get them: there they are checked. `now` is in epoch milliseconds. Throws a sentence for an
 * option that has another form.
 */
export function fieldsFrom(values: SettingValues, now: number): KeyFields {
  const wanted: readonly (readonly [keyof typeof optionOf, JsonValue | undefined])[] = [
    ['name', values.name],
    ['providers', rightsFrom(values)],
    ['rate_limits', ratesFrom(values.rate)],
    ['max_open_jobs', numberFrom(values['max-open-jobs'])],
    ['result_ttl', numberFrom(values['result-ttl'])],
    ['expires_at', expiryFrom(values.expires, now)],
    ['overlap_seconds', numberFrom(values.overlap)],
  ];
  return new Map(wanted.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** A refusal in the words of the command line. */
export const inOptions = (message: string): string =>
  Object.entries(optionOf).reduce(
    (text, [field, option]) => text.replaceAll(new RegExp(`"${field}(?:\\[\\d+\\])?(?:\\.\\w+)?"`, 'g'), option),
    message,
  );

/** Numbers below 0 are refused where they are checked: `parseArgs` takes them for options, unless they are joined to theirs. */
export function withJoinedNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (/^-\d/.test(arg) && last !== undefined && /^--[a-z-]+$/.test(last)) joined.splice(-1, 1, `${last}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

function rightsFrom({ provider, providers }: SettingValues): JsonValue | undefined {
  if (provider !== undefined && providers !== undefined)
    throw new Error('--provider and --providers say the same: give one.');
  if (providers !== undefined) {
    try {
      return JSON.parse(providers) as JsonValue;
    } catch {
      throw new Error(`--providers takes JSON, such as '{"openai":["*"]}'.`);
    }
  }
  if (provider === undefined) return undefined;
  const rights = new Map<string, string[]>();
  for (const each of new Set(provider)) {
    const [, name = '', model = '*'] = /^([^/]+)(?:\/(.+))?$/.exec(each) ?? [];
    if (name === '') throw new Error('--provider takes a provider, or PROVIDER/MODEL, such as openai/gpt-image-2.');
    rights.set(name, [...(rights.get(name) ?? []), model]);
  }
  return Object.fromEntries(rights);
}

function ratesFrom(rates: readonly string[] | undefined): JsonValue | undefined {
  if (rates === undefined) return undefined;
  const [word] = rates;
  if (rates.length === 1 && word === 'none') return [];
  if (rates.length === 1 && word === 'stage') return null;
  return rates.map((rate) => {
    const [, requests, period] = /^(\d+)\/(\w+)$/.exec(rate) ?? [];
    if (period === undefined) throw new Error('--rate takes REQUESTS/PERIOD, such as 20/1h, or none.');
    return { requests: Number(requests), period };
  });
}

function numberFrom(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  if (text === 'stage') return null;
  // What is no number stays a text, and is refused as one.
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

const millisecondsOf: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function expiryFrom(text: string | undefined, now: number): JsonValue | undefined {
  if (text === 'never') return null;
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text ?? '') ?? [];
  return count === undefined ? text : new Date(now + Number(count) * (millisecondsOf[unit] ?? 0)).toISOString();
}
