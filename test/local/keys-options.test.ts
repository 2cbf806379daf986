import { describe, expect, it } from 'vitest';
import { newKeyFrom } from '../../lambda/http/keys/key-fields.ts';
import { inOptions } from '../../scripts/key-settings-options.ts';
import { readKeysOptions, usage } from '../../scripts/keys-options.ts';

const now = Date.UTC(2026, 10, 20, 12);
const read = (...args: readonly string[]) => readKeysOptions(args, now);

/** The fields that a command line gives, as an admin's route would get them. */
function fieldsOf(...args: readonly string[]): Record<string, unknown> {
  const command = read(...args)?.command;
  if (!command || !('fields' in command)) throw new Error('The command has no fields.');
  return Object.fromEntries(command.fields);
}

describe('readKeysOptions', () => {
  it('makes the fields of the contract of the options of a key', () => {
    const rights = ['--provider', 'openai', '--provider', 'bfl/flux-2-pro', '--provider', 'bfl/flux-2-max'];
    const limits = ['--rate', '20/1h', '--rate', '5/1m', '--max-open-jobs', '7', '--result-ttl', '600'];
    expect(fieldsOf('create', 'painters', ...rights, ...limits, '--expires', '30d')).toEqual({
      name: 'painters',
      providers: { openai: ['*'], bfl: ['flux-2-pro', 'flux-2-max'] },
      rate_limits: [
        { requests: 20, period: '1h' },
        { requests: 5, period: '1m' },
      ],
      max_open_jobs: 7,
      result_ttl: 600,
      expires_at: '2026-12-20T12:00:00.000Z',
    });
    expect(fieldsOf('create', 'all', '--provider', '*')).toEqual({ name: 'all', providers: { '*': ['*'] } });
    expect(fieldsOf('create', 'x', '--providers', '{"openai":["*"]}')).toMatchObject({ providers: { openai: ['*'] } });
    expect(fieldsOf('create', 'x', '--provider', 'together/black/flux')).toMatchObject({
      providers: { together: ['black/flux'] },
    });
  });

  it('tells what is changed from what is taken away', () => {
    expect(fieldsOf('update', 'painters', '--rate', 'stage', '--max-open-jobs', 'stage', '--expires', 'never')).toEqual(
      {
        rate_limits: null,
        max_open_jobs: null,
        expires_at: null,
      },
    );
    expect(fieldsOf('update', 'painters', '--rate', 'none', '--name', 'artists')).toEqual({
      name: 'artists',
      rate_limits: [],
    });
    expect(fieldsOf('update', 'painters', '--budget', '0.5/1h', '--budget', '50/1M')).toEqual({
      budgets: [
        { usd: 0.5, period: '1h' },
        { usd: 50, period: '1M' },
      ],
    });
    expect(fieldsOf('update', 'painters', '--budget', 'none')).toEqual({ budgets: [] });
  });

  it('takes times by the unit wherever it takes seconds', () => {
    expect(fieldsOf('rotate', 'painters', '--overlap', '30d')).toEqual({ overlap_seconds: 2_592_000 });
    expect(fieldsOf('rotate', 'painters', '--overlap', '90')).toEqual({ overlap_seconds: 90 });
    expect(fieldsOf('update', 'painters', '--result-ttl', '12h')).toEqual({ result_ttl: 43_200 });
  });

  it('makes a key with what the stage has where that is said', () => {
    const said = ['--rate', 'stage', '--max-open-jobs', 'stage', '--result-ttl', 'stage', '--expires', 'never'];
    expect(fieldsOf('create', 'x', ...said)).toEqual({ name: 'x' });
  });

  it('blocks and unblocks by a change', () => {
    expect(read('block', 'painters')?.command).toMatchObject({ act: 'update', key: 'painters' });
    expect(fieldsOf('block', 'painters')).toEqual({ active: false });
    expect(fieldsOf('unblock', 'painters')).toEqual({ active: true });
  });

  it('leaves to the rules of the contract what is a number and no good one', () => {
    expect(fieldsOf('rotate', 'painters', '--overlap', '-5')).toEqual({ overlap_seconds: -5 });
    expect(fieldsOf('rotate', 'painters', '--overlap', 'long')).toEqual({ overlap_seconds: 'long' });
    expect(fieldsOf('update', 'painters', '--max-open-jobs', '1.5')).toEqual({ max_open_jobs: 1.5 });
  });

  it('is about the local stack, unless it is told otherwise', () => {
    expect(read('list')).toEqual({ command: { act: 'list' }, choice: { port: 8787 }, json: false });
    expect(read('delete', 'painters', '--purge', '--stage', 'main', '--json')).toEqual({
      command: { act: 'delete', key: 'painters', purge: true },
      choice: { stage: 'main' },
      json: true,
    });
  });

  it.each([
    [[], 'Give a command: create, list'],
    [['make', 'x'], 'Give a command'],
    [['create'], "create takes the new key's name."],
    [['show'], "show takes a key's name or id."],
    [['block', ''], "block takes a key's name or id."],
    [['list', 'painters'], 'Unexpected argument painters'],
    [['show', 'painters', 'artists'], 'Unexpected argument artists'],
    [['list', '--purge'], '--purge is not an option of list.'],
    [['create', 'x', '--name', 'y'], '--name is not an option of create.'],
    [['create', 'x', '--overlap', '5'], '--overlap is not an option of create.'],
    [['update', 'painters'], 'update needs a setting to change'],
    [['create', 'x', '--provider', 'openai', '--providers', '{}'], 'give one of them'],
    [['create', 'x', '--provider', '/model'], '--provider takes'],
    [['create', 'x', '--providers', '{'], '--providers takes JSON'],
    [['create', 'x', '--rate', '20'], '--rate takes REQUESTS/PERIOD'],
    [['create', 'x', '--rate', 'none', '--rate', '5/1m'], '--rate takes REQUESTS/PERIOD'],
    [
      ['create', 'x', '--provider', 'openai/gpt-image-2,bfl'],
      'may be repeated: --provider openai/gpt-image-2 --provider',
    ],
    [['create', 'x', '--rate', '5/1m,20/1h'], 'may be repeated'],
    [
      ['create', 'x', '--rate', '5/min'],
      '--rate 5/min: min is not a period. Choose from 1m, 1h, 1d, 1w, 1M, as in 5/1m.',
    ],
    [['create', 'x', '--budget', '20'], '--budget takes USD/PERIOD'],
    [['update', 'x', '--budget', 'stage'], 'or none, alone, to remove all budgets.'],
    [['create', 'x', '--budget', '5/day'], '--budget 5/day: day is not a period.'],
    [['create', 'x', '--budget', '2/1d', '--budget', '5/1d'], '--budget gives two budgets for 1d'],
    [['create', 'x', '--rate', '2/1m', '--rate', '5/1m'], '--rate gives two rates for 1m: give one per period.'],
    [
      ['create', 'x', '--expires', '2026-12-01'],
      '--expires takes a time such as 2026-12-01T00:00:00Z, or 30d, 12h or 45m',
    ],
    [['create', 'x', '--expires', 'soon'], '--expires takes a time such as 2027-01-31T00:00:00Z'],
    [['delete', 'multi', '--force'], '--force'],
    [['delete', 'multi', '-f'], '-f'],
    [['create', 'x', '--rate'], '--rate'],
    [['delete', 'x', '--purge=yes'], '--purge'],
    [['list', '--port', '99999'], '--port takes'],
  ])('refuses %j', (args, words) => {
    expect(() => read(...args)).toThrow(words);
  });
});

describe('inOptions', () => {
  it('says options where the contract says fields', () => {
    expect(inOptions('"rate_limits[0].period" must be one of `1m`.', [])).toBe('--rate must be one of `1m`.');
    expect(inOptions('"overlap_seconds" must be at least 0.', [])).toBe('--overlap must be at least 0.');
    expect(inOptions('There is no such virtual key.', [])).toBe('There is no such virtual key.');
  });

  it('names what was typed', () => {
    const message = '"providers": there is no provider "opnai" here.';
    expect(inOptions(message, ['create', 'x', '--provider', 'opnai'])).toMatch(/^--provider: there/);
    expect(inOptions(message, ['create', 'x', '--providers={"opnai":["*"]}'])).toMatch(/^--providers: there/);
    expect(inOptions('"providers.openai[3]" must be a string.', ['--providers', '{}'])).toBe(
      '--providers at openai[3] must be a string.',
    );
    expect(inOptions('"name" is not in the form.', ['create', ' x'])).toBe('NAME is not in the form.');
    expect(inOptions('"name" is not in the form.', ['update', 'x', '--name', ' y'])).toBe('--name is not in the form.');
  });

  it('gives the longest time in days, too', () => {
    expect(inOptions('"overlap_seconds" must be at most 2592000. How.', [])).toBe(
      '--overlap must be at most 2592000 seconds (30d). How.',
    );
    expect(inOptions('"max_open_jobs" must be at most 1000.', [])).toBe('--max-open-jobs must be at most 1000.');
  });

  it.each([
    [
      '--budget=0/1d',
      '--budget must be above 0. It takes USD/PERIOD, such as 50/1d: above 0, with at most six decimals.',
    ],
    [
      '--budget=-5/1d',
      '--budget must be above 0. It takes USD/PERIOD, such as 50/1d: above 0, with at most six decimals.',
    ],
    ['--budget=5.0000001/1d', '--budget takes USD/PERIOD, such as 50/1d: above 0, with at most six decimals.'],
    ['--rate=0/1h', '--rate must be at least 1. It takes REQUESTS/PERIOD, such as 20/1h.'],
  ])('says how the option writes a limit that the contract refuses: %s', (option, message) => {
    const { command } = read('create', 'x', option);
    const refused = () => {
      try {
        return newKeyFrom('fields' in command ? command.fields : new Map());
      } catch (error) {
        throw new Error(inOptions((error as Error).message, []));
      }
    };
    expect(refused).toThrow(new Error(message));
  });

  it('stops a key by a command', () => {
    const message = '"expires_at" must be in the future. To stop a key, set `active` to false.';
    expect(inOptions(message, [])).toBe('--expires must be in the future. To stop a key now, use block.');
  });
});

describe('usage', () => {
  it('says of what an update replaces that it does', () => {
    expect(usage.match(/\(update: replaces all (?:rights|limits|budgets) of the key\)/g)).toHaveLength(3);
    expect(usage).toContain(
      'With update, the value stage removes --rate, --max-open-jobs and --result-ttl, none removes --budget, never --expires.',
    );
  });
});
