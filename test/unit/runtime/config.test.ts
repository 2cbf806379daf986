import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../lambda/runtime/config.ts';

const sweep = {
  JOBS_TABLE: 'jobs',
  KEYS_TABLE: 'keys',
  USAGE_TABLE: 'usage',
  ANSWERS_TABLE: 'answers',
  FILES_TABLE: 'files',
  IMAGES_BUCKET: 'images',
  JOBS_QUEUE_URL: 'https://queue',
  SLOW_JOBS_QUEUE_URL: 'https://slow-queue',
  LEASE_SECONDS: '120',
  WAKE_AFTER_SECONDS: '90.5',
};
const worker = {
  JOBS_TABLE: 'jobs',
  KEYS_TABLE: 'keys',
  GATES_TABLE: 'gates',
  USAGE_TABLE: 'usage',
  ANSWERS_TABLE: 'answers',
  IMAGES_BUCKET: 'images',
  JOBS_QUEUE_URL: 'https://queue',
  SLOW_JOBS_QUEUE_URL: 'https://slow-queue',
  PROVIDER_KEYS_PATH: '/darkroom/providers',
  PROVIDERS: '{"openai":{"baseUrl":"https://api"}}',
  INPUT_HOSTS: '["10.0.0.7:8080"]',
  INPUT_ADDRESSES: 'where_taken',
  LEASE_SECONDS: '120',
  HEARTBEAT_SECONDS: '45',
  MAX_RUNNING_JOBS: '{"shared":32,"alone":8}',
  UNKNOWN_PRICE_USD: '0.25',
  ON_UNKNOWN_OUTCOME: 'fail',
  FALL_BACK_ON_REFUSAL: 'false',
  RATE_LIMIT_PATIENCE_SECONDS: '0',
  JOB_DEADLINE_SECONDS: '1800',
  ON_SLOW_TICKET: 'fall_back',
  MODEL_TIMEOUT_SECONDS: '300',
};

describe('readEnvironment', () => {
  it("reads a function's variables, typed, and no others", () => {
    expect(readEnvironment('sweep-jobs', { ...sweep, GATES_TABLE: 'gates' })).toEqual({
      JOBS_TABLE: 'jobs',
      KEYS_TABLE: 'keys',
      USAGE_TABLE: 'usage',
      ANSWERS_TABLE: 'answers',
      FILES_TABLE: 'files',
      IMAGES_BUCKET: 'images',
      JOBS_QUEUE_URL: 'https://queue',
      SLOW_JOBS_QUEUE_URL: 'https://slow-queue',
      LEASE_SECONDS: 120,
      WAKE_AFTER_SECONDS: 90.5,
    });
    expect(readEnvironment('process-job', worker)).toMatchObject({
      PROVIDERS: { openai: { baseUrl: 'https://api' } },
      INPUT_HOSTS: ['10.0.0.7:8080'],
      INPUT_ADDRESSES: 'where_taken',
      UNKNOWN_PRICE_USD: 0.25,
      ON_UNKNOWN_OUTCOME: 'fail',
      FALL_BACK_ON_REFUSAL: false,
      RATE_LIMIT_PATIENCE_SECONDS: 0,
      JOB_DEADLINE_SECONDS: 1800,
      ON_SLOW_TICKET: 'fall_back',
    });
  });

  it('names everything that is missing, empty or senseless at once', () => {
    const broken = { ...sweep, JOBS_TABLE: '', LEASE_SECONDS: 'long' };
    expect(() => readEnvironment('sweep-jobs', { ...broken, JOBS_QUEUE_URL: undefined })).toThrow(
      'Environment variables of sweep-jobs are missing or invalid: JOBS_TABLE, JOBS_QUEUE_URL, LEASE_SECONDS.',
    );
  });

  it.each([
    ['LEASE_SECONDS', '0'],
    ['LEASE_SECONDS', '-5'],
    ['ON_UNKNOWN_OUTCOME', 'Retry'],
    ['FALL_BACK_ON_REFUSAL', 'yes'],
    ['RATE_LIMIT_PATIENCE_SECONDS', '-1'],
    ['RATE_LIMIT_PATIENCE_SECONDS', 'wait'],
    ['ON_SLOW_TICKET', 'never'],
    ['UNKNOWN_PRICE_USD', 'some'],
    ['PROVIDERS', '{"openai":'],
    ['INPUT_HOSTS', '{}'],
    ['INPUT_ADDRESSES', 'always'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readEnvironment('process-job', { ...worker, [name]: value })).toThrow(
      `Environment variables of process-job are missing or invalid: ${name}.`,
    );
  });

  it('lets a stage grant no wait at all', () => {
    const texts = {
      ...{ JOBS_TABLE: 'jobs', KEYS_TABLE: 'keys', USAGE_TABLE: 'usage', GATES_TABLE: 'gates' },
      ...{ IMAGES_BUCKET: 'images' },
      ...{ ROOT_SECRET_ARN: 'arn', OFFERS: '{}', LEASE_SECONDS: '120', MAX_WAITS_PER_OWNER: '50' },
      ...{ TOKENS: 'none', ALLOWED_ORIGINS: '[]' },
    };
    expect(readEnvironment('get-job', { ...texts, WAIT_SECONDS: '0' }).WAIT_SECONDS).toBe(0);
    expect(() => readEnvironment('get-job', { ...texts, WAIT_SECONDS: ' ' })).toThrow(/WAIT_SECONDS/);
  });

  it('tells a stage without tokens from one whose settings for them are lost', () => {
    const texts = { KEYS_TABLE: 'keys', OFFERS: '{}', ALLOWED_ORIGINS: '[]' };
    expect(readEnvironment('list-models', { ...texts, TOKENS: 'none' }).TOKENS).toBe('none');
    expect(readEnvironment('list-models', { ...texts, TOKENS: '{"issuer":"me"}' }).TOKENS).toEqual({ issuer: 'me' });
    for (const TOKENS of ['', 'some', '{', undefined]) {
      expect(() => readEnvironment('list-models', { ...texts, TOKENS })).toThrow(/TOKENS/);
    }
  });

  it('reads the allowed origins as a list of texts and nothing else', () => {
    const texts = { KEYS_TABLE: 'keys', OFFERS: '{}', TOKENS: 'none' };
    const ALLOWED_ORIGINS = '["https://app.example"]';
    expect(readEnvironment('list-models', { ...texts, ALLOWED_ORIGINS }).ALLOWED_ORIGINS).toEqual([
      'https://app.example',
    ]);
    for (const wrong of ['{}', '[1]', 'https://app.example', '[']) {
      expect(() => readEnvironment('list-models', { ...texts, ALLOWED_ORIGINS: wrong })).toThrow(/ALLOWED_ORIGINS/);
    }
  });

  it("never says what a variable holds, for it may be a secret's address", () => {
    expect(() => readEnvironment('process-job', { ...worker, LEASE_SECONDS: 'hidden-words' })).not.toThrow(
      /hidden-words/,
    );
  });
});
