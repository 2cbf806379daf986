import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentTextOf, FunctionName } from '../../lambda/contract/environment.ts';
import { lambdaLimits } from '../../lambda/domain/service-limits.ts';
import { environmentBytes } from '../function-environment.ts';
import type { FunctionShape } from '../function-shapes.ts';

/** What a function of the gateway is made from. */
export interface GatewayFunctionProps<F extends FunctionName> {
  /** Which function it is. */
  readonly name: F;
  /** Its bundle, with `index.mjs` at the top that exports `handler`. */
  readonly code: lambda.Code;
  /** Exactly the variables that the contract lists for it. */
  readonly environment: EnvironmentTextOf<F>;
  /** Its memory and time. */
  readonly shape: FunctionShape;
  /** Concurrent executions set aside for it, and its ceiling; undefined shares what the account has left. */
  readonly reservedConcurrency: number | undefined;
  /** Days its log is kept; one of CloudWatch's numbers. */
  readonly logRetentionDays: number;
  /** Whether its log is deleted with the stack. */
  readonly removalPolicy: RemovalPolicy;
  /**
   * Whether it may send itself messages in a chain. Lambda stops a chain after about 16 rounds where it isn't allowed.
   * @default false
   */
  readonly mayChain?: boolean;
}

/**
 * One Lambda function with its log and a role that can write that log, send traces, and do nothing else until another
 * construct grants it more.
 */
export class GatewayFunction<F extends FunctionName = FunctionName> extends Construct implements iam.IGrantable {
  /** Which function it is. */
  readonly name: F;
  readonly function: lambda.Function;
  readonly grantPrincipal: iam.IPrincipal;
  /** Name of the log group that holds what the function writes. */
  readonly logGroupName: string;

  constructor(scope: Construct, id: string, props: GatewayFunctionProps<F>) {
    super(scope, id);
    this.name = props.name;
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: props.logRetentionDays,
      removalPolicy: props.removalPolicy,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    // The group's ARN ends in `:*`, its streams; creating groups is left out, because the group is there.
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resourceArns: [logGroup.logGroupArn],
    });
    this.function = new lambda.Function(this, 'Function', {
      description: `Darkroom: ${props.name}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      role,
      environment: { ...props.environment },
      memorySize: props.shape.memoryMegabytes,
      timeout: Duration.seconds(props.shape.timeoutSeconds),
      tracing: lambda.Tracing.ACTIVE,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      recursiveLoop: props.mayChain === true ? lambda.RecursiveLoop.ALLOW : lambda.RecursiveLoop.TERMINATE,
    });
    this.grantPrincipal = this.function.grantPrincipal;
    this.logGroupName = logGroup.logGroupName;
    this.node.addValidation({ validate: () => this.tooLarge(props.environment) });
  }

  private tooLarge(environment: EnvironmentTextOf<F>): string[] {
    const bytes = environmentBytes(Stack.of(this).resolve({ ...environment }));
    if (bytes <= lambdaLimits.environmentBytes) return [];
    return [
      `The environment would take ${bytes} bytes; Lambda allows ${lambdaLimits.environmentBytes}. Shorten the stage's providers.`,
    ];
  }
}
