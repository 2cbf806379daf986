import type { LocalStack } from '../local/start.ts';

/** The stores of a local stack, as the AWS SDK's variables name them. */
export type LocalService = 'DYNAMODB' | 'S3' | 'SQS' | 'SECRETS_MANAGER';

/** Where a client of the AWS SDK finds a store of a local stack, and what it signs with. */
export const localClientSettings = (
  { awsEnvironment: environment }: Pick<LocalStack, 'awsEnvironment'>,
  service: LocalService,
) => ({
  region: environment.AWS_REGION ?? '',
  endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
  credentials: {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  },
});

/** An output of a stack. Throws where it has none of that name. */
export function outputOf({ outputs }: Pick<LocalStack, 'outputs'>, name: string): string {
  const value = outputs[name];
  if (value === undefined) throw new Error(`The stack has no output ${name}.`);
  return value;
}
