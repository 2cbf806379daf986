import { describe, expect, it } from 'vitest';
import { commandLineRefusal, wholeNumber } from '../../bin/command-line.ts';

describe('wholeNumber', () => {
  it('takes what is in the range, written in digits', () => {
    expect(wholeNumber('--jobs', '7', 1, 10)).toBe(7);
    for (const text of ['0', '11', '1.5', '', 'x', '1e1', '-1']) {
      expect(() => wholeNumber('--jobs', text, 1, 10), text).toThrow('--jobs takes a whole number from 1 to 10.');
    }
  });
});

describe('commandLineRefusal', () => {
  it("says in one sentence what Node's parser says in several", () => {
    const saidOf = (code: string, message: string) => commandLineRefusal(Object.assign(new Error(message), { code }));
    expect(saidOf('ERR_PARSE_ARGS_UNKNOWN_OPTION', "Unknown option '-f'. To specify a positional …")).toBe(
      'Unknown option -f.',
    );
    expect(saidOf('ERR_PARSE_ARGS_INVALID_OPTION_VALUE', "Option '--rate <value>' argument missing")).toBe(
      '--rate takes a value.',
    );
    expect(saidOf('ERR_PARSE_ARGS_INVALID_OPTION_VALUE', "Option '--purge' does not take an argument")).toBe(
      '--purge takes no value.',
    );
    expect(saidOf('ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL', "Unexpected argument '8947'. This command …")).toBe(
      'Unexpected argument "8947". The options of an npm script come after `--`: npm start -- --port 8787.',
    );
    expect(saidOf('ERR_PARSE_ARGS_INVALID_OPTION_VALUE', "Option '--latency' argument is ambiguous.\nDid …")).toBe(
      '--latency takes a value, which may not begin with a hyphen.',
    );
    expect(commandLineRefusal(new Error('Say what.'))).toBe('Say what.');
  });
});
