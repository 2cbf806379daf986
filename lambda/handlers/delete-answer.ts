import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoKnownAnswers } from '../adapters/dynamo/answers/dynamo-known-answers.ts';
import { createS3ImageStore } from '../adapters/s3/s3-image-store.ts';
import { sha256 } from '../adapters/secrets/sha256.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { answerCacheRemoval } from './flows/answer-cache-removal.ts';

const config = readEnvironment('delete-answer');
const telemetry = createTelemetry('delete-answer');
const dynamo = new DynamoDBClient(promptClientSettings);
const dependencies = {
  authentication: createAuthenticationDependencies(config, { dynamo, clock: systemClock, telemetry }),
  sha256,
  answers: createDynamoKnownAnswers(dynamo, { tableName: config.ANSWERS_TABLE }),
  images: createS3ImageStore(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET }),
  telemetry,
};

const fault = answerFault(telemetry);

export const handler = bufferedHandler(answerCacheRemoval(dependencies), fault, config.ALLOWED_ORIGINS);
