import { parseArgs } from 'node:util';
import { wholeNumber } from '../bin/command-line.ts';
import { type StageChoice, stageChoice, stageOptions, stageUsage } from './stage-option.ts';

export const usage = `Makes a token for a stage whose tokens are signed with a shared secret, such as the local stack. The token is the last line of
standard output; its bearer is printed to standard error. If the issuer publishes its keys, only the issuer can make tokens.

  npm run token -- --admin [--subject NAME] | --key NAME-OR-ID [--minutes 60] [--local] [--port 8787] [--stage NAME]

--admin      for an admin, who can see and end all jobs, and manage virtual keys
--subject    owner of the admin's jobs, also named in the log; admin if absent
--key        for a virtual key, by name or id
--minutes    validity, 1 to 1440; a stage accepts the token for up to a minute more
${stageUsage(13)}`;

/** The caller that a token is for. */
export type TokenPurpose = { readonly subject: string } | { readonly key: string };

/** The options of the command line. */
export interface TokenOptions {
  readonly purpose: TokenPurpose;
  readonly minutes: number;
  readonly choice: StageChoice;
}

/** Reads the command line. Throws a sentence for what it can't understand. */
export function readTokenOptions(args: readonly string[]): TokenOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...stageOptions,
      admin: { type: 'boolean', default: false },
      subject: { type: 'string' },
      key: { type: 'string' },
      minutes: { type: 'string', default: '60' },
    },
  });
  const minutes = wholeNumber('--minutes', values.minutes, 1, 1440);
  return { purpose: purposeOf(values), minutes, choice: stageChoice(values) };
}

interface PurposeValues {
  readonly admin: boolean;
  readonly subject?: string | undefined;
  readonly key?: string | undefined;
}

function purposeOf({ admin, subject, key }: PurposeValues): TokenPurpose {
  if (admin === (key !== undefined)) throw new Error('Give exactly one of --admin and --key NAME.');
  if (key !== undefined) {
    if (subject !== undefined) throw new Error("--subject is for admins: don't combine it with --key.");
    if (key === '') throw new Error("--key takes a virtual key's name or id.");
    return { key };
  }
  if (subject !== undefined && !/^[!-~]{1,128}$/.test(subject)) {
    throw new Error('--subject takes 1 to 128 visible ASCII characters.');
  }
  return { subject: subject ?? 'admin' };
}
