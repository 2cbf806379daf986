import { parseArgs } from 'node:util';
import type { JsonValue } from '../lambda/domain/generation.ts';
import type { KeyFields } from '../lambda/http/keys/key-fields.ts';
import { fieldsFrom, withJoinedNumbers } from './key-settings-options.ts';
import { type StageChoice, stageChoice, stageOptions, stageUsage } from './stage-option.ts';

export const usage = `Manages the virtual keys of a stage.

  npm run keys -- create NAME [settings]
  npm run keys -- list
  npm run keys -- show|block|unblock NAME-OR-ID
  npm run keys -- update NAME-OR-ID settings
  npm run keys -- rotate NAME-OR-ID [--overlap 24h]
  npm run keys -- delete NAME-OR-ID [--purge]

create and rotate print the credential once, as the last line of standard output; errors go to standard error.
Settings:
--provider        PROVIDER or PROVIDER/MODEL that the key may use, * for all; may be repeated. Without any the key has no rights
                  (update: replaces all rights of the key)
--providers       the same as JSON, such as '{"openai":["*"],"bfl":["flux-2-pro"]}'
--rate            REQUESTS/PERIOD, such as 20/1h; periods are 1m, 1h, 1d, 1w, 1M; may be repeated. none: no limit
                  (update: replaces all limits of the key)
--budget          USD/PERIOD that its jobs may cost, such as 50/1d, one for each period; may be repeated. none: no budget
                  (update: replaces all budgets of the key)
--max-open-jobs   maximum number of open jobs (accepted and not ended)
--result-ttl      how long results are kept if a submission doesn't say: seconds, or 30d, 12h, 45m
--expires         expiry of the key: a time such as 2027-01-31T00:00:00Z, or 30d, 12h, 45m from now
--name            new name (update)
With update, the value stage removes --rate, --max-open-jobs and --result-ttl, none removes --budget, never --expires.
--overlap         how long the old credential keeps working: seconds, or 30d, 12h, 45m; 0 if absent (rotate)
--purge           deletes all jobs, images and files of the key as well
--json            for scripts: print the responses of the admin routes
${stageUsage(18)}`;

const withKey = ['show', 'block', 'unblock', 'update', 'rotate', 'delete'] as const;
type WithKey = (typeof withKey)[number];

/** What is to be done. `key` is a name or an id. */
export type KeysCommand =
  | { readonly act: 'list' }
  | { readonly act: 'create'; readonly fields: KeyFields }
  | { readonly act: 'show'; readonly key: string }
  | { readonly act: 'update'; readonly key: string; readonly fields: KeyFields }
  | { readonly act: 'rotate'; readonly key: string; readonly fields: KeyFields }
  | { readonly act: 'delete'; readonly key: string; readonly purge: boolean };

/** The options of the command line. */
export interface KeysOptions {
  readonly command: KeysCommand;
  readonly choice: StageChoice;
  readonly json: boolean;
}

/** Reads the command line at a time (epoch ms). Throws a sentence for what it can't understand. */
export function readKeysOptions(args: readonly string[], now: number): KeysOptions {
  const { values, positionals } = parse(args);
  return { command: commandFrom(positionals, values, now), choice: stageChoice(values), json: values.json };
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: withJoinedNumbers(args),
    allowPositionals: true,
    options: {
      ...stageOptions,
      name: { type: 'string' },
      provider: { type: 'string', multiple: true },
      providers: { type: 'string' },
      rate: { type: 'string', multiple: true },
      budget: { type: 'string', multiple: true },
      'max-open-jobs': { type: 'string' },
      'result-ttl': { type: 'string' },
      expires: { type: 'string' },
      overlap: { type: 'string' },
      purge: { type: 'boolean' },
      json: { type: 'boolean', default: false },
    },
  });

type Values = ReturnType<typeof parse>['values'];

/** The options that go with each act, besides those that go with all. */
const settings = ['provider', 'providers', 'rate', 'budget', 'max-open-jobs', 'result-ttl', 'expires'] as const;
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  create: settings,
  update: [...settings, 'name'],
  rotate: ['overlap'],
  delete: ['purge'],
};
const forAll = ['local', 'port', 'stage', 'json'];

function commandFrom([act = '', key, ...more]: readonly string[], values: Values, now: number): KeysCommand {
  const acts = ['create', 'list', ...withKey];
  if (!acts.includes(act)) throw new Error(`Give a command: ${acts.join(', ')}.`);
  const known = [...forAll, ...(optionsOf[act] ?? [])];
  const stray = Object.keys(values).find((name) => !known.includes(name));
  if (stray !== undefined) throw new Error(`--${stray} is not an option of ${act}.`);
  if (act === 'list') return only({ act }, [key, ...more]);
  if (key === undefined || key === '') {
    throw new Error(`${act} takes ${act === 'create' ? "the new key's name" : "a key's name or id"}.`);
  }
  const fields = fieldsFrom(values, now);
  if (act === 'create')
    return only({ act, fields: new Map([['name', key] as const, ...fields].filter(isGiven)) }, more);
  return only(withKeyOf(act as WithKey, key, fields, values), more);
}

/** A new key has nothing that could be taken away: `stage` and `never` are what it has anyway. */
const isGiven = ([, value]: readonly [string, JsonValue]): boolean => value !== null;

function only(command: KeysCommand, more: readonly (string | undefined)[]): KeysCommand {
  const [stray] = more.filter((each) => each !== undefined);
  if (stray !== undefined) throw new Error(`Unexpected argument ${stray}: ${command.act} takes no more.`);
  return command;
}

function withKeyOf(act: WithKey, key: string, fields: KeyFields, values: Values): KeysCommand {
  switch (act) {
    case 'block':
    case 'unblock':
      return { act: 'update', key, fields: new Map([['active', act === 'unblock']]) };
    case 'update':
      if (fields.size === 0) throw new Error('update needs a setting to change, such as --rate 20/1h.');
      return { act, key, fields };
    case 'rotate':
      return { act, key, fields };
    case 'delete':
      return { act, key, purge: values.purge ?? false };
    case 'show':
      return { act, key };
  }
}
