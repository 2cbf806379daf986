import { z } from 'zod';
import { type FunctionPlan, functionByArn } from './functions.ts';
import { rootResourceId } from './references.ts';
import type { ReadResource, ResourceReader } from './resource-reader.ts';

/** One method on one path, and the function behind it. */
export interface RoutePlan {
  readonly resourceId: string;
  /** The path as the template spells it, such as `/jobs/{id}` or `/{proxy+}`. */
  readonly path: string;
  /** An HTTP method, or `ANY`. */
  readonly method: string;
  readonly functionName: string;
  readonly streaming: boolean;
  readonly timeoutMilliseconds: number;
}

/** What the template puts in place of one of API Gateway's own answers. */
export interface GatewayResponsePlan {
  readonly statusCode: number | undefined;
  /** Header name to mapping expression: a quoted literal, or `context.…`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body for `application/json`, with `$context.…` variables; undefined for the standard body. */
  readonly template: string | undefined;
}

/** A REST API with its one stage. */
export interface ApiPlan {
  readonly id: string;
  readonly stageName: string;
  readonly binaryMediaTypes: readonly string[];
  readonly routes: readonly RoutePlan[];
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponsePlan>;
}

/** Reads the REST API. Throws for a second API or stage, and for methods that aren't open Lambda proxies. */
export function planApi(reader: ResourceReader, functions: readonly FunctionPlan[]): ApiPlan | undefined {
  const schema = z.object({ BinaryMediaTypes: z.array(z.string()).default([]), Body: z.undefined().optional() });
  const apis = reader.each(['AWS::ApiGateway::RestApi'], schema);
  const stages = reader.each(['AWS::ApiGateway::Stage'], z.object({ StageName: z.string() }));
  const [api] = apis;
  if (api === undefined) return undefined;
  const [stage] = stages;
  if (apis.length > 1 || stage === undefined || stages.length > 1) {
    throw new Error('The local runner supports one REST API with one stage.');
  }
  return {
    id: api.name,
    stageName: stage.properties.StageName,
    // CloudFormation may spell the slash of a media type as JSON Pointer does.
    binaryMediaTypes: api.properties.BinaryMediaTypes.map((type) => type.replace('~1', '/').toLowerCase()),
    routes: planRoutes(reader, functions, api.name),
    gatewayResponses: planGatewayResponses(reader),
  };
}

const methodProperties = z.object({
  ResourceId: z.string(),
  HttpMethod: z.string(),
  AuthorizationType: z.literal('NONE', { error: 'only methods without an authorizer are supported' }).default('NONE'),
  ApiKeyRequired: z.literal(false, { error: 'API keys are not supported' }).default(false),
  Integration: z.object({
    Type: z.literal('AWS_PROXY', { error: 'only Lambda proxy integrations are supported' }),
    Uri: z.string(),
    ResponseTransferMode: z.enum(['BUFFERED', 'STREAM']).default('BUFFERED'),
    TimeoutInMillis: z.coerce.number().int().min(50).default(29_000),
  }),
});

function planRoutes(reader: ResourceReader, functions: readonly FunctionPlan[], apiId: string): RoutePlan[] {
  const paths = resourcePaths(reader, apiId);
  return reader.each(['AWS::ApiGateway::Method'], methodProperties).map(({ logicalId, properties }) => {
    const { Uri, ResponseTransferMode, TimeoutInMillis } = properties.Integration;
    const uri = /:lambda:path\/[\d-]+\/functions\/(.+)\/(response-streaming-invocations|invocations)$/.exec(Uri);
    const path = paths.get(properties.ResourceId);
    if (uri?.[1] === undefined || path === undefined)
      throw new Error(`${logicalId}: ${Uri} can't be turned into a route.`);
    const streaming = uri[2] === 'response-streaming-invocations';
    if (streaming !== (ResponseTransferMode === 'STREAM')) {
      throw new Error(`${logicalId}: the integration's URI and its ResponseTransferMode contradict each other.`);
    }
    return {
      resourceId: properties.ResourceId,
      path,
      method: properties.HttpMethod.toUpperCase(),
      functionName: functionByArn(functions, uri[1], logicalId).name,
      streaming,
      timeoutMilliseconds: TimeoutInMillis,
    };
  });
}

type PathResource = ReadResource<{ ParentId: string; PathPart: string }>;

function resourcePaths(reader: ResourceReader, apiId: string): Map<string, string> {
  const resources = reader.each(
    ['AWS::ApiGateway::Resource'],
    z.object({ ParentId: z.string(), PathPart: z.string() }),
  );
  const byId = new Map<string, PathResource>(resources.map((resource) => [resource.name, resource]));
  const root = rootResourceId(apiId);
  const pathOf = (id: string): string => {
    if (id === root) return '';
    const resource = byId.get(id);
    if (resource === undefined) throw new Error(`A path of the API has the parent ${id}, which isn't in the template.`);
    return `${pathOf(resource.properties.ParentId)}/${resource.properties.PathPart}`;
  };
  return new Map([[root, '/'], ...resources.map(({ name }) => [name, pathOf(name)] as const)]);
}

const headerPrefix = 'gatewayresponse.header.';

function planGatewayResponses(reader: ResourceReader): Map<string, GatewayResponsePlan> {
  const schema = z.object({
    ResponseType: z.string(),
    StatusCode: z.coerce.number().int().optional(),
    ResponseParameters: z.record(z.string(), z.string()).default({}),
    ResponseTemplates: z.record(z.string(), z.string()).default({}),
  });
  const responses = reader.each(['AWS::ApiGateway::GatewayResponse'], schema);
  return new Map(
    responses.map(({ properties }) => {
      const headers = Object.entries(properties.ResponseParameters)
        .filter(([key]) => key.startsWith(headerPrefix))
        .map(([key, value]) => [key.slice(headerPrefix.length), value] as const);
      const template = properties.ResponseTemplates['application/json'];
      const plan = { statusCode: properties.StatusCode, headers: Object.fromEntries(headers), template };
      return [properties.ResponseType, plan];
    }),
  );
}
