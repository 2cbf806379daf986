import { retentionClasses } from '../lambda/domain/jobs/retention.ts';
import { secondsUntilPoll } from '../lambda/providers/wire/poll-schedule.ts';
import { functionShapes } from '../lib/function-shapes.ts';
import { resolveStage } from '../lib/stage-config.ts';

/** AWS's list prices in us-east-1, in USD per million units, or per unit where the name says so. */
const prices = {
  apiCall: 3.5,
  invocation: 0.2,
  /** On arm64. */
  gigabyteSecond: 13.3334,
  writeUnit: 0.625,
  readUnit: 0.125,
  put: 5,
  get: 0.4,
  /** With the surcharge for fair queues. */
  queueRequest: 0.5,
  storedPerGigabyteMonth: 0.023,
  logPerGigabyte: 0.5,
  egressPerGigabyte: 0.09,
} as const;

/** The job that is reckoned with. */
const job = {
  gets: 10,
  imageLinks: 1,
  inMegabytes: 3,
  outMegabytes: 2,
  storedDays: 2,
  logKilobytes: 22,
  synchronousLogKilobytes: 6,
  /** Of a function other than the worker, for each call. */
  functionSeconds: 0.1,
  pollSeconds: 0.2,
} as const;

/** The file that is reckoned with. Lifecycle rules remove it, and the job's copy, after as many days; one that lives long, after the most. */
const upload = { megabytes: 20, storedDays: 2, longestDays: Math.max(...retentionClasses) } as const;

/**
 * DynamoDB's write units. An item of up to 2 KB takes two, and each index whose entry changes one more: both when a job
 * is made, claimed or ended, none when only its ledger grows, the index of open jobs when a poll moves its wake-up.
 */
const units = { made: 4, claimed: 4, ledger: 2, ended: 4, polled: 3, small: 1 } as const;

const stage = resolveStage({ name: 'x', providers: { openai: {} }, maximumConcurrency: 2, dataRetention: 'retain' });
const shapes = functionShapes(stage);

/** What a million seconds of one invocation of a function cost. */
const secondOf = (name: 'submit-job' | 'process-job' | 'run-synchronously'): number =>
  (shapes[name].memoryMegabytes / 1024) * prices.gigabyteSecond;

/** A part of the cost of a million jobs, in whole USD; `to` where it depends. */
export interface CostPart {
  readonly part: string;
  readonly usd: number;
  readonly to?: number;
  readonly how: string;
}

const usd = Math.round;
/** Gigabytes of a million jobs that have so many megabytes each. */
const gigabytes = (megabytes: number): number => megabytes * 1000;
const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0);

/** Seconds of the provider, of a fast and of a slow model. */
export const providerSeconds = { fast: 10, slow: 40 } as const;

const calls = 1 + job.gets + job.imageLinks;

const workerUsd = (seconds: number, isAlone: boolean): number =>
  usd((seconds * secondOf('process-job')) / (isAlone ? 1 : stage.jobsPerInvocation));

/** What storing and moving the images costs, whichever way a job came. */
const imageParts = (): readonly CostPart[] => [
  {
    part: 'S3',
    usd: usd(
      3 * prices.put +
        2 * prices.get +
        gigabytes(job.inMegabytes + job.outMegabytes) * (job.storedDays / 30) * prices.storedPerGigabyteMonth,
    ),
    how: `3 PUTs and 2 GETs; ${job.inMegabytes + job.outMegabytes} MB for ${job.storedDays} days`,
  },
  {
    part: 'inputs to the provider',
    usd: usd(gigabytes(job.inMegabytes) * prices.egressPerGigabyte),
    how: `${job.inMegabytes} MB a job at ${prices.egressPerGigabyte} a GB; a third more as base64, and again for each further request`,
  },
  {
    part: 'results to the caller',
    usd: usd(gigabytes(job.outMegabytes) * prices.egressPerGigabyte),
    how: `${job.outMegabytes} MB a job at ${prices.egressPerGigabyte} a GB; a third more as \`b64_json\``,
  },
];

/** What the asynchronous way costs besides its worker. */
const asynchronousParts = (): readonly CostPart[] => {
  const writes = units.made + units.claimed + units.ledger + units.ended + 5 * units.small;
  return [
    {
      part: 'API Gateway',
      usd: usd(calls * prices.apiCall),
      how: `${calls} million calls at ${prices.apiCall} a million`,
    },
    {
      part: 'other functions',
      usd: usd(calls * prices.invocation + (calls - 1) * job.functionSeconds * secondOf('submit-job')),
      how: `${calls} million invocations at ${prices.invocation} a million; ${job.functionSeconds} s at 1 GB for ${calls - 1} million of them`,
    },
    {
      part: 'DynamoDB',
      usd: usd(writes * prices.writeUnit + 16 * prices.readUnit),
      how: `${writes} write units: the job made, claimed, its request recorded, ended, and five small ones for slots, usage and a gate; 16 consistent reads`,
    },
    { part: 'SQS', usd: usd(4 * prices.queueRequest), how: 'four requests a job, with the surcharge for fair queues' },
    {
      part: 'logs',
      usd: usd(gigabytes(job.logKilobytes / 1000) * prices.logPerGigabyte),
      how: `about ${job.logKilobytes} KB a job: events, access log, Lambda's report lines`,
    },
  ];
};

/** The parts of a million asynchronous jobs of a slow model. */
export function jobCosts(): readonly CostPart[] {
  const seconds = providerSeconds.slow;
  const worker: CostPart = {
    part: 'worker',
    usd: workerUsd(seconds, false),
    to: workerUsd(seconds, true),
    how: `${seconds} s at 1 GB on arm64: ${stage.jobsPerInvocation} jobs in each invocation, or one, as slow models have it`,
  };
  const [api, ...others] = asynchronousParts();
  return [...(api ? [api] : []), worker, ...others, ...imageParts()];
}

/** The parts of a million synchronous requests that aren't those of their images. */
export function synchronousCosts(seconds: number): readonly CostPart[] {
  const writes = units.made + units.ledger + units.ended + 5 * units.small;
  return [
    {
      part: 'run-synchronously',
      usd: usd(seconds * secondOf('run-synchronously')),
      how: `${seconds} s at 1 GB on arm64, each in an invocation alone`,
    },
    { part: 'API Gateway', usd: usd(2 * prices.apiCall), how: 'two calls: the POST and an image link' },
    {
      part: "the link's function",
      usd: usd(
        prices.invocation +
          job.functionSeconds *
            secondOf('submit-job') *
            (shapes['get-image'].memoryMegabytes / shapes['submit-job'].memoryMegabytes),
      ),
      how: `${job.functionSeconds} s at ${shapes['get-image'].memoryMegabytes} MB`,
    },
    {
      part: 'DynamoDB',
      usd: usd(writes * prices.writeUnit + 7 * prices.readUnit),
      how: `${writes} write units: the job made, its request recorded, ended, and five small ones; 7 reads`,
    },
    {
      part: 'logs',
      usd: usd(gigabytes(job.synchronousLogKilobytes / 1000) * prices.logPerGigabyte),
      how: `about ${job.synchronousLogKilobytes} KB`,
    },
  ];
}

/** How often work behind a ticket is polled that is done after so many seconds. */
export function pollsUntil(typicalSeconds: number, doneAt: number): number {
  let polls = 0;
  for (let at = 0; at < doneAt; polls += 1) at += secondsUntilPoll(typicalSeconds, polls);
  return polls;
}

/** What storing a million files for so many days costs. */
const uploadedFor = (days: number): number => gigabytes(upload.megabytes) * prices.storedPerGigabyteMonth * (days / 30);

/** What jobs cost besides that make use of more, a million each. */
export function extraCosts(): readonly CostPart[] {
  const poll = usd(
    prices.invocation +
      job.pollSeconds * secondOf('process-job') +
      3 * prices.queueRequest +
      2 * units.polled * prices.writeUnit,
  );
  const [few, many] = [pollsUntil(10, 10), pollsUntil(10, 20)];
  const stored = gigabytes(job.outMegabytes) * prices.storedPerGigabyteMonth * (job.storedDays / 30);
  return [
    {
      part: `an input uploaded as a file of ${upload.megabytes} MB`,
      usd: usd(
        prices.apiCall +
          prices.invocation +
          job.functionSeconds * (shapes['manage-files'].memoryMegabytes / 1024) * prices.gigabyteSecond +
          3 * prices.writeUnit +
          2 * prices.put +
          prices.get +
          2 * uploadedFor(upload.storedDays),
      ),
      how: `a call of the API, three small writes, the upload, a read of its first bytes and a copy for the job; both are stored for ${upload.storedDays} days. A file that serves several jobs is uploaded once`,
    },
    {
      part: `a file of ${upload.megabytes} MB that lives for more than 8 days`,
      usd: usd(uploadedFor(upload.longestDays)),
      how: `its own storage for ${upload.longestDays} days, in place of ${usd(uploadedFor(upload.storedDays))} for ${upload.storedDays}`,
    },
    {
      part: '`Prefer: wait`',
      usd: usd(stage.waitSeconds * secondOf('submit-job')),
      how: `${stage.waitSeconds} s at 1 GB on arm64, where the whole time is waited; two small writes are ${2 * prices.writeUnit} more`,
    },
    {
      part: 'a polled provider',
      usd: few * poll,
      to: many * poll,
      how: `${few} to ${many} polls a job at ${poll} a million: an invocation of ${job.pollSeconds} s, three requests to SQS, two writes of the job`,
    },
    {
      part: 'a known answer',
      usd: usd(prices.put + stored + 2 * prices.readUnit),
      how: `a copy of the image in S3, which is stored for ${job.storedDays} days, and two reads; it saves the worker's ${providerSeconds.slow} s, the inputs and the provider's charge`,
    },
  ];
}

/** A million jobs in all, asynchronous and synchronous. A slow model's job has an invocation of its own either way. */
export function totals(model: keyof typeof providerSeconds): {
  readonly asynchronous: number;
  readonly synchronous: number;
} {
  const seconds = providerSeconds[model];
  const images = sum(imageParts().map((part) => part.usd));
  return {
    asynchronous: workerUsd(seconds, model === 'slow') + sum(asynchronousParts().map((part) => part.usd)) + images,
    synchronous: sum(synchronousCosts(seconds).map((part) => part.usd)) + images,
  };
}

/** What a million synchronous requests cost for each second that their provider takes, in whole USD. */
export const synchronousSecondUsd = (): number => usd(secondOf('run-synchronously'));
