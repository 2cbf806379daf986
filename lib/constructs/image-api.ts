import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../../lambda/contract/environment.ts';
import { statusOf } from '../../lambda/contract/errors.ts';
import type { Route } from '../../lambda/contract/route.ts';
import { reachedBy, servedRoutes } from '../../lambda/contract/routes.ts';
import { gatewayLimits } from '../../lambda/domain/service-limits.ts';
import { accessLogFormat } from '../access-log.ts';
import {
  answerHeaders,
  bodyTemplate,
  type GatewayAnswer,
  type GatewayAnswerName,
  gatewayAnswers,
} from '../gateway-answers.ts';
import type { StageConfig } from '../stage-settings.ts';
import type { GatewayFunction } from './gateway-function.ts';

/** What the API is made from. */
export interface ImageApiProps {
  readonly stage: Pick<
    StageConfig,
    'name' | 'throttle' | 'gatewayLogRole' | 'logRetentionDays' | 'synchronousSeconds' | 'allowedOrigins'
  >;
  /** Every function that a route may name; `serve-site` also answers what no route knows. */
  readonly functions: Readonly<Record<FunctionName, GatewayFunction>>;
  /** Whether the logs are deleted with the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The REST API in front: each route of the contract's table leads to its function, and every other path or method to
 * `serve-site`, whose 404 and 405 are the contract's. What API Gateway answers by itself has the same error body.
 */
export class ImageApi extends Construct {
  readonly api: apigateway.RestApi;
  /** Name of the log group with one line for each request. */
  readonly accessLogGroupName: string;

  constructor(scope: Construct, id: string, props: ImageApiProps) {
    super(scope, id);
    const { stage, removalPolicy } = props;
    const accessLog = new logs.LogGroup(this, 'AccessLog', { retention: stage.logRetentionDays, removalPolicy });
    this.accessLogGroupName = accessLog.logGroupName;
    this.api = this.createApi(stage, accessLog);
    this.ownExecutionLog(props);
    const served = servedRoutes(stage);
    for (const route of served) this.addRoute(route, props.functions[route.function]);
    this.leadElsewhere(served, props.functions['serve-site']);
    for (const [name, answer] of Object.entries(gatewayAnswers)) {
      this.addAnswer(name as GatewayAnswerName, answer, stage.allowedOrigins.length > 0);
    }
  }

  private createApi(stage: ImageApiProps['stage'], accessLog: logs.ILogGroup): apigateway.RestApi {
    const api = new apigateway.RestApi(this, 'Api', {
      restApiName: `darkroom-${stage.name}`,
      description: 'Darkroom: asynchronous image generation',
      endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL] },
      // Every body reaches the functions byte for byte: otherwise API Gateway would re-encode what isn't UTF-8 as text,
      // whatever its content type. A buffered answer is only decoded where its function marks it as base64, and a
      // streamed one is passed through.
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
      binaryMediaTypes: ['*/*'],
      cloudWatchRole: stage.gatewayLogRole === 'create',
      deployOptions: {
        stageName: stage.name,
        throttlingRateLimit: stage.throttle.ratePerSecond,
        throttlingBurstLimit: stage.throttle.burst,
        tracingEnabled: true,
        // Errors alone, and never bodies or headers: those contain credentials and images. At INFO, API Gateway logs
        // every header but Authorization, and four others may carry a virtual key.
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
        accessLogFormat,
      },
    });
    // The construct adds an output of its own, with a generated name that can't be relied on.
    api.node.tryRemoveChild('Endpoint');
    return api;
  }

  /**
   * API Gateway logs its errors to a log group of this name, and would create one with unlimited retention, outside the
   * stack. https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
   */
  private ownExecutionLog({ stage, removalPolicy }: ImageApiProps): void {
    const log = new logs.LogGroup(this, 'ExecutionLog', {
      logGroupName: `API-Gateway-Execution-Logs_${this.api.restApiId}/${stage.name}`,
      retention: stage.logRetentionDays,
      removalPolicy,
    });
    this.api.deploymentStage.node.addDependency(log);
  }

  private addRoute(route: Route, target: GatewayFunction): void {
    const resource = this.api.root.resourceForPath(route.path);
    for (const method of reachedBy(route)) resource.addMethod(method, integrationOf(route, target));
  }

  private leadElsewhere(served: readonly Route[], site: GatewayFunction): void {
    const buffered = { streamed: false };
    for (const path of new Set(served.map((route) => route.path))) {
      this.api.root.resourceForPath(path).addMethod('ANY', integrationOf(buffered, site));
    }
    this.api.root.addMethod('ANY', integrationOf(buffered, site));
    this.api.root.addResource('{proxy+}').addMethod('ANY', integrationOf(buffered, site));
  }

  private addAnswer(name: GatewayAnswerName, answer: GatewayAnswer, isReadByScripts: boolean): void {
    this.api.addGatewayResponse(name, {
      type: apigateway.ResponseType[name],
      statusCode: String(statusOf(answer.code)),
      responseHeaders: answerHeaders(answer, isReadByScripts),
      templates: { 'application/json': bodyTemplate(answer) },
    });
  }
}

function integrationOf({ streamed }: Pick<Route, 'streamed'>, target: GatewayFunction): apigateway.LambdaIntegration {
  return new apigateway.LambdaIntegration(target.function, {
    // The console's test button would call a function past the throttle and the access log.
    allowTestInvoke: false,
    // A streamed answer may take as long as its function, up to 15 minutes; what API Gateway bounds besides is its
    // silence.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
    ...(streamed
      ? { ...timeoutOf(target), responseTransferMode: apigateway.ResponseTransferMode.STREAM }
      : { timeout: Duration.seconds(gatewayLimits.bufferedSeconds) }),
  });
}

const timeoutOf = ({ function: { timeout } }: GatewayFunction): { readonly timeout?: Duration } =>
  timeout === undefined ? {} : { timeout };
