import { z } from 'zod';
import type { CorsRule } from '../emulators/s3/cors.ts';
import type { ResourceReader } from './resource-reader.ts';

const keySchema = z
  .array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
  .min(1)
  .max(2);

const projection = z.object({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).default('ALL'),
  NonKeyAttributes: z.array(z.string()).optional(),
});

const index = z.object({ IndexName: z.string(), KeySchema: keySchema, Projection: projection });

const tableProperties = z.object({
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z.array(index).default([]),
  LocalSecondaryIndexes: z.array(index).default([]),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
  // The emulator has no streams, so a table with one would silently lose its readers.
  StreamSpecification: z.undefined({ error: 'table streams are not supported' }).optional(),
});

/** A DynamoDB table, in the format of its CreateTable request. */
export interface TablePlan
  extends Omit<z.infer<typeof tableProperties>, 'TimeToLiveSpecification' | 'StreamSpecification'> {
  readonly name: string;
  /** The number attribute that holds an item's end in epoch seconds; undefined where items don't expire. */
  readonly expiryAttribute: string | undefined;
}

const corsRule = z.object({
  AllowedOrigins: z.array(z.string()),
  AllowedMethods: z.array(z.string()),
  AllowedHeaders: z.array(z.string()).default([]),
  ExposedHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
});

const bucketProperties = z.object({
  CorsConfiguration: z.object({ CorsRules: z.array(corsRule) }).optional(),
});

/** An S3 bucket. Its lifecycle rules count in days, so they are left out here. */
export interface BucketPlan {
  readonly name: string;
  readonly corsRules: readonly CorsRule[];
}

/** An SQS queue, with its attributes in the format of SetQueueAttributes. */
export interface QueuePlan {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Reads the tables, of both CloudFormation types that describe one. */
export function planTables(reader: ResourceReader): TablePlan[] {
  const types = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];
  return reader.each(types, tableProperties).map(({ name, properties }) => {
    const { TimeToLiveSpecification: expiry, StreamSpecification: _, ...table } = properties;
    return { ...table, name, expiryAttribute: expiry?.Enabled ? expiry.AttributeName : undefined };
  });
}

/** Reads the buckets. */
export function planBuckets(reader: ResourceReader): BucketPlan[] {
  return reader.each(['AWS::S3::Bucket'], bucketProperties).map(({ name, properties }) => ({
    name,
    corsRules: (properties.CorsConfiguration?.CorsRules ?? []).map((rule) => ({
      allowedOrigins: rule.AllowedOrigins,
      allowedMethods: rule.AllowedMethods,
      allowedHeaders: rule.AllowedHeaders,
      exposedHeaders: rule.ExposedHeaders,
      maxAge: rule.MaxAge,
    })),
  }));
}

const queueProperties = z.object({
  VisibilityTimeout: z.coerce.number().int().default(30),
  DelaySeconds: z.coerce.number().int().default(0),
  MessageRetentionPeriod: z.coerce.number().int().default(345_600),
  ReceiveMessageWaitTimeSeconds: z.coerce.number().int().default(0),
  FifoQueue: z.boolean().default(false),
  ContentBasedDeduplication: z.boolean().optional(),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int().positive() })
    .optional(),
});

/** Reads the queues. The limits that only AWS's own storage needs (encryption, redrive permission) are left out. */
export function planQueues(reader: ResourceReader): QueuePlan[] {
  return reader.each(['AWS::SQS::Queue'], queueProperties).map(({ logicalId, name, properties }) => {
    const { RedrivePolicy, FifoQueue, ContentBasedDeduplication, ...numbers } = properties;
    const attributes: Record<string, string> = {};
    for (const [attribute, value] of Object.entries(numbers)) attributes[attribute] = String(value);
    if (RedrivePolicy !== undefined) attributes.RedrivePolicy = JSON.stringify(RedrivePolicy);
    if (FifoQueue && ContentBasedDeduplication) attributes.ContentBasedDeduplication = 'true';
    return {
      name,
      arn: reader.names.attribute(logicalId, 'Arn'),
      url: reader.names.attribute(logicalId, 'QueueUrl'),
      attributes,
    };
  });
}
