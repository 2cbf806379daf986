import { parseArgs } from 'node:util';
import { wholeNumber } from '../bin/command-line.ts';
import { type StageChoice, stageChoice, stageOptions, stageUsage } from './stage-option.ts';

export const usage = `Makes a token for a stage whose tokens are signed by a shared secret, as the local stack's are. The token is the last line of
standard output; whom it is for stands on standard error. Where the issuer publishes its keys, the issuer makes all tokens.

  npm run token -- --admin [--subject NAME] | --key NAME-OR-ID [--minutes 60] [--local] [--port 8787] [--stage NAME]

--admin      for an admin, who may see and end all jobs, and manage virtual keys
--subject    whom the admin's jobs belong to, and the log names; admin if absent
--key        for a virtual key, by its name or id
--minutes    how long it is good, 1 to 1440; a stage takes it for up to a minute more
${stageUsage(13)}`;

/** Whom a token is for. */
export type TokenPurpose = { readonly subject: string } | { readonly key: string };

/** What the command line asks for. */
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
  if (admin === (key !== undefined)) throw new Error('Say whom the token is for: --admin, or --key NAME; not both.');
  if (key !== undefined) {
    if (subject !== undefined) throw new Error('--subject is of an admin: it does not go with --key.');
    if (key === '') throw new Error("--key takes a virtual key's name or id.");
    return { key };
  }
  if (subject !== undefined && !/^[!-~]{1,128}$/.test(subject)) {
    throw new Error('--subject takes 1 to 128 visible ASCII characters.');
  }
  return { subject: subject ?? 'admin' };
}
