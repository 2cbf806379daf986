import { type Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { functionNames } from '../lambda/contract/environment.ts';
import { constructIdOf } from './construct-ids.ts';

/** A finding of cdk-nag that stands, and why. */
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

/** Every finding that stands. A stage on which one of them isn't found, by its settings, is no worse for it. */
export const acknowledgements: readonly Acknowledgement[] = [
  {
    rule: 'AwsSolutions-APIG4',
    at: ['Api'],
    reason:
      'The functions authenticate. A virtual key may stand in any of five headers, and its refusal has to carry the error body of the contract, which an authorizer of API Gateway can not give. Health, the OpenAPI document and the 404 and 405 answers are public on purpose; an image link carries a signature.',
  },
  {
    rule: 'AwsSolutions-COG4',
    at: ['Api'],
    reason: 'Callers are programs with virtual keys. There are no users to keep in a Cognito pool.',
  },
  {
    rule: 'AwsSolutions-APIG2',
    at: ['Api'],
    reason:
      'Every field is validated in the functions, by the schemas from which the OpenAPI document is made, so that a refusal names the field. API Gateway could check JSON alone, not multipart, and would say less.',
  },
  {
    rule: 'AwsSolutions-APIG3',
    at: ['Api'],
    reason:
      'A web ACL is a cost and a set of rules that belong to the account, not to this stack. The API is throttled, bodies are bounded, and every field is validated; an ACL can be associated with the stage from outside.',
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
      "X-Ray knows no resources: the two actions that send a function's traces can only be granted on all of them. No other statement names all resources.",
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<ImagesBucket4B6DB8E1.Arn>/inputs/*]',
    at: ['SubmitJob', 'RunSynchronously', 'DeleteJob', 'ProcessJob', 'SweepJobs', 'ManageKeys'],
    reason:
      'Input objects get their keys when a job is submitted, so only their prefix can be granted. submit-job can write and delete below it and not read; process-job can read and do nothing else; run-synchronously, which does the work of both, can do all three; delete-job, sweep-jobs and manage-keys can delete and do nothing else.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<ImagesBucket4B6DB8E1.Arn>/results/*]',
    at: [
      ...['SubmitJob', 'RunSynchronously', 'GetJob', 'CancelJob', 'DeleteJob', 'GetImage'],
      ...['ProcessJob', 'SweepJobs', 'ManageKeys'],
    ],
    reason:
      'Result objects get their keys when a job is worked on, so only their prefix can be granted. Only process-job and run-synchronously can write below it, and delete-job, sweep-jobs and manage-keys can delete there and not read.',
  },
  {
    rule: 'AwsSolutions-S1',
    at: ['Images'],
    reason:
      'Nobody reads the bucket but the functions, which log each job, and holders of links that the functions sign for minutes. Access logs would cost a second bucket and hold those links. An account that must have them can turn on data events in CloudTrail.',
  },
  {
    rule: 'AwsSolutions-DDB3',
    at: ['Jobs', 'Usage'],
    reason:
      'Jobs live for hours or days, and a restored table would hold wake-ups, leases and reservations of the past. The setting jobsTableRecovery turns recovery on, for what owners have used as well. The table of keys always has it.',
  },
  {
    rule: 'AwsSolutions-DDB3',
    at: ['Gates'],
    reason:
      'A gate knows the last minutes of a key, and slots the jobs that run now; both make themselves anew. A restored table would only be out of date.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    at: ['Root'],
    reason:
      "Rotating this secret would break every image link in callers' hands, and give a repeated submission a new job, paid for a second time. It was generated, nobody has seen it, and five functions can read it.",
  },
  {
    rule: 'AwsSolutions-SMG4',
    at: ['Tokens'],
    optional: true,
    reason:
      'A new value makes every token void that was signed by the old one, so only whoever issues the tokens can say when it may change. The functions take up a new value within five minutes, and at once for the first token that is signed by it.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    at: everyFunction,
    reason:
      "A function's dead-letter target is for asynchronous invocations. API Gateway waits for its answers, and what a queue delivers stays in the queue until it is done with. Only sweep-jobs is called asynchronously: a sweep that failed is tried again, and made up for by the next minute's, which looks at the same jobs.",
  },
  {
    rule: 'Serverless-LambdaAsyncFailureDestination',
    at: ['SweepJobs'],
    reason:
      "A sweep has no input that could be lost with it. The next minute's sweep looks at the same jobs, and an alarm tells of a function that fails.",
  },
  {
    rule: 'Serverless-EventBusDLQ',
    at: ['Sweep'],
    reason:
      "A call that EventBridge could not deliver holds nothing but the time. It is tried again for five minutes and isn't kept: a later minute's call does its work.",
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    at: ['ProcessJob', 'HandleDeadLetter'],
    reason:
      'A failure destination is for streams. The jobs queue hands what fails too often to its dead-letter queue, and that one keeps a message until handle-dead-letter is done with it.',
  },
  {
    rule: 'Serverless-SQSRedrivePolicy',
    at: ['JobQueue/DeadLetters'],
    reason: 'Found on the dead-letter queue, the end of the line. The jobs queue has its redrive policy.',
  },
];

/** Tells cdk-nag of everything acknowledged. Throws where an acknowledgement names a construct that the stack hasn't. */
export function acknowledgeFindings(stack: Stack): void {
  for (const { at, rule, reason, optional = false } of acknowledgements) {
    for (const path of at) {
      const construct = constructAt(stack, path);
      if (construct !== undefined) Validations.of(construct).acknowledge({ id: rule, reason });
      else if (!optional)
        throw new Error(`The finding ${rule} is acknowledged at ${path}, which the stack does not have.`);
    }
  }
}

const constructAt = (stack: Stack, path: string): IConstruct | undefined =>
  path.split('/').reduce<IConstruct | undefined>((construct, id) => construct?.node.tryFindChild(id), stack);
