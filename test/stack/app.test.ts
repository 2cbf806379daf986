import { readFileSync } from 'node:fs';
import { App, type Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { acknowledgements } from '../../lib/acknowledgements.ts';
import { createApp } from '../../lib/app.ts';
import { DarkroomStack } from '../../lib/darkroom-stack.ts';
import { featureFlags } from '../../lib/feature-flags.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import { plainStage, synthesizeStage } from './synthesized-stage.ts';

const stage = synthesizeStage();

/** With everything that has to be asked for and stands among the acknowledgements. */
const tokens = { issuer: 'darkroom-test', audience: 'darkroom-test', keys: 'shared_secret' } as const;

/** What the packs find in a stack: rule and construct, one line each. */
function findingsIn(stack: Stack): string[] {
  const packs: NagPack[] = [new AwsSolutionsChecks(), new ServerlessChecks()];
  const violations = packs.flatMap((pack) => pack.validateScope(stack).violations);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map((resource) => `${ruleName} ${resource.constructPath?.split('/').slice(1).join('/')}`),
  );
}

function bareStack(): DarkroomStack {
  return new DarkroomStack(new App({ context: featureFlags() }), 'bare', {
    stage: resolveStage({ ...plainStage, tokens }),
    codeFor: () => Code.fromInline('exports.handler = async () => {};'),
    serviceVersion: '0',
  });
}

describe(createApp, () => {
  it('gives the same template twice', () => {
    expect(synthesizeStage().text).toBe(stage.text);
  });

  it('leaves no finding of cdk-nag standing without a reason', () => {
    expect(findingsIn(stage.stack)).toEqual([]);
    const withBedrock = synthesizeStage({ providers: { bedrock: { region: 'us-west-2' } } });
    expect(findingsIn(withBedrock.stack)).toEqual([]);
    expect(findingsIn(synthesizeStage({ tokens }).stack)).toEqual([]);
  });

  it('keeps no acknowledgement of what is no longer found', () => {
    const findings = findingsIn(bareStack());
    const covers = (rule: string, path: string) => findings.some((finding) => finding.startsWith(`${rule} ${path}/`));
    const idle = acknowledgements.flatMap(({ rule, at }) =>
      at.filter((path) => !covers(rule, path)).map((path) => `${rule} ${path}`),
    );
    expect(findings.length).toBeGreaterThan(acknowledgements.length);
    expect(idle).toEqual([]);
  });

  it('refuses a stage that can not work', () => {
    expect(() => synthesizeStage({ maximumConcurrency: 1 })).toThrow(/maximumConcurrency/);
  });

  it('tells where everything is', () => {
    expect(Object.keys(stage.outputs).sort()).toEqual([
      'AccessLogGroupName',
      'AnswersTableName',
      'ApiUrl',
      'BucketName',
      'DeadLetterQueueUrl',
      'DefaultLimits',
      'FilesTableName',
      'GatesTableName',
      'JobsQueueUrl',
      'JobsTableName',
      'KeysTableName',
      'ProviderKeysPath',
      'ProviderOffers',
      'SlowJobsQueueUrl',
      'TokenSettings',
      'UsageTableName',
      'WorkerLogGroupName',
    ]);
  });

  it('gives physical names to nothing but the API, its stage and the log that API Gateway names', () => {
    const naming = /^(TableName|BucketName|QueueName|FunctionName|RoleName|Name|LogGroupName|AlarmName)$/;
    // In these a FunctionName says whose they are.
    const pointing = ['AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Permission', 'AWS::Lambda::EventInvokeConfig'];
    const named = Object.entries(stage.resources)
      .filter(([, { Type }]) => !pointing.includes(Type))
      .filter(([, { Properties = {} }]) => Object.keys(Properties).some((property) => naming.test(property)))
      .map(([, { Type }]) => Type);
    expect(named.toSorted()).toEqual(['AWS::ApiGateway::RestApi', 'AWS::Logs::LogGroup']);
  });

  it('sends no usage data to anybody', () => {
    expect(stage.ofType('AWS::CDK::Metadata')).toEqual([]);
  });
});

describe(featureFlags, () => {
  it('has every flag that the installed CDK recommends, as it recommends it', () => {
    const recommended = JSON.parse(readFileSync('node_modules/aws-cdk-lib/recommended-feature-flags.json', 'utf8'));
    expect(featureFlags()).toMatchObject(recommended);
  });
});
