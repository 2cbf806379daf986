import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { limits } from '../lambda/contract/limits.ts';
import type { StageSettings } from '../lib/stage-settings.ts';
import { brokenInputHosts } from '../lib/trusted-host-rules.ts';
import { wholeNumber } from './command-line.ts';
import { keyVariablesText } from './local-providers.ts';

export const usage = `Runs Darkroom on this machine, without an AWS account.

  npm start -- [--port 8787] [--data DIR] [--latency 2] [--simulator URL] [--lease 120]
               [--synchronous-seconds 270] [--pass-through] [--unknown-price-usd 0.2]
               [--trusted-input-host HOST:PORT]... [--file-retention-seconds 86400] [--quiet]

--port       the API's port on 127.0.0.1; 0 picks a free one
--data       folder that keeps jobs, images, keys and links across restarts; without it everything is in memory
--latency    seconds that the simulated provider takes for an image request
--simulator  use the simulator already running at this address, such as that of another npm start
--lease      duration of a worker's lease on a job in seconds, from 3 on. A job in progress when the stack stopped is
             resumed that long, plus ten seconds, later
--synchronous-seconds
             time limit of a synchronous request in seconds, 1 to 270: after it the response is a 504, and the job continues
--pass-through
             call the provider with the key that a synchronous request brings as its bearer, beside a virtual key
--unknown-price-usd
             what an image of a model without a known price counts as in budgets, in US dollars, 0 to 1,000
--trusted-input-host
             host that input images may be fetched from although it is private or without https, such as 127.0.0.1:8000;
             repeatable, up to ten times
--file-retention-seconds
             lifetime of an uploaded file in seconds, 1 to 2,592,000
--quiet      don't print the functions' log lines
A provider whose key is set in ${keyVariablesText}
is called for real and billed to that account. A simulator plays all others, and with --simulator all of them.`;

/** The options of the command line. */
export interface LocalOptions {
  readonly port: number;
  /** Absolute. */
  readonly dataDirectory: string | undefined;
  readonly latencySeconds: number;
  /** `http://127.0.0.1:PORT` of a simulator that runs already. */
  readonly simulatorOrigin: string | undefined;
  readonly stage: Partial<StageSettings>;
  readonly quiet: boolean;
}

/**
 * Reads the command line. `npm` runs scripts in the package's folder and leaves the caller's own in `INIT_CWD`, so that is
 * where a relative folder begins. Throws a sentence for what it can't understand.
 */
export function readLocalOptions(args: readonly string[], initialDirectory: string | undefined): LocalOptions {
  const { values } = parse(args);
  if (values.data === '') throw new Error('--data takes a folder.');
  return {
    port: wholeNumber('--port', values.port, 0, 65_535),
    dataDirectory: values.data === undefined ? undefined : resolve(initialDirectory ?? '.', values.data),
    latencySeconds: wholeNumber('--latency', values.latency, 0, 3600),
    simulatorOrigin: values.simulator === undefined ? undefined : loopbackOrigin(values.simulator),
    stage: {
      ...stageOf(values.lease, values['synchronous-seconds']),
      ...moneyOf(values['pass-through'], values['unknown-price-usd']),
      ...inputsOf(values['trusted-input-host'], values['file-retention-seconds']),
    },
    quiet: values.quiet,
  };
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8787' },
      data: { type: 'string' },
      latency: { type: 'string', default: '2' },
      simulator: { type: 'string' },
      lease: { type: 'string' },
      'synchronous-seconds': { type: 'string' },
      'pass-through': { type: 'boolean', default: false },
      'unknown-price-usd': { type: 'string' },
      'trusted-input-host': { type: 'string', multiple: true },
      'file-retention-seconds': { type: 'string' },
      quiet: { type: 'boolean', default: false },
    },
  });

/** The settings that the command line changes; the local stack's own apply to all others. */
const stageOf = (lease: string | undefined, synchronous: string | undefined): Partial<StageSettings> => ({
  ...(lease === undefined ? {} : stageWithLease(wholeNumber('--lease', lease, 3, 900))),
  ...(synchronous === undefined
    ? {}
    : { synchronousSeconds: wholeNumber('--synchronous-seconds', synchronous, 1, limits.synchronousSeconds) }),
});

const moneyOf = (passThrough: boolean, unknownPrice: string | undefined): Partial<StageSettings> => ({
  ...(passThrough ? { passThrough: 'all' } : {}),
  ...(unknownPrice === undefined ? {} : { unknownPriceUsd: dollars(unknownPrice) }),
});

function inputsOf(hosts: readonly string[] | undefined, retention: string | undefined): Partial<StageSettings> {
  const [broken] = brokenInputHosts(hosts ?? []);
  if (broken !== undefined) throw new Error(`--trusted-input-host: ${broken}`);
  return {
    ...(hosts === undefined ? {} : { trustedInputHosts: hosts }),
    ...(retention === undefined
      ? {}
      : { fileRetentionSeconds: wholeNumber('--file-retention-seconds', retention, 1, limits.fileRetentionSeconds) }),
  };
}

function dollars(text: string): number {
  const usd = text === '' ? Number.NaN : Number(text);
  if (usd >= 0 && usd <= limits.assumedUsd) return usd;
  throw new Error(`--unknown-price-usd takes US dollars from 0 to ${limits.assumedUsd}, not ${text}.`);
}

/** The times that hang on the lease keep their proportion to it. */
const stageWithLease = (leaseSeconds: number): Partial<StageSettings> => ({
  leaseSeconds,
  heartbeatSeconds: Math.floor((leaseSeconds * 3) / 8),
  wakeAfterSeconds: leaseSeconds,
});

function loopbackOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url?.protocol === 'http:' && url.hostname === '127.0.0.1' && url.href === `${url.origin}/`;
  if (!url || !isBare) throw new Error('--simulator takes an address such as http://127.0.0.1:4000, without a path.');
  return url.origin;
}
