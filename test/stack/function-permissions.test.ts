import { describe, expect, it } from 'vitest';
import { functionNames } from '../../lambda/contract/environment.ts';
import { grantFunctions } from '../../lib/function-permissions.ts';
import { statementLines } from './role-statements.ts';
import { constructName, synthesizeStage } from './synthesized-stage.ts';

const stage = synthesizeStage({ name: 'main' });

/** Each statement of a function's role as a line: effect, actions, resources, and the condition where there is one. */
const statementsOf = (functionName: string): string[] =>
  statementLines(stage, functionName).map(({ effect, actions, resources, condition }) => {
    const when = condition === undefined ? '' : ` if ${condition}`;
    return `${effect} ${actions.join(' ')} on ${resources.join(' ')}${when}`;
  });

const ownLogAndTraces = (functionName: string) => [
  `Allow logs:CreateLogStream logs:PutLogEvents on <${constructName(functionName)}Log.Arn>`,
  'Allow xray:PutTelemetryRecords xray:PutTraceSegments on *',
];

const expected: Record<(typeof functionNames)[number], string[]> = {
  'submit-job': [
    'Allow dynamodb:GetItem on <AnswersTable.Arn> <FilesTable.Arn> <GatesTable.Arn> <KeysTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem on <JobsTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:UpdateItem on <UsageTable.Arn>',
    'Allow s3:GetObject on <ImagesBucket.Arn>/files/* <ImagesBucket.Arn>/results/*',
    'Allow s3:ListBucket on <ImagesBucket.Arn>',
    'Allow s3:DeleteObject s3:PutObject on <ImagesBucket.Arn>/inputs/*',
    'Allow sqs:GetQueueAttributes sqs:SendMessage on <JobQueue.Arn> <JobQueueSlow.Arn>',
    'Allow secretsmanager:GetSecretValue on <RootSecret>',
  ],
  'run-synchronously': [
    'Allow dynamodb:GetItem on <FilesTable.Arn> <KeysTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem on <JobsTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:PutItem on <AnswersTable.Arn> <GatesTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:UpdateItem on <UsageTable.Arn>',
    'Allow s3:GetObject on <ImagesBucket.Arn>/files/*',
    'Allow s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject on <ImagesBucket.Arn>/inputs/* <ImagesBucket.Arn>/results/*',
    'Allow s3:DeleteObject s3:GetObject s3:PutObject on <ImagesBucket.Arn>/cache/*',
    'Allow s3:ListBucket on <ImagesBucket.Arn>',
    'Allow sqs:SendMessage on <JobQueue.Arn> <JobQueueSlow.Arn>',
    'Allow secretsmanager:GetSecretValue on <RootSecret>',
    'Allow ssm:GetParameter on arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/darkroom/main/providers/openai',
  ],
  'get-job': [
    'Allow dynamodb:GetItem on <GatesTable.Arn> <KeysTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:UpdateItem on <JobsTable.Arn> <UsageTable.Arn>',
    'Allow s3:GetObject on <ImagesBucket.Arn>/results/*',
    'Allow secretsmanager:GetSecretValue on <RootSecret>',
  ],
  'cancel-job': [
    'Allow dynamodb:GetItem on <GatesTable.Arn> <KeysTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:UpdateItem on <JobsTable.Arn> <UsageTable.Arn>',
    'Allow s3:GetObject on <ImagesBucket.Arn>/results/*',
    'Allow sqs:SendMessage on <JobQueue.Arn> <JobQueueSlow.Arn>',
    'Allow secretsmanager:GetSecretValue on <RootSecret>',
  ],
  'delete-job': [
    'Allow dynamodb:GetItem on <KeysTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:UpdateItem on <JobsTable.Arn> <UsageTable.Arn>',
    'Allow s3:DeleteObject on <ImagesBucket.Arn>/inputs/* <ImagesBucket.Arn>/results/*',
    'Allow sqs:SendMessage on <JobQueue.Arn> <JobQueueSlow.Arn>',
  ],
  'delete-answer': [
    'Allow dynamodb:GetItem on <KeysTable.Arn>',
    'Allow dynamodb:DeleteItem dynamodb:GetItem on <AnswersTable.Arn>',
    'Allow s3:DeleteObject on <ImagesBucket.Arn>/cache/*',
  ],
  'get-image': [
    'Allow dynamodb:GetItem on <JobsTable.Arn>',
    'Allow s3:GetObject on <ImagesBucket.Arn>/results/*',
    'Allow secretsmanager:GetSecretValue on <RootSecret>',
  ],
  'process-job': [
    'Allow dynamodb:GetItem dynamodb:UpdateItem on <JobsTable.Arn> <UsageTable.Arn>',
    'Allow dynamodb:GetItem on <KeysTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:PutItem on <AnswersTable.Arn> <GatesTable.Arn>',
    'Allow s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject on <ImagesBucket.Arn>/inputs/* <ImagesBucket.Arn>/results/*',
    'Allow s3:DeleteObject s3:GetObject s3:PutObject on <ImagesBucket.Arn>/cache/*',
    'Allow s3:ListBucket on <ImagesBucket.Arn>',
    'Allow sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage on <JobQueue.Arn> <JobQueueSlow.Arn>',
    'Allow ssm:GetParameter on arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/darkroom/main/providers/openai',
  ],
  'handle-dead-letter': [
    'Allow dynamodb:GetItem dynamodb:UpdateItem on <JobsTable.Arn> <UsageTable.Arn>',
    'Allow sqs:SendMessage on <JobQueue.Arn> <JobQueueSlow.Arn>',
    'Allow sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage on <JobQueueDeadLetters.Arn>',
  ],
  'sweep-jobs': [
    'Allow dynamodb:Query on <AnswersTable.Arn>/index/byOwner <JobsTable.Arn>/index/byOwner <JobsTable.Arn>/index/openByDeadline',
    'Allow dynamodb:GetItem dynamodb:UpdateItem on <JobsTable.Arn>',
    'Allow dynamodb:DeleteItem dynamodb:GetItem dynamodb:Scan dynamodb:UpdateItem on <UsageTable.Arn>',
    'Allow dynamodb:GetItem on <KeysTable.Arn>',
    'Allow s3:DeleteObject on <ImagesBucket.Arn>/cache/* <ImagesBucket.Arn>/files/* <ImagesBucket.Arn>/inputs/* <ImagesBucket.Arn>/results/*',
    'Allow dynamodb:DeleteItem dynamodb:GetItem on <AnswersTable.Arn>',
    'Allow dynamodb:DeleteItem dynamodb:Query dynamodb:UpdateItem on <FilesTable.Arn>',
    'Allow sqs:GetQueueAttributes sqs:SendMessage on <JobQueue.Arn> <JobQueueSlow.Arn>',
  ],
  'list-models': ['Allow dynamodb:GetItem on <KeysTable.Arn>'],
  'list-jobs': ['Allow dynamodb:GetItem on <KeysTable.Arn>', 'Allow dynamodb:Query on <JobsTable.Arn>/index/byOwner'],
  'show-usage': ['Allow dynamodb:GetItem on <KeysTable.Arn> <UsageTable.Arn>'],
  'manage-files': [
    'Allow dynamodb:GetItem on <KeysTable.Arn>',
    'Allow dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem on <FilesTable.Arn>',
    'Allow s3:DeleteObject s3:GetObject s3:PutObject on <ImagesBucket.Arn>/files/*',
    'Allow s3:ListBucket on <ImagesBucket.Arn>',
  ],
  'manage-keys': [
    'Allow dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Scan on <KeysTable.Arn>',
    'Allow dynamodb:GetItem dynamodb:UpdateItem on <JobsTable.Arn> <UsageTable.Arn>',
    'Allow dynamodb:Query on <AnswersTable.Arn>/index/byOwner <JobsTable.Arn>/index/byOwner',
    'Allow s3:DeleteObject on <ImagesBucket.Arn>/cache/* <ImagesBucket.Arn>/files/* <ImagesBucket.Arn>/inputs/* <ImagesBucket.Arn>/results/*',
    'Allow dynamodb:DeleteItem dynamodb:GetItem on <AnswersTable.Arn>',
    'Allow dynamodb:DeleteItem dynamodb:Query dynamodb:UpdateItem on <FilesTable.Arn>',
    'Allow sqs:SendMessage on <JobQueue.Arn> <JobQueueSlow.Arn>',
  ],
  'serve-site': [],
};

describe(grantFunctions, () => {
  it.each(functionNames)('gives %s exactly the statements it needs', (functionName) => {
    expect(statementsOf(functionName)).toEqual([...ownLogAndTraces(functionName), ...expected[functionName]]);
  });

  it('lets nobody but Lambda assume a function role', () => {
    for (const functionName of functionNames) {
      const role = stage.one('AWS::IAM::Role', `${constructName(functionName)}Role`);
      expect(role.AssumeRolePolicyDocument.Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
      expect([role.Policies, role.ManagedPolicyArns]).toEqual([undefined, undefined]);
    }
  });

  it('makes no role beyond those of the functions and of the gateway log', () => {
    expect(stage.ofType('AWS::IAM::Role')).toHaveLength(functionNames.length + 1);
    expect(stage.ofType('AWS::IAM::Policy')).toHaveLength(functionNames.length);
    expect(stage.ofType('AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it('holds the worker to the path and the providers that the stage names', () => {
    const elsewhere = synthesizeStage({ providerKeysPath: '/team/keys' });
    expect(elsewhere.text).toContain(':parameter/team/keys/openai"');
    expect(elsewhere.text).not.toContain(':parameter/darkroom');
  });
});
