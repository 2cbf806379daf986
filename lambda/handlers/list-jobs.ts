import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { promptClientSettings } from '../adapters/client-settings.ts';
import { createDynamoJobLists } from '../adapters/dynamo/jobs/dynamo-job-lists.ts';
import { sha256 } from '../adapters/secrets/sha256.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { answerFault } from '../http/answer/answer-fault.ts';
import { bufferedHandler } from '../http/answer/buffered-handler.ts';
import { readEnvironment } from '../runtime/config.ts';
import { createTelemetry } from '../runtime/telemetry.ts';
import { createAuthenticationDependencies } from './composition/authentication-dependencies.ts';
import { answerJobList } from './flows/answer-job-list.ts';

const config = readEnvironment('list-jobs');
const clock = systemClock;
const telemetry = createTelemetry('list-jobs');
const dynamo = new DynamoDBClient(promptClientSettings);
const dependencies = {
  authentication: createAuthenticationDependencies(config, { dynamo, clock, telemetry }),
  sha256,
  jobLists: createDynamoJobLists(dynamo, { tableName: config.JOBS_TABLE }),
  clock,
};

export const handler = bufferedHandler(answerJobList(dependencies), answerFault(telemetry), config.ALLOWED_ORIGINS);
