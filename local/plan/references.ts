import { createHash } from 'node:crypto';
import type { Template } from '../assembly.ts';
import { noValue, type References } from '../intrinsics.ts';

/** Where the stack lives on this machine. */
export interface Place {
  readonly stackName: string;
  readonly region: string;
  /** `http://127.0.0.1:PORT` of the HTTP server that plays API Gateway. */
  readonly apiOrigin: string;
  /** `http://127.0.0.1:PORT` of the queue emulator. */
  readonly queueOrigin: string;
}

/** The emulators know a single account; every ARN and queue address carries it. */
export const accountId = '000000000000';

/** The names and ARNs that a template's resources have on this machine. */
export interface ResourceNames extends References {
  nameOf(logicalId: string): string;
}

const explicitNameProperties: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SSM::Parameter': 'Name',
  'AWS::ApiGateway::Stage': 'StageName',
};

/** The part of an ARN after the partition, for each type whose ARN something may ask for; `{}` is the name. */
const arnPatterns: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'dynamodb:REGION:ACCOUNT:table/{}',
  'AWS::DynamoDB::GlobalTable': 'dynamodb:REGION:ACCOUNT:table/{}',
  'AWS::S3::Bucket': 's3:::{}',
  'AWS::SQS::Queue': 'sqs:REGION:ACCOUNT:{}',
  'AWS::Lambda::Function': 'lambda:REGION:ACCOUNT:function:{}',
  'AWS::SecretsManager::Secret': 'secretsmanager:REGION:ACCOUNT:secret:{}',
  'AWS::SSM::Parameter': 'ssm:REGION:ACCOUNT:parameter/{}',
  'AWS::Events::Rule': 'events:REGION:ACCOUNT:rule/{}',
  'AWS::Scheduler::Schedule': 'scheduler:REGION:ACCOUNT:schedule/default/{}',
  'AWS::IAM::Role': 'iam::ACCOUNT:role/{}',
  'AWS::Logs::LogGroup': 'logs:REGION:ACCOUNT:log-group:{}:*',
  'AWS::SNS::Topic': 'sns:REGION:ACCOUNT:{}',
  'AWS::CloudWatch::Alarm': 'cloudwatch:REGION:ACCOUNT:alarm:{}',
};

/** Works out what every resource of a template is called here. The same template gives the same names in every run. */
export function nameResources(template: Template, place: Place): ResourceNames {
  const names = chooseNames(template);
  const typeOf = (logicalId: string) => template.Resources[logicalId]?.Type;
  const nameOf = (logicalId: string) => {
    const name = names.get(logicalId);
    if (name === undefined) throw new Error(`The template refers to ${logicalId}, which it doesn't define.`);
    return name;
  };
  const arnOf = (logicalId: string) => {
    const pattern = arnPatterns[typeOf(logicalId) ?? ''];
    if (pattern === undefined) throw new Error(`The local runner has no ARN for ${logicalId} (${typeOf(logicalId)}).`);
    const path = pattern.replace('REGION', place.region).replace('ACCOUNT', accountId);
    return `arn:aws:${path.replace('{}', () => nameOf(logicalId))}`;
  };
  const pseudo = pseudoParameters(place);
  const localise = (text: string) =>
    text.replace(/https:\/\/([\w-]+)\.execute-api\.[\w-]+\.amazonaws\.com/g, (address, apiId: string) =>
      [...names].some(([logicalId, name]) => name === apiId && typeOf(logicalId) === 'AWS::ApiGateway::RestApi')
        ? place.apiOrigin
        : address,
    );

  return {
    nameOf,
    localise,
    ref(name) {
      if (pseudo.has(name)) return pseudo.get(name);
      const parameter = template.Parameters[name];
      if (parameter?.Default !== undefined) return parameter.Default;
      if (parameter !== undefined) throw new Error(`The template's parameter ${name} has no default.`);
      if (typeOf(name) === 'AWS::SQS::Queue') return `${place.queueOrigin}/${accountId}/${nameOf(name)}`;
      if (typeOf(name) === 'AWS::SecretsManager::Secret' || typeOf(name) === 'AWS::SNS::Topic') return arnOf(name);
      return nameOf(name);
    },
    attribute(logicalId, attribute) {
      const name = nameOf(logicalId);
      if (attribute === 'Arn' || attribute === 'TopicArn') return arnOf(logicalId);
      if (attribute === 'QueueName') return name;
      if (attribute === 'QueueUrl') return `${place.queueOrigin}/${accountId}/${name}`;
      if (attribute === 'RootResourceId') return rootResourceId(name);
      if (attribute === 'DomainName') return `${name}.s3.amazonaws.com`;
      if (attribute === 'RegionalDomainName') return `${name}.s3.${place.region}.amazonaws.com`;
      throw new Error(
        `The local runner doesn't support the attribute ${attribute} of ${logicalId} (${typeOf(logicalId)}).`,
      );
    },
  };
}

/** The id of an API's root path, which has no resource of its own in a template. */
export function rootResourceId(apiId: string): string {
  return `${apiId}-root`;
}

function pseudoParameters(place: Place): Map<string, unknown> {
  return new Map<string, unknown>([
    ['AWS::AccountId', accountId],
    ['AWS::Region', place.region],
    ['AWS::Partition', 'aws'],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::StackName', place.stackName],
    ['AWS::StackId', `arn:aws:cloudformation:${place.region}:${accountId}:stack/${place.stackName}/local`],
    ['AWS::NotificationARNs', []],
    ['AWS::NoValue', noValue],
  ]);
}

function chooseNames(template: Template): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const logicalId of Object.keys(template.Resources).sort()) {
    const { Type, Properties } = template.Resources[logicalId] ?? { Type: '', Properties: {} };
    const explicit = Properties[explicitNameProperties[Type] ?? ''];
    const suffix = Properties.FifoQueue === true ? '.fifo' : '';
    const [, words = logicalId, hash = shortHash(logicalId)] = /^(.+?)([0-9A-F]{8})?$/.exec(logicalId) ?? [];
    const readable = `${kebab(words)}${suffix}`;
    // Logical ids end in a hash; it is dropped for readability, except where two names of a type would be the same.
    const generated = taken.has(`${Type} ${readable}`) ? `${kebab(words)}-${hash.toLowerCase()}${suffix}` : readable;
    const name = typeof explicit === 'string' ? explicit : generated;
    taken.add(`${Type} ${name}`);
    names.set(logicalId, name);
  }
  return names;
}

function kebab(text: string): string {
  const words = text.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2');
  const name = words.toLowerCase();
  // DynamoDB and S3 ask for three characters at least; names of ours stay below the 63 that S3 and Lambda allow.
  if (name.length < 3) return `local-${name}`;
  return name.length <= 50 ? name : `${name.slice(0, 41)}-${shortHash(text)}`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
