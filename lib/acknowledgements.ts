import { type Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { functionNames } from '../lambda/contract/environment.ts';
import { constructIdOf } from './construct-ids.ts';

/** An accepted finding of cdk-nag, and why. */
export interface Acknowledgement {
  /** The rule, with the part of the finding in brackets where the rule finds several things. */
  readonly rule: string;
  /** The constructs it is about, by their paths in the stack; what they consist of is meant too. */
  readonly at: readonly string[];
  /** Whether there are stages without these constructs. @default false */
  readonly optional?: boolean;
  /** Why it is right to leave it so, for a reviewer. */
  readonly reason: string;
}

const everyFunction = functionNames.map(constructIdOf);

/** All accepted findings. It is no fault if one of them isn't found on a stage, because of its settings. */
export const acknowledgements: readonly Acknowledgement[] = [
  {
    rule: 'AwsSolutions-APIG4',
    at: ['Api'],
    reason:
      "The functions authenticate. A virtual key may arrive in any of five headers, and its refusal must carry the contract's error body, which an API Gateway authorizer can not produce. Health, the OpenAPI document and the 404 and 405 responses are public by design; an image link carries a signature.",
  },
  {
    rule: 'AwsSolutions-COG4',
    at: ['Api'],
    reason: 'Callers are programs with virtual keys; there are no users to keep in a Cognito user pool.',
  },
  {
    rule: 'AwsSolutions-APIG2',
    at: ['Api'],
    reason:
      'The functions validate every field with the schemas that the OpenAPI document is generated from, so that a refusal names the field. API Gateway could check only JSON, not multipart, with less precise messages.',
  },
  {
    rule: 'AwsSolutions-APIG3',
    at: ['Api'],
    reason:
      'A web ACL is a cost and a rule set that belong to the account, not to this stack. The API is throttled, bodies are bounded, and every field is validated; an ACL can be associated with the stage from outside.',
  },
  {
    rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    at: ['Api'],
    reason:
      "API Gateway accepts only a role with these permissions as the account's log role, and AWS keeps the policy up to date. Only API Gateway can assume the role. With the setting gatewayLogRole existing the stack has no such role.",
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    at: everyFunction,
    reason:
      "X-Ray has no resource-level permissions: the two actions that send a function's traces can only be granted on all resources. No other statement grants all resources.",
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<ImagesBucket4B6DB8E1.Arn>/inputs/*]',
    at: ['SubmitJob', 'RunSynchronously', 'DeleteJob', 'ProcessJob', 'SweepJobs', 'ManageKeys'],
    reason:
      'Input objects get their keys at submission, so only their prefix can be granted. submit-job can write and delete below it but not read; process-job and run-synchronously, which fetch inputs that were named by address, can do all three; delete-job, sweep-jobs and manage-keys can only delete.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<ImagesBucket4B6DB8E1.Arn>/results/*]',
    at: [
      ...['SubmitJob', 'RunSynchronously', 'GetJob', 'CancelJob', 'DeleteJob', 'GetImage'],
      ...['ProcessJob', 'SweepJobs', 'ManageKeys'],
    ],
    reason:
      'Result objects get their keys while a job runs, so only their prefix can be granted. Only process-job and run-synchronously can write below it; delete-job, sweep-jobs and manage-keys can delete there but not read.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<ImagesBucket4B6DB8E1.Arn>/cache/*]',
    at: ['RunSynchronously', 'DeleteAnswer', 'ProcessJob', 'SweepJobs', 'ManageKeys'],
    reason:
      'Images of known answers get their keys while a stage runs, so only their prefix can be granted. Only process-job and run-synchronously can read and write below it; delete-answer, sweep-jobs and manage-keys can only delete.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<ImagesBucket4B6DB8E1.Arn>/files/*]',
    at: ['SubmitJob', 'RunSynchronously', 'SweepJobs', 'ManageFiles', 'ManageKeys'],
    reason:
      'Files get their keys when they are uploaded, so only their prefix can be granted. Only manage-files can write below it, by its uploads and the forms that it signs; submit-job and run-synchronously can only read, sweep-jobs and manage-keys only delete.',
  },
  {
    rule: 'AwsSolutions-S1',
    at: ['Images'],
    reason:
      'Only the functions, which log each job, and holders of presigned links that are valid for minutes read the bucket. Access logs would need a second bucket and would contain those links. An account that requires them can enable CloudTrail data events.',
  },
  {
    rule: 'AwsSolutions-DDB3',
    at: ['Jobs', 'Usage'],
    reason:
      'Jobs live for hours or days, and a restored table would contain outdated wake-ups, leases and reservations. The setting jobsTableRecovery enables recovery, for the usage table as well. The keys table always has it.',
  },
  {
    rule: 'AwsSolutions-DDB3',
    at: ['Gates'],
    reason:
      "Gates hold the last minutes of a key's traffic, and slots the running jobs; both rebuild themselves. A restored table would only be out of date.",
  },
  {
    rule: 'AwsSolutions-DDB3',
    at: ['Answers'],
    reason:
      'Known answers are a cache of minutes to days. Without the table, jobs make their own requests; a restored one would name images that are gone.',
  },
  {
    rule: 'AwsSolutions-DDB3',
    at: ['Files'],
    reason:
      'Files live for hours or days, and jobs have copies of their own. A restored table would name objects that are gone.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    at: ['Root'],
    reason:
      "Rotating this secret would break every image link in callers' hands, and give a repeated submission a new job, paid for a second time. It was generated, no person has seen it, and five functions can read it.",
  },
  {
    rule: 'AwsSolutions-SMG4',
    at: ['Tokens'],
    optional: true,
    reason:
      'A new value invalidates every token signed with the old one, so only the issuer of the tokens can decide when to change it. The functions load a new value within five minutes, or on the first token signed with it.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    at: everyFunction,
    reason:
      "A function's dead-letter target is for asynchronous invocations. API Gateway waits for its responses, and a queue message stays in the queue until it is processed. Only sweep-jobs is invoked asynchronously: a failed sweep is retried, and the next minute's sweep covers the same jobs.",
  },
  {
    rule: 'Serverless-LambdaAsyncFailureDestination',
    at: ['SweepJobs'],
    reason:
      "A sweep has no input to lose. The next minute's sweep covers the same jobs, and an alarm reports a failing function.",
  },
  {
    rule: 'Serverless-EventBusDLQ',
    at: ['Sweep'],
    reason:
      'An event that EventBridge could not deliver contains only the time. It is retried for five minutes and then dropped: a later event does its work.',
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    at: ['ProcessJob', 'HandleDeadLetter'],
    reason:
      'A failure destination is for streams. The jobs queue moves messages that fail too often to its dead-letter queue, which keeps a message until handle-dead-letter has processed it.',
  },
  {
    rule: 'Serverless-SQSRedrivePolicy',
    at: ['JobQueue/DeadLetters'],
    reason: 'This is the dead-letter queue itself, the end of the line. The jobs queue has the redrive policy.',
  },
];

/** Registers all acknowledgements with cdk-nag. Throws where one names a construct that the stack doesn't have. */
export function acknowledgeFindings(stack: Stack): void {
  for (const { at, rule, reason, optional = false } of acknowledgements) {
    for (const path of at) {
      const construct = constructAt(stack, path);
      if (construct !== undefined) Validations.of(construct).acknowledge({ id: rule, reason });
      else if (!optional)
        throw new Error(`The finding ${rule} is acknowledged at ${path}, which does not exist in the stack.`);
    }
  }
}

const constructAt = (stack: Stack, path: string): IConstruct | undefined =>
  path.split('/').reduce<IConstruct | undefined>((construct, id) => construct?.node.tryFindChild(id), stack);
