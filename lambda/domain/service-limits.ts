// Quotas of AWS's services that shape the gateway: what the code is bound by, and what a deployment meets first. docs/limits.md is
// generated from these objects: of each the comment, where it matters here (`@matters`), and its source (`@source`).

export const lambdaLimits = {
  /**
   * Seconds of an invocation.
   * @matters `processJobTimeoutSeconds`, `modelTimeoutSeconds`, `synchronousSeconds`, `slowModelSeconds`: `lib/stage-rules.ts`, `lib/synchronous-rules.ts`
   * @source Lambda quotas: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
   */
  invocationSeconds: 900,
  /**
   * Bytes of an event, and of a response that isn't streamed; API Gateway puts binary bodies into the event in base64.
   * @matters `limits.bodyBytes`: larger inputs are uploaded as files, or named by address
   * @source Lambda quotas (6 MB; the exact number as measured, zaccharles.medium.com, 2022)
   */
  payloadBytes: 6_291_556,
  /**
   * Bytes of a streamed response.
   * @matters a result in base64 above 180,000,000 bytes comes as links: `http/answer/job-body.ts`
   * @source Lambda, response streaming: docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
   */
  streamedBytes: 200 * 1024 * 1024,
  /**
   * Bytes a second of a streamed response, after its first 6 MB.
   * @matters 180 MB take some 90 seconds of `get-job`'s timeout: `lib/function-shapes.ts`
   * @source Lambda, response streaming, as above
   */
  streamedBytesPerSecond: 2 * 1024 * 1024,
  /**
   * Bytes of all environment variables of a function, names included.
   * @matters how many providers and models a stage can list: `lib/function-environment.ts`
   * @source Lambda quotas, as above (4 KB)
   */
  environmentBytes: 4096,
  /**
   * MB of memory that a function has at least.
   * @matters `processJobMemoryMegabytes`, `synchronousMemoryMegabytes`: `lib/stage-rules.ts`
   * @source Lambda quotas, as above
   */
  minMemoryMegabytes: 128,
  /**
   * MB of memory that a function has at most.
   * @matters the same
   * @source Lambda quotas, as above
   */
  maxMemoryMegabytes: 10_240,
  /**
   * Concurrent invocations that a mapping of a queue may be held to, at least.
   * @matters `maximumConcurrency`, `slowConcurrency`: `lib/stage-rules.ts`
   * @source Lambda, SQS: docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   */
  minMappingConcurrency: 2,
  /**
   * The same, at most.
   * @matters the same; beyond it a stage needs another queue
   * @source Lambda, SQS, as above
   */
  maxMappingConcurrency: 1000,
  /**
   * Messages of a batch without a batching window, during which a lone message would wait.
   * @matters `jobsPerInvocation`: `lib/stage-rules.ts`
   * @source Lambda, SQS: docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  batchMessages: 10,
  /**
   * Concurrent executions of an account and region, unless raised; new accounts begin with far fewer, often 10.
   * @matters `accountConcurrency`, [operations.md](operations.md#concurrency)
   * @source Lambda quotas, as above
   */
  accountConcurrency: 1000,
} as const;

export const gatewayLimits = {
  /**
   * Bytes of a request; what is larger never reaches a function.
   * @matters a body above some 4.4 MiB no longer fits into Lambda's event, and gets a 413 of API Gateway's own
   * @source API Gateway quotas: docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
   */
  requestBytes: 10 * 1024 * 1024,
  /**
   * Seconds until a response that isn't streamed must be there.
   * @matters timeouts of the API's functions, `limits.submitWaitSeconds`: `lib/function-shapes.ts`
   * @source API Gateway quotas, as above (raisable for regional APIs)
   */
  bufferedSeconds: 29,
  /**
   * Seconds until the first, and each next, byte of a streamed response of a regional API.
   * @matters `synchronousSeconds`, timeout of `get-job`: `lib/function-shapes.ts`
   * @source API Gateway, response streaming: docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
   */
  streamedIdleSeconds: 300,
  /**
   * Seconds of a streamed response in all.
   * @matters none is longer: `get-job` ends after 300, synchronous responses after 270
   * @source API Gateway, response streaming, as above
   */
  streamedSeconds: 900,
} as const;

export const sqsLimits = {
  /**
   * Seconds by which a message can be delayed.
   * @matters a job that is due later is hidden until then when its wake-up arrives: `application/process/reschedule.ts`
   * @source SendMessage: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
   */
  delaySeconds: 900,
  /**
   * Seconds for which a received message can be hidden, from its receipt.
   * @matters `adapters/sqs/sqs-received-message.ts`
   * @source ChangeMessageVisibility: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
   */
  visibilitySeconds: 43_200,
  /**
   * Seconds for which a message is retained.
   * @matters dead letters: `lib/constructs/job-queue.ts`
   * @source SQS quotas: docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
   */
  retentionSeconds: 1_209_600,
  /**
   * Bytes of a message, attributes included.
   * @matters nothing here: a wake-up holds an id and a number
   * @source botocore 1.43, service model of SQS
   */
  messageBytes: 1024 * 1024,
  /**
   * Messages of a standard queue that are received and not deleted.
   * @matters far above what `maximumConcurrency` and waiting jobs make
   * @source SQS quotas, as above ("approximately")
   */
  inFlightMessages: 120_000,
} as const;

export const dynamoLimits = {
  /**
   * Bytes of an item, names of attributes included.
   * @matters [a job's item](#a-jobs-item): `domain/jobs/item-limits.ts`
   * @source DynamoDB constraints: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (400 KB)
   */
  itemBytes: 400 * 1024,
  /**
   * Bytes that one query reads before it answers with a page.
   * @matters lists and the sweep go from page to page: `adapters/dynamo/jobs/`
   * @source DynamoDB, Query, as above (1 MB)
   */
  pageBytes: 1024 * 1024,
  /**
   * Write units a second of one partition, and so of one item.
   * @matters submissions of one owner (their usage item), one gate, one shard of the index of open jobs
   * @source DynamoDB, partition design: docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
   */
  partitionWrites: 1000,
} as const;

export const s3Limits = {
  /**
   * Bytes of an object that one request uploads, a presigned POST included.
   * @matters files are far smaller: `limits.fileBytes` is the 50 MB that OpenAI takes of an image, not a bound of S3
   * @source S3, uploading objects: docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html (5 GB)
   */
  uploadBytes: 5 * 1024 ** 3,
  /**
   * Bytes of a part of a multipart upload, at least, but for the last.
   * @matters an image of unknown length is uploaded in such parts: `adapters/s3/s3-upload.ts`
   * @source S3, multipart upload limits: docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
   */
  minPartBytes: 5 * 1024 * 1024,
  /**
   * Parts of a multipart upload.
   * @matters 50 GB at the smallest part, far above any image
   * @source S3, multipart upload limits, as above
   */
  parts: 10_000,
  /**
   * Bytes of an object that one request copies.
   * @matters files, which submissions copy, are far smaller: `limits.fileBytes`
   * @source S3, CopyObject: docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html (5 GB)
   */
  copyBytes: 5 * 1024 ** 3,
  /**
   * Keys of one deletion.
   * @matters `adapters/s3/s3-image-store.ts`
   * @source DeleteObjects: docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
   */
  keysPerDeletion: 1000,
  /**
   * Seconds for which a presigned URL is valid, and no longer than the session of the role that signed it.
   * @matters links to results, uploads and addresses of inputs live for 900: `domain/images/image-link.ts`
   * @source S3, presigned URLs: docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
   */
  presignedSeconds: 604_800,
} as const;
