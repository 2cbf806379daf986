import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type FunctionName, functionNames, type VariableName } from '../lambda/contract/environment.ts';
import { offersOf } from '../lambda/contract/provider-offers.ts';
import type { DefaultLimits } from '../lambda/domain/keys/key-limits.ts';
import { constructIdOf } from './construct-ids.ts';
import { Alarms } from './constructs/alarms.ts';
import { AnswerTable } from './constructs/answer-table.ts';
import { Dashboard } from './constructs/dashboard.ts';
import { FileTable } from './constructs/file-table.ts';
import { GateTable } from './constructs/gate-table.ts';
import { GatewayFunction } from './constructs/gateway-function.ts';
import { ImageApi } from './constructs/image-api.ts';
import { ImageBucket } from './constructs/image-bucket.ts';
import { JobQueues } from './constructs/job-queue.ts';
import { JobTable } from './constructs/job-table.ts';
import { KeyTable } from './constructs/key-table.ts';
import { RootSecretResource } from './constructs/root-secret.ts';
import { Schedule } from './constructs/schedule.ts';
import { TokenSecret } from './constructs/token-secret.ts';
import { UsageTable } from './constructs/usage-table.ts';
import { functionAlarms } from './function-alarms.ts';
import { environmentOf } from './function-environment.ts';
import { grantFunctions, type Stores } from './function-permissions.ts';
import { functionShapes } from './function-shapes.ts';
import { jobAlarms } from './job-alarms.ts';
import { passThroughText } from './pass-through.ts';
import { reservationsOf } from './reserved-concurrency.ts';
import { maxRunningJobsOf } from './running-jobs.ts';
import type { StageConfig } from './stage-settings.ts';
import { tokensText } from './token-settings.ts';
import { maxSynchronousOf, maxWaitsOf } from './waits-per-owner.ts';

/** What the stack is made from. */
export interface DarkroomStackProps extends StackProps {
  readonly stage: StageConfig;
  /** The bundle of each function. */
  readonly codeFor: (name: FunctionName) => lambda.Code;
  /** What the health route and the OpenAPI document give as version. */
  readonly serviceVersion: string;
}

/**
 * What is kept when the stack goes is not kept where the stack never came to be: a first deployment can be repeated.
 */
const removalPolicyOf = ({ dataRetention }: StageConfig): RemovalPolicy =>
  dataRetention === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

const defaultLimitsOf = ({ defaultRateLimits, defaultMaxOpenJobs }: StageConfig): DefaultLimits => ({
  rateLimits: defaultRateLimits,
  maxOpenJobs: defaultMaxOpenJobs,
});

/**
 * One stage of the gateway: composes its constructs, grants each function its permissions, and outputs where things
 * are.
 */
export class DarkroomStack extends Stack {
  private readonly stores: Stores;
  private readonly functions: Readonly<Record<FunctionName, GatewayFunction>>;

  constructor(scope: Construct, id: string, props: DarkroomStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const kept = { removalPolicy: removalPolicyOf(stage), deletionProtection: stage.deletionProtection };
    const keptAsJobs = { ...kept, pointInTimeRecovery: stage.jobsTableRecovery };
    const shapes = functionShapes(stage);
    this.stores = {
      jobs: new JobTable(this, 'Jobs', keptAsJobs),
      keys: new KeyTable(this, 'Keys', kept),
      gates: new GateTable(this, 'Gates', kept),
      usage: new UsageTable(this, 'Usage', keptAsJobs),
      answers: new AnswerTable(this, 'Answers', kept),
      files: new FileTable(this, 'Files', kept),
      images: new ImageBucket(this, 'Images', { ...kept, allowedOrigins: stage.allowedOrigins }),
      rootSecret: new RootSecretResource(this, 'Root', kept),
      tokenSecret: stage.tokens?.keys === 'shared_secret' ? new TokenSecret(this, 'Tokens', kept) : undefined,
      queue: new JobQueues(this, 'JobQueue', {
        workerTimeoutSeconds: shapes['process-job'].timeoutSeconds,
        deadLetterHandlerTimeoutSeconds: shapes['handle-dead-letter'].timeoutSeconds,
      }),
    };
    this.functions = this.createFunctions(props, kept.removalPolicy);
    grantFunctions(this.functions, this.stores, stage);
    this.stores.queue.wakeUp(this.functions['process-job'], stage);
    this.stores.queue.deadLetter(this.functions['handle-dead-letter']);
    new Schedule(this, 'Sweep', { everyMinutes: 1, target: this.functions['sweep-jobs'] });
    const api = new ImageApi(this, 'Api', { stage, functions: this.functions, removalPolicy: kept.removalPolicy });
    this.watch(stage, api);
    this.addOutputs(props, api);
  }

  private createFunctions(
    props: DarkroomStackProps,
    removalPolicy: RemovalPolicy,
  ): Record<FunctionName, GatewayFunction> {
    const { stage, codeFor } = props;
    const texts = this.environmentTexts(props);
    const shapes = functionShapes(stage);
    const reservations = reservationsOf(stage);
    const entries = functionNames.map((name) => {
      const created = new GatewayFunction(this, constructIdOf(name), {
        name,
        code: codeFor(name),
        environment: environmentOf(name, texts),
        shape: shapes[name],
        reservedConcurrency: reservations[name],
        logRetentionDays: stage.logRetentionDays,
        removalPolicy,
        // A job that waits sends itself the next wake-up, and one that was dead-lettered is sent again; its deadline
        // and its hops bound the chain.
        mayChain: name === 'process-job' || name === 'handle-dead-letter',
      });
      return [name, created] as const;
    });
    return Object.fromEntries(entries) as Record<FunctionName, GatewayFunction>;
  }

  private environmentTexts({ stage, serviceVersion }: DarkroomStackProps): Record<VariableName, string> {
    return {
      JOBS_TABLE: this.stores.jobs.table.tableName,
      KEYS_TABLE: this.stores.keys.table.tableName,
      GATES_TABLE: this.stores.gates.table.tableName,
      USAGE_TABLE: this.stores.usage.table.tableName,
      ANSWERS_TABLE: this.stores.answers.table.tableName,
      FILES_TABLE: this.stores.files.table.tableName,
      IMAGES_BUCKET: this.stores.images.bucket.bucketName,
      JOBS_QUEUE_URL: this.stores.queue.queue.queueUrl,
      SLOW_JOBS_QUEUE_URL: this.stores.queue.slow.queueUrl,
      DEAD_LETTERS_URL: this.stores.queue.deadLetters.queueUrl,
      ROOT_SECRET_ARN: this.stores.rootSecret.secret.secretArn,
      TOKENS: tokensText(stage.tokens, this.stores.tokenSecret?.secret.secretArn),
      PROVIDER_KEYS_PATH: stage.providerKeysPath,
      ALLOWED_ORIGINS: JSON.stringify(stage.allowedOrigins),
      PROVIDERS: JSON.stringify(stage.providers),
      OFFERS: JSON.stringify(offersOf(stage.providers)),
      INPUT_HOSTS: JSON.stringify(stage.trustedInputHosts),
      INPUT_ADDRESSES: stage.inputAddresses,
      JOB_DEADLINE_SECONDS: String(stage.deadlineSeconds),
      RESULT_TTL_SECONDS: String(stage.resultTtlSeconds),
      LEASE_SECONDS: String(stage.leaseSeconds),
      HEARTBEAT_SECONDS: String(stage.heartbeatSeconds),
      WAKE_AFTER_SECONDS: String(stage.wakeAfterSeconds),
      MODEL_TIMEOUT_SECONDS: String(stage.modelTimeoutSeconds),
      SLOW_MODEL_SECONDS: String(stage.slowModelSeconds),
      WAIT_SECONDS: String(stage.waitSeconds),
      MAX_WAITS_PER_OWNER: String(maxWaitsOf(stage)),
      SYNCHRONOUS_SECONDS: String(stage.synchronousSeconds),
      MAX_SYNCHRONOUS_PER_OWNER: String(maxSynchronousOf(stage)),
      PASS_THROUGH: passThroughText(stage),
      MAX_RUNNING_JOBS: JSON.stringify(maxRunningJobsOf(stage)),
      DEFAULT_LIMITS: JSON.stringify(defaultLimitsOf(stage)),
      UNKNOWN_PRICE_USD: String(stage.unknownPriceUsd),
      FILE_RETENTION_SECONDS: String(stage.fileRetentionSeconds),
      MAX_FILES_PER_OWNER: String(stage.maxFilesPerOwner),
      MAX_FILE_BYTES_PER_OWNER: String(stage.maxFileBytesPerOwner),
      ON_UNKNOWN_OUTCOME: stage.onUnknownOutcome,
      FALL_BACK_ON_REFUSAL: String(stage.fallBackOnRefusal),
      ON_BACKLOG: stage.onBacklog,
      WORKER_SLOTS: String(stage.maximumConcurrency * stage.jobsPerInvocation),
      SLOW_WORKER_SLOTS: String(stage.slowConcurrency),
      RATE_LIMIT_PATIENCE_SECONDS: String(stage.rateLimitPatienceSeconds),
      ON_SLOW_TICKET: stage.onSlowTicket,
      SERVICE_VERSION: serviceVersion,
    };
  }

  private watch(stage: StageConfig, { api }: ImageApi): void {
    const { functions } = this;
    const { jobs, queue } = this.stores;
    new Alarms(this, 'Alarms', {
      plans: [
        ...functionAlarms(functions, stage),
        ...jobAlarms({ functions, jobs, queue, api, deadlineSeconds: stage.deadlineSeconds }),
      ],
      topicArn: stage.alarmTopicArn,
    });
    const { synchronousSeconds } = stage;
    new Dashboard(this, 'Dashboard', {
      functions,
      queue,
      api,
      providers: Object.keys(stage.providers),
      synchronousSeconds,
    });
  }

  /** Where everything is, and what commands that work past the API have to know as the functions do. */
  private addOutputs(props: DarkroomStackProps, api: ImageApi): void {
    const texts = this.environmentTexts(props);
    const outputs = {
      ApiUrl: api.api.url,
      JobsTableName: this.stores.jobs.table.tableName,
      GatesTableName: this.stores.gates.table.tableName,
      KeysTableName: this.stores.keys.table.tableName,
      UsageTableName: this.stores.usage.table.tableName,
      AnswersTableName: this.stores.answers.table.tableName,
      FilesTableName: this.stores.files.table.tableName,
      BucketName: this.stores.images.bucket.bucketName,
      ProviderKeysPath: texts.PROVIDER_KEYS_PATH,
      ProviderOffers: texts.OFFERS,
      JobsQueueUrl: this.stores.queue.queue.queueUrl,
      SlowJobsQueueUrl: this.stores.queue.slow.queueUrl,
      DeadLetterQueueUrl: this.stores.queue.deadLetters.queueUrl,
      WorkerLogGroupName: this.functions['process-job'].logGroupName,
      AccessLogGroupName: api.accessLogGroupName,
      DefaultLimits: texts.DEFAULT_LIMITS,
      TokenSettings: texts.TOKENS,
      ...(this.stores.tokenSecret && { TokenSecretArn: this.stores.tokenSecret.secret.secretArn }),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
