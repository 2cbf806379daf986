import { describe, expect, it } from 'vitest';
import type { OpenJobEntry } from '../../lambda/domain/jobs/open-job-entry.ts';
import { retentionClasses, retentionDaysFor } from '../../lambda/domain/jobs/retention.ts';
import { FileTable } from '../../lib/constructs/file-table.ts';
import { GateTable } from '../../lib/constructs/gate-table.ts';
import { ImageBucket } from '../../lib/constructs/image-bucket.ts';
import { JobQueues } from '../../lib/constructs/job-queue.ts';
import { JobTable } from '../../lib/constructs/job-table.ts';
import { KeyTable } from '../../lib/constructs/key-table.ts';
import { RootSecretResource } from '../../lib/constructs/root-secret.ts';
import { UsageTable } from '../../lib/constructs/usage-table.ts';
import { maxDeadlineSeconds } from '../../lib/stage-rules.ts';
import { readable, synthesizeStage } from './synthesized-stage.ts';

const stage = synthesizeStage();
const jobs = stage.one('AWS::DynamoDB::Table', 'Jobs');
const keys = stage.one('AWS::DynamoDB::Table', 'Keys');
const gates = stage.one('AWS::DynamoDB::Table', 'Gates');
const usage = stage.one('AWS::DynamoDB::Table', 'Usage');
const bucket = stage.one('AWS::S3::Bucket', 'Images');

const keyed = (hash: string, range?: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
];

describe(JobTable, () => {
  it('keeps jobs by id, on demand, until their ttl', () => {
    expect(jobs.KeySchema).toEqual(keyed('id'));
    expect(jobs.BillingMode).toBe('PAY_PER_REQUEST');
    expect(jobs.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true });
  });

  it('finds jobs by owner and open jobs by deadline, with no prompt and no result in the indexes', () => {
    const indexes = jobs.GlobalSecondaryIndexes.map((index: Record<string, unknown>) => [
      index.IndexName,
      index.KeySchema,
    ]);
    expect(indexes).toEqual([
      ['byOwner', keyed('owner', 'createdAt')],
      ['openByDeadline', keyed('openShard', 'deadlineAt')],
    ]);
    for (const { Projection } of jobs.GlobalSecondaryIndexes) {
      expect(Projection.ProjectionType).toBe('INCLUDE');
      for (const heavy of ['submission', 'images', 'result', 'attempts']) {
        expect(Projection.NonKeyAttributes).not.toContain(heavy);
      }
    }
  });

  it('shows the sweep exactly what it reads of an open job', () => {
    const read: Record<keyof OpenJobEntry, true> = {
      id: true,
      owner: true,
      lane: true,
      deadlineAt: true,
      hop: true,
      dueAt: true,
      claim: true,
      leaseUntil: true,
      wakeAt: true,
      wakeups: true,
    };
    const { Projection } = jobs.GlobalSecondaryIndexes.find(
      (index: Record<string, unknown>) => index.IndexName === 'openByDeadline',
    );
    const shown = ['id', 'deadlineAt', ...Projection.NonKeyAttributes];
    expect(shown.sort()).toEqual(Object.keys(read).sort());
  });

  it('sorts by time as a number', () => {
    expect(jobs.AttributeDefinitions).toContainEqual({ AttributeName: 'createdAt', AttributeType: 'N' });
    expect(jobs.AttributeDefinitions).toContainEqual({ AttributeName: 'deadlineAt', AttributeType: 'N' });
  });

  it('can be restored only where the stage pays for it', () => {
    const recovery = (table: typeof jobs) => table.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled;
    expect(recovery(jobs)).toBe(false);
    expect(recovery(synthesizeStage({ jobsTableRecovery: true }).one('AWS::DynamoDB::Table', 'Jobs'))).toBe(true);
  });
});

describe(GateTable, () => {
  it('keeps gates by their names, on demand, until their ttl', () => {
    expect(gates.KeySchema).toEqual(keyed('gate'));
    expect(gates.BillingMode).toBe('PAY_PER_REQUEST');
    expect(gates.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true });
  });
});

describe(FileTable, () => {
  it('keeps files by owner and id, on demand, until their ttl', () => {
    const files = stage.one('AWS::DynamoDB::Table', 'Files');
    expect(files.KeySchema).toEqual(keyed('owner', 'id'));
    expect(files.BillingMode).toBe('PAY_PER_REQUEST');
    expect(files.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true });
  });
});

describe(UsageTable, () => {
  it('keeps usage by owner, on demand, until its ttl, restorable where the jobs are', () => {
    expect(usage.KeySchema).toEqual(keyed('owner'));
    expect(usage.BillingMode).toBe('PAY_PER_REQUEST');
    expect(usage.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true });
    const restorable = synthesizeStage({ jobsTableRecovery: true }).one('AWS::DynamoDB::Table', 'Usage');
    for (const [table, enabled] of [
      [usage, false],
      [restorable, true],
    ] as const) {
      expect(table.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(enabled);
    }
  });
});

describe(KeyTable, () => {
  it('keeps keys by their hash, encrypted under a key of the account, and can always be restored', () => {
    expect(keys.KeySchema).toEqual(keyed('pk'));
    expect(keys.SSESpecification).toEqual({ SSEEnabled: true });
    expect(keys.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
  });
});

describe(ImageBucket, () => {
  it('is private, encrypted, unversioned, and closed to plain http', () => {
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(JSON.stringify(bucket.BucketEncryption)).toContain('AES256');
    expect(bucket.VersioningConfiguration).toBeUndefined();
    const { Statement } = stage.one('AWS::S3::BucketPolicy', 'Images').PolicyDocument;
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
    expect(Statement.filter(({ Effect }: { Effect: string }) => Effect !== 'Deny')).toEqual([]);
  });

  it('lets scripts read images, and those of its origins upload files, only on a stage that lets any call', () => {
    expect(synthesizeStage().one('AWS::S3::Bucket', 'Images')).not.toHaveProperty('CorsConfiguration');
    const allowedOrigins = ['https://app.example', 'http://localhost:*'];
    const shared = synthesizeStage({ allowedOrigins });
    const { CorsRules } = shared.one('AWS::S3::Bucket', 'Images').CorsConfiguration;
    // After a redirect across origins a browser says `Origin: null`, which no list of origins would let through.
    expect(CorsRules).toEqual([
      expect.objectContaining({ AllowedOrigins: ['*'], AllowedMethods: ['GET', 'HEAD'] }),
      expect.objectContaining({ AllowedOrigins: allowedOrigins, AllowedMethods: ['POST'] }),
    ]);
  });

  it('sweeps the inputs, results, known answers and files of every retention class after its days', () => {
    const expiring = bucket.LifecycleConfiguration.Rules.filter((rule: object) => 'ExpirationInDays' in rule);
    expect(
      expiring.map((rule: { Prefix: string; ExpirationInDays: number }) => [rule.Prefix, rule.ExpirationInDays]),
    ).toEqual(
      retentionClasses.flatMap((days) => [
        [`inputs/r${days}/`, days],
        [`results/r${days}/`, days],
        [`cache/r${days}/`, days],
        [`files/r${days}/`, days],
      ]),
    );
  });

  it('aborts uploads that nobody finished', () => {
    const aborting = bucket.LifecycleConfiguration.Rules.filter(
      (rule: object) => 'AbortIncompleteMultipartUpload' in rule,
    );
    expect(aborting).toEqual([expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })]);
  });

  it('has a class for the longest result of the longest deadline', () => {
    expect(() => retentionDaysFor(2_592_000, maxDeadlineSeconds)).not.toThrow();
  });
});

describe(JobQueues, () => {
  const mappingOf = (consumer: string, from = stage, queueArn?: string) =>
    from
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(([, mapping]) => mapping)
      .find(
        (mapping) =>
          readable(mapping.FunctionName) === consumer &&
          (queueArn === undefined || readable(mapping.EventSourceArn) === queueArn),
      );
  const queues = new Map(stage.ofType('AWS::SQS::Queue'));
  const [deadLettersId] = [...queues.keys()].filter((id) => id.startsWith('JobQueueDeadLetters'));
  const queue = [...queues].find(([id]) => id !== deadLettersId)?.[1];

  const slow = [...queues].find(([id]) => id.startsWith('JobQueueSlow'))?.[1];

  it('hands a message over to the dead-letter queue after ten receives', () => {
    expect(slow?.RedrivePolicy).toEqual(queue?.RedrivePolicy);
    expect(queue?.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [deadLettersId, 'Arn'] },
      maxReceiveCount: 10,
    });
  });

  it('keeps wake-ups for longer than any job may take, and dead letters for 14 days', () => {
    for (const one of [queue, slow]) expect(one?.MessageRetentionPeriod).toBeGreaterThan(maxDeadlineSeconds);
    expect(queues.get(deadLettersId ?? '')?.MessageRetentionPeriod).toBe(14 * 86_400);
  });

  it('encrypts all queues and closes them to plain http', () => {
    for (const one of queues.values()) expect(one.SqsManagedSseEnabled).toBe(true);
    const policies = stage.ofType('AWS::SQS::QueuePolicy').flatMap(([, one]) => one.PolicyDocument.Statement);
    expect(policies).toHaveLength(3);
    for (const policy of policies) {
      expect(policy).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    }
  });

  it('wakes the worker without waiting, with as many jobs and batches as the stage says, each reported on its own', () => {
    const busy = synthesizeStage({ jobsPerInvocation: 7, maximumConcurrency: 33 });
    const mapping = mappingOf('<ProcessJobFunction>', busy);
    expect(mapping).toMatchObject({
      BatchSize: 7,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 33 },
    });
    expect(readable(mapping?.EventSourceArn)).toBe('<JobQueue.Arn>');
  });

  it('wakes a worker for each slow job alone, as many at a time as the stage says', () => {
    const busy = synthesizeStage({ jobsPerInvocation: 7, slowConcurrency: 44 });
    expect(mappingOf('<ProcessJobFunction>', busy, '<JobQueueSlow.Arn>')).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 44 },
    });
  });

  it('hands dead letters to handle-dead-letter in two batches at most, each letter reported on its own', () => {
    const mapping = mappingOf('<HandleDeadLetterFunction>');
    expect(mapping).toMatchObject({
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(readable(mapping?.EventSourceArn)).toBe('<JobQueueDeadLetters.Arn>');
    expect(stage.ofType('AWS::Lambda::EventSourceMapping')).toHaveLength(3);
  });

  it('hides a message for a little longer than its consumer may take', () => {
    const timeoutOf = (idStart: string) => stage.one('AWS::Lambda::Function', idStart).Timeout;
    expect(slow?.VisibilityTimeout).toBe(queue?.VisibilityTimeout);
    expect(queue?.VisibilityTimeout).toBe(timeoutOf('ProcessJobFunction') + 30);
    expect(queues.get(deadLettersId ?? '')?.VisibilityTimeout).toBe(timeoutOf('HandleDeadLetterFunction') + 30);
  });
});

describe(RootSecretResource, () => {
  it('is generated, long, and never rotated', () => {
    const { GenerateSecretString } = stage.one('AWS::SecretsManager::Secret', 'Root');
    // To the letter: where one of these properties changes, CloudFormation generates another secret.
    expect(GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
    expect(stage.ofType('AWS::SecretsManager::RotationSchedule')).toEqual([]);
  });
});

describe('dataRetention', () => {
  const holding = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'];
  const faults = (one: typeof stage) =>
    Object.values(one.resources)
      .filter(({ Type }) => holding.includes(Type))
      .map(({ DeletionPolicy, UpdateReplacePolicy }) => `${DeletionPolicy} ${UpdateReplacePolicy}`);

  it('keeps all that holds data when the stack goes, and not what a failed first deployment has made', () => {
    expect(new Set(faults(stage))).toEqual(new Set(['RetainExceptOnCreate Retain']));
  });

  it("keeps the role by which the account's other APIs may write their logs too, whatever fails", () => {
    const kept = Object.values(stage.resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    expect(kept.map(({ Type }) => Type)).toEqual(['AWS::IAM::Role', 'AWS::ApiGateway::Account']);
  });

  it('lets all of it go where the stage says destroy', () => {
    const passing = synthesizeStage({ dataRetention: 'destroy' });
    expect(new Set(faults(passing))).toEqual(new Set(['Delete Delete']));
  });
});

describe('deletionProtection', () => {
  it('protects nothing at first: what is protected can not be rolled back', () => {
    expect(stage.text).not.toContain('"DeletionProtectionEnabled":true');
    expect(stage.stack.terminationProtection).toBe(false);
  });

  it('protects the stack and the tables that nothing could make again, on a stack that stands', () => {
    const standing = synthesizeStage({ deletionProtection: true });
    for (const table of ['Jobs', 'Keys']) {
      expect(standing.one('AWS::DynamoDB::Table', table).DeletionProtectionEnabled).toBe(true);
    }
    expect(standing.stack.terminationProtection).toBe(true);
  });
});
