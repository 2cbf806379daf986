import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoFileStore } from '../adapters/dynamo/files/dynamo-file-store.ts';
import { createS3FileUploads } from '../adapters/s3/s3-file-uploads.ts';
import { newFileId } from '../adapters/secrets/new-file-id.ts';
import { sha256 } from '../adapters/secrets/sha256.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { answerFileRequest } from './flows/answer-file-request.ts';

const config = readEnvironment('manage-files');
const clock = systemClock;
const telemetry = createTelemetry('manage-files');
const dynamo = new DynamoDBClient(promptClientSettings);
const dependencies = {
  authentication: createAuthenticationDependencies(config, { dynamo, clock, telemetry }),
  sha256,
  files: createDynamoFileStore(dynamo, { tableName: config.FILES_TABLE }),
  uploads: createS3FileUploads(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET }),
  newFileId,
  clock,
  telemetry,
  settings: {
    fileRetentionSeconds: config.FILE_RETENTION_SECONDS,
    fileLimits: { files: config.MAX_FILES_PER_OWNER, bytes: config.MAX_FILE_BYTES_PER_OWNER },
  },
};

const fault = answerFault(telemetry);

export const handler = bufferedHandler(answerFileRequest(dependencies), fault, config.ALLOWED_ORIGINS);
