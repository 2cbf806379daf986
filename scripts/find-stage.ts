import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { readConnection } from '../bin/connection-file.ts';
import { type LocalService, localClientSettings } from '../bin/local-clients.ts';
import { stackNameOf } from '../lib/construct-ids.ts';
import type { StageChoice } from './stage-option.ts';

/** A stage that a command works on, past its API. */
export interface FoundStage {
  /** For people. */
  readonly title: string;
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, string>>;
  /** How a client of the AWS SDK reaches a store of the stage. */
  clientSettings(service: LocalService): Partial<ReturnType<typeof localClientSettings>>;
}

/** Finds a stage. Throws a sentence for people where it isn't there, or can't be reached. */
export async function findStage(choice: StageChoice): Promise<FoundStage> {
  if ('stage' in choice) {
    const outputs = await deployedOutputs(choice.stage);
    // The SDK finds region and credentials by itself.
    return { title: `the stage ${choice.stage}`, outputs, clientSettings: () => ({}) };
  }
  const connection = await readConnection(choice.port);
  return {
    title: `the local stack on port ${choice.port}`,
    outputs: connection.outputs,
    clientSettings: (service) => localClientSettings(connection, service),
  };
}

async function deployedOutputs(stage: string): Promise<Record<string, string>> {
  const StackName = stackNameOf(stage);
  const client = new CloudFormationClient();
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const outputs = stack?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    throw new Error(sentenceOf(error, StackName), { cause: error });
  } finally {
    client.destroy();
  }
}

function sentenceOf(error: unknown, stackName: string): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'CredentialsProviderError') return 'No AWS credentials were found: set AWS_PROFILE, as for the AWS CLI.';
  if (message === 'Region is missing') return 'No AWS region is set: set AWS_REGION to that of the stage.';
  if (name === 'ValidationError' && message.includes('does not exist')) {
    return `No stack ${stackName} exists in this account and region.`;
  }
  return `The stack ${stackName} could not be described: ${message}`;
}
