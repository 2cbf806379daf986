import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoJobStore } from '../adapters/dynamo/jobs/dynamo-job-store.ts';
import { createS3StorageLinks } from '../adapters/s3/s3-storage-links.ts';
import { createLinkSigner } from '../adapters/secrets/link-signer.ts';
import { createRootSecret } from '../adapters/secrets/root-secret.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { answerImageLink } from './flows/answer-image-link.ts';

const config = readEnvironment('get-image');
const telemetry = createTelemetry('get-image');
const rootSecret = createRootSecret(new SecretsManagerClient(promptClientSettings), {
  secretId: config.ROOT_SECRET_ARN,
});
const dependencies = {
  jobs: createDynamoJobStore(new DynamoDBClient(promptClientSettings), { tableName: config.JOBS_TABLE }),
  links: createS3StorageLinks(new S3Client(promptClientSettings), { bucketName: config.IMAGES_BUCKET }),
  signer: createLinkSigner(rootSecret),
  clock: systemClock,
};

export const handler = bufferedHandler(answerImageLink(dependencies), answerFault(telemetry), config.ALLOWED_ORIGINS);
