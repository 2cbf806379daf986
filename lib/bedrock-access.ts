import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import {
  type BedrockModelName,
  type BedrockRegion,
  bedrockIdOf,
  bedrockModels,
  bedrockModelsIn,
  isAskedByProfile,
} from '../lambda/contract/bedrock-models.ts';
import { isCompatibleServer } from '../lambda/contract/compatible-server.ts';
import type { ProviderEndpoints } from '../lambda/contract/provider-endpoints.ts';

/**
 * Least privilege: allows calling exactly the models that a stage with Bedrock offers, in its region. A call through an
 * inference profile needs the profile, and the model in each region to which the profile may route it.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 */
export function grantBedrock(grantee: iam.IGrantable & IConstruct, { bedrock }: ProviderEndpoints): void {
  const region = bedrock === undefined || isCompatibleServer(bedrock) ? undefined : bedrock.region;
  if (region === undefined) return;
  const stack = Stack.of(grantee);
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['bedrock:InvokeModel'],
    resourceArns: bedrockModelsIn(region).flatMap((model) => arnsOf(stack, model, region)),
  });
}

function arnsOf(stack: Stack, model: BedrockModelName, region: BedrockRegion): readonly string[] {
  const bedrock = { service: 'bedrock', arnFormat: ArnFormat.SLASH_RESOURCE_NAME };
  // A foundation model belongs to no account: its ARN has none.
  const modelIn = (where: string) =>
    stack.formatArn({ ...bedrock, region: where, account: '', resource: 'foundation-model', resourceName: model });
  if (!isAskedByProfile(model)) return [modelIn(region)];
  const profile = { ...bedrock, region, resource: 'inference-profile', resourceName: bedrockIdOf(model) };
  return [stack.formatArn(profile), ...bedrockModels[model].regions.map(modelIn)];
}
