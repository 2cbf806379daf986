/** The resource types that the local runner supports, and how each is treated. */
const runResourceTypes = {
  'AWS::DynamoDB::Table': 'a table of the DynamoDB emulator',
  'AWS::DynamoDB::GlobalTable': 'a table of the DynamoDB emulator',
  'AWS::S3::Bucket': 'a bucket of the S3 emulator',
  'AWS::SQS::Queue': 'a queue of the SQS emulator',
  'AWS::SecretsManager::Secret': 'a generated value in the local secret store',
  'AWS::SSM::Parameter': 'a value in the local parameter store',
  'AWS::Lambda::Function': 'a pool of worker threads',
  'AWS::Lambda::EventSourceMapping': 'a polling loop',
  'AWS::Events::Rule': 'a timer',
  'AWS::Scheduler::Schedule': 'a timer',
  'AWS::ApiGateway::RestApi': 'the HTTP server',
  'AWS::ApiGateway::Resource': 'a path of the HTTP server',
  'AWS::ApiGateway::Method': 'a route of the HTTP server',
  'AWS::ApiGateway::Stage': 'the path prefix of the HTTP server',
  'AWS::ApiGateway::GatewayResponse': 'an error body of the HTTP server',
} as const;

const permissions = 'the local runner does not check permissions';
const observation = 'logs go to the terminal, and there is no paging';
const network = 'everything stays on loopback, and the emulators have no policies';

/** The resource types that the runner leaves out on purpose, with the reason. Any other type stops the start. */
const ignoredResourceTypes: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': permissions,
  'AWS::IAM::Policy': permissions,
  'AWS::IAM::ManagedPolicy': permissions,
  'AWS::Lambda::Permission': permissions,
  'AWS::Lambda::EventInvokeConfig': 'a failed call is not retried here: the schedule makes the next one',
  'AWS::S3::BucketPolicy': network,
  'AWS::SQS::QueuePolicy': network,
  'AWS::SecretsManager::ResourcePolicy': permissions,
  'AWS::Logs::LogGroup': observation,
  'AWS::Logs::MetricFilter': observation,
  'AWS::Logs::QueryDefinition': observation,
  'AWS::CloudWatch::Alarm': observation,
  'AWS::CloudWatch::CompositeAlarm': observation,
  'AWS::CloudWatch::Dashboard': observation,
  'AWS::SNS::Topic': 'only alarms publish to it, and no alarm runs here',
  'AWS::SNS::TopicPolicy': 'only alarms publish to it, and no alarm runs here',
  'AWS::SNS::Subscription': 'only alarms publish to it, and no alarm runs here',
  'AWS::Budgets::Budget': 'nothing here costs money',
  'AWS::ApiGateway::Account': "it is the account's own log setting",
  'AWS::ApiGateway::Deployment': 'the routes are served as defined in the template',
  'AWS::Scheduler::ScheduleGroup': 'it only groups schedules for permissions and tags',
  'AWS::CDK::Metadata': 'it tells AWS which constructs were used',
  'Custom::S3AutoDeleteObjects': 'it acts when a stack is deleted, which never happens here',
};

/** Throws an error naming every resource whose type the runner neither runs nor knowingly ignores. */
export function refuseUnknownResources(resources: Readonly<Record<string, { readonly Type: string }>>): void {
  const unknown = Object.entries(resources).filter(
    ([, { Type }]) => !Object.hasOwn(runResourceTypes, Type) && !Object.hasOwn(ignoredResourceTypes, Type),
  );
  if (unknown.length === 0) return;
  const list = unknown.map(([logicalId, { Type }]) => `${logicalId} (${Type})`).join(', ');
  throw new Error(`The local runner neither runs nor deliberately ignores: ${list}.`);
}
