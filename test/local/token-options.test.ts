import { describe, expect, it } from 'vitest';
import { readTokenOptions } from '../../scripts/token-options.ts';

const read = (line: string) => readTokenOptions(line.split(' ').filter(Boolean));

describe('readTokenOptions', () => {
  it('is for an hour on the local stack, unless it is told otherwise', () => {
    expect(read('--admin')).toEqual({ purpose: { subject: 'admin' }, minutes: 60, choice: { port: 8787 } });
    expect(read('--admin --local --port 9000 --subject ada --minutes 5')).toEqual({
      purpose: { subject: 'ada' },
      minutes: 5,
      choice: { port: 9000 },
    });
    expect(read('--key painters --stage main')).toEqual({
      purpose: { key: 'painters' },
      minutes: 60,
      choice: { stage: 'main' },
    });
  });

  it.each([
    ['', 'exactly one of --admin and --key NAME'],
    ['--admin --key painters', 'exactly one of'],
    ['--key=', "--key takes a virtual key's name or id"],
    ['--key painters --subject ada', '--subject is for admins'],
    ['--admin --subject=', '--subject takes'],
    ['--admin --minutes 0', '--minutes takes a whole number from 1 to 1440'],
    ['--admin --minutes 1441', '--minutes takes'],
    ['--admin --minutes 1.5', '--minutes takes'],
    ['--admin --port 0', '--port takes a whole number from 1 to 65535'],
    ['--admin --port x', '--port takes'],
    ['--admin --stage Main', '--stage takes the name of a stage'],
    ['--admin --stage main --local', 'combine it with --local or --port'],
    ['--admin --stage main --port 1', 'combine it with --local or --port'],
    ['--admin now', "'now'"],
    ['--administrator', '--administrator'],
    ['--admin --minutes', '--minutes'],
  ])('refuses %j', (line, words) => {
    expect(() => read(line)).toThrow(words);
  });
});
