import type { JsonValue } from '../lambda/domain/generation.ts';
import type { KeyFields } from '../lambda/http/keys/key-fields.ts';
import { budgetsFrom, limitForms, ratesFrom } from './key-limit-options.ts';

/** The options for a key's rights and limits, as they appear on the command line. */
export interface SettingValues {
  readonly name?: string | undefined;
  readonly provider?: readonly string[] | undefined;
  readonly providers?: string | undefined;
  readonly rate?: readonly string[] | undefined;
  readonly budget?: readonly string[] | undefined;
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
  budgets: '--budget',
  max_open_jobs: '--max-open-jobs',
  result_ttl: '--result-ttl',
  expires_at: '--expires',
  overlap_seconds: '--overlap',
} as const;

/**
 * The fields, as an admin's route would get them: there they are checked. `now` is in epoch milliseconds. Throws a
 * sentence for an option that has another form.
 */
export function fieldsFrom(values: SettingValues, now: number): KeyFields {
  const wanted: readonly (readonly [keyof typeof optionOf, JsonValue | undefined])[] = [
    ['name', values.name],
    ['providers', rightsFrom(values)],
    ['rate_limits', ratesFrom(values.rate)],
    ['budgets', budgetsFrom(values.budget)],
    ['max_open_jobs', numberFrom(values['max-open-jobs'])],
    ['result_ttl', secondsFrom(values['result-ttl'])],
    ['expires_at', expiryFrom(values.expires, now)],
    ['overlap_seconds', secondsFrom(values.overlap)],
  ];
  return new Map(wanted.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** A refusal that names the command line's options in place of the contract's fields. */
export function inOptions(message: string, args: readonly string[]): string {
  const wasTyped = (option: string) => args.some((arg) => arg === option || arg.startsWith(`${option}=`));
  const typed: Readonly<Record<keyof typeof optionOf, string>> = {
    ...optionOf,
    name: wasTyped('--name') ? '--name' : 'NAME',
    providers: wasTyped('--providers') ? '--providers' : '--provider',
  };
  const named = Object.entries(typed).reduce(
    (text, [field, option]) =>
      text.replaceAll(new RegExp(`"${field}(?:[.[]([^"]*))?"`, 'g'), (_, place?: string) =>
        // Only a JSON value has a path that the user can find in what they typed.
        option === '--providers' && place !== undefined ? `${option} at ${place}` : option,
      ),
    message,
  );
  return named
    .replace('To stop a key, set `active` to false.', 'To stop a key now, use block.')
    .replace(
      /(must have this form|Its description): at most one object `\{(usd|requests), period\}`.*$/i,
      (_, words: string, counted: keyof typeof limitForms) =>
        `${words === 'Its description' ? 'It takes' : 'takes'} ${limitForms[counted]}.`,
    )
    .replace(
      /(--(?:overlap|result-ttl) must be at most )(\d+)\./,
      (_, words: string, seconds: string) => `${words}${seconds} seconds (${Number(seconds) / 86_400}d).`,
    );
}

/**
 * Numbers below 0 are refused where they are checked: `parseArgs` takes them for options, unless they are joined to
 * theirs.
 */
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
    throw new Error('--provider and --providers set the same: give one of them.');
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
    const [, name = '', model = '*'] = /^([^/,]+)(?:\/([^,]+))?$/.exec(each) ?? [];
    if (name === '') {
      throw new Error(
        '--provider takes one PROVIDER or PROVIDER/MODEL, and may be repeated: --provider openai/gpt-image-2 --provider bfl.',
      );
    }
    rights.set(name, [...(rights.get(name) ?? []), model]);
  }
  return Object.fromEntries(rights);
}

function numberFrom(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  if (text === 'stage') return null;
  // What is no number stays a text, and is refused as one.
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

const secondsOf: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** The seconds of `45m`, `12h` or `30d`. */
function durationFrom(text: string | undefined): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text ?? '') ?? [];
  return count === undefined ? undefined : Number(count) * (secondsOf[unit] ?? 0);
}

const secondsFrom = (text: string | undefined): JsonValue | undefined => durationFrom(text) ?? numberFrom(text);

function expiryFrom(text: string | undefined, now: number): JsonValue | undefined {
  if (text === 'never') return null;
  const seconds = durationFrom(text);
  if (seconds !== undefined) return new Date(now + seconds * 1000).toISOString();
  if (text === undefined || /^\d{4}-\d{2}-\d{2}T/.test(text)) return text;
  const [day = '2027-01-31'] = /^\d{4}-\d{2}-\d{2}$/.exec(text) ?? [];
  throw new Error(`--expires takes a time such as ${day}T00:00:00Z, or 30d, 12h or 45m from now, or never.`);
}
