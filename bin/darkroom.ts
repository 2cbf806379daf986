import { Code } from 'aws-cdk-lib/aws-lambda';
import { createApp } from '../lib/app.ts';
import { bundleFunctions } from '../lib/bundle-functions.ts';
import type { StageSettings } from '../lib/stage-settings.ts';

/**
 * The stage to deploy: the one page to edit. Settings without a default are set here; every other one is a comment with
 * its default. `StageSettings` documents each.
 */
const stage: StageSettings = {
  name: 'main',
  providers: {
    openai: {}, // baseUrl: 'https://api.openai.com/v1'
  },
  maximumConcurrency: 10, // 2 for an account of 10: see accountConcurrency
  dataRetention: 'retain',
  // deletionProtection: false, // true once the first deployment has succeeded

  // Servers of your own that speak OpenAI's images API, such as { studio: { baseUrl: 'https://…/v1', models: [{ model: 'sdxl' }] } }.
  // compatibleServers: {},

  // How long things may take, in seconds.
  // deadlineSeconds: 1800,
  // resultTtlSeconds: 3600,
  // leaseSeconds: 120,
  // heartbeatSeconds: 45,
  // wakeAfterSeconds: 120,
  // modelTimeoutSeconds: 300,
  // processJobTimeoutSeconds: 420,

  // How much is done at once.
  // jobsPerInvocation: 4,
  // slowModelSeconds: 20,
  // maxRunningJobsPerOwner: 'four_fifths', // or a number: how many jobs of one owner run at a time
  // slowConcurrency: 40, // 2 for an account of 10
  // processJobMemoryMegabytes: 1024,
  // onBacklog: 'refuse', // or 'accept': accept what can't end by its deadline, too
  // throttle: { ratePerSecond: 50, burst: 100 }, // for each method of each path
  // waitSeconds: 25, // 0 for an account of 10, or where nothing is reserved
  // maxWaitsPerOwner: 'one_third', // or a number: how many callers of one owner may wait at a time
  // synchronousSeconds: 270, // within which a synchronous request is answered. 0, which turns them off, for an account of 10, or where nothing is reserved
  // maxSynchronousPerOwner: 'one_third', // or a number: how many of them one owner may have under way
  // synchronousMemoryMegabytes: 1024,
  // accountConcurrency: 1000, // what `aws lambda get-account-settings` says, less what other stacks take. Below 346 these settings need others: docs/operations.md#concurrency
  // reservedConcurrency: 'shares', // 'none' for an account of 10 (100 and less can reserve nothing), or numbers such as { 'get-job': 200 }

  // What callers may ask for whose virtual keys don't say.
  // defaultRateLimits: [ { requests: 600, period: '1m' } ], // periods: 1m, 1h, 1d, 1w, 1M; [] is no limit
  // defaultMaxOpenJobs: 100,
  // unknownPriceUsd: 'none', // or a number: what an image is assumed to cost, for keys with budgets, by models without a known price

  // Input images, and the files that callers upload for them.
  // trustedInputHosts: [], // or [ '10.0.0.7:8080' ]: hosts of yours that input images may be fetched from
  // inputAddresses: 'never', // or 'where_taken': providers fetch large inputs from the bucket by themselves
  // fileRetentionSeconds: 86400,
  // maxFilesPerOwner: 1000,
  // maxFileBytesPerOwner: 10000000000,

  // What happens when a provider fails.
  // onUnknownOutcome: 'retry', // or 'fail': never risk paying twice
  // fallBackOnRefusal: false,
  // rateLimitPatienceSeconds: 20, // before a fallback at another provider is called
  // onSlowTicket: 'wait', // or 'fall_back': cancel the ticket and call the fallback

  // Who may call, besides virtual keys.
  // tokens: { issuer: 'https://login.example.com/', audience: 'darkroom', keys: { jwksUrl: 'https://login.example.com/.well-known/jwks.json' } }, // or keys: 'shared_secret'; default: no tokens, and so no admin's routes
  // allowedOrigins: [], // or [ 'https://app.example.com' ]: web pages whose scripts may call
  // passThrough: 'none', // 'all', or providers such as [ 'openai' ]: synchronous requests may bring their own keys for them
  // passThroughOwner: 'guests', // the virtual key under which such requests run that bring no other; default: they need one

  // How it is operated.
  // providerKeysPath: '/darkroom/main/providers',
  // logRetentionDays: 30,
  // gatewayLogRole: 'create', // 'existing' for a second stage in the same account and region
  // jobsTableRecovery: false,
  // alarmTopicArn: 'arn:aws:sns:eu-central-1:111122223333:on-call',
};

const bundles = await bundleFunctions('dist/functions');
createApp({ stage, codeFor: (name) => Code.fromAsset(bundles[name]) }).synth();
