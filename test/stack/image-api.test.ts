import { describe, expect, it } from 'vitest';
import { errorBodySchema, statusOf } from '../../lambda/contract/errors.ts';
import { credentialHeaders } from '../../lambda/contract/headers.ts';
import { reachedBy, routes } from '../../lambda/contract/routes.ts';
import { ImageApi } from '../../lib/constructs/image-api.ts';
import { gatewayAnswers } from '../../lib/gateway-answers.ts';
import { constructName, readable, synthesizeStage } from './synthesized-stage.ts';

const stage = synthesizeStage();

function pathOf(resourceId: { Ref?: string }): string {
  const resource = stage.resources[resourceId.Ref ?? ''];
  if (resource === undefined) return '';
  return `${pathOf(resource.Properties.ParentId)}/${resource.Properties.PathPart}`;
}

const methods = new Map(
  stage.ofType('AWS::ApiGateway::Method').map(([, properties]) => {
    const { Uri, ResponseTransferMode: transfer, TimeoutInMillis: timeout } = properties.Integration;
    const target = /<(\w+)Function\.Arn>/.exec(readable(Uri))?.[1];
    return [
      `${properties.HttpMethod} ${pathOf(properties.ResourceId) || '/'}`,
      { target, transfer, timeout, uri: readable(Uri) },
    ];
  }),
);

const answers = new Map(
  stage
    .ofType('AWS::ApiGateway::GatewayResponse')
    .map(([, properties]) => [properties.ResponseType as string, properties]),
);

describe(ImageApi, () => {
  it.each(routes)('leads $method $path to $function, and HEAD where it is a GET', (route) => {
    expect(methods.get(`${route.method} ${route.path}`)?.target).toBe(constructName(route.function));
    if (route.method === 'GET') {
      expect(methods.get(`HEAD ${route.path}`)).toEqual(methods.get(`GET ${route.path}`));
    }
  });

  it.each(routes)('streams the answer of $method $path only if the route says so', (route) => {
    const method = methods.get(`${route.method} ${route.path}`);
    expect(method?.transfer).toBe(route.streamed ? 'STREAM' : undefined);
    expect(method?.uri.endsWith('/response-streaming-invocations')).toBe(route.streamed);
    const streamedFor = route.function === 'run-synchronously' ? 630_000 : 300_000;
    expect(method?.timeout).toBe(route.streamed ? streamedFor : 29_000);
  });

  it('leads every other method and path to serve-site', () => {
    const elsewhere = ['/', '/{proxy+}', ...new Set(routes.map((route) => route.path))];
    for (const path of elsewhere) expect(methods.get(`ANY ${path}`)?.target, path).toBe('ServeSite');
    expect(methods.size).toBe(elsewhere.length + routes.flatMap(reachedBy).length);
  });

  it('has no synchronous paths on a stage without time for them, so that they are a 404 like any other', () => {
    const without = synthesizeStage({ synchronousSeconds: 0 });
    const parts = without.ofType('AWS::ApiGateway::Resource').map(([, { PathPart }]) => PathPart as string);
    const all = stage.ofType('AWS::ApiGateway::Resource').map(([, { PathPart }]) => PathPart as string);
    const synchronous = ['generations', 'edits', 'variations'];
    for (const part of synchronous) {
      const count = (among: readonly string[]) => among.filter((each) => each === part).length;
      expect([count(all), count(parts)], part).toEqual([2, 1]);
    }
    const called = readable(JSON.stringify(without.ofType('AWS::ApiGateway::Method')));
    expect(called).not.toContain('RunSynchronously');
  });

  it('lets only its own methods call a function, and not the test button of the console', () => {
    const permissions = stage
      .ofType('AWS::Lambda::Permission')
      .filter(([, { Principal }]) => Principal === 'apigateway.amazonaws.com')
      .map(([, { SourceArn }]) => readable(SourceArn));
    expect(permissions).toHaveLength(methods.size);
    for (const source of permissions)
      expect(source).toMatch(/<Api>\/<ApiDeploymentStagetest>\/(GET|HEAD|POST|PATCH|DELETE|\*)\//);
  });

  it('passes every body as bytes, whatever its type says', () => {
    expect(stage.one('AWS::ApiGateway::RestApi', 'Api').BinaryMediaTypes).toEqual(['*/*']);
  });

  it('throttles as the stage says', () => {
    const slow = synthesizeStage({ throttle: { ratePerSecond: 7, burst: 9 } });
    const { MethodSettings } = slow.one('AWS::ApiGateway::Stage', 'Api');
    expect(MethodSettings).toEqual([
      expect.objectContaining({ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 }),
    ]);
  });

  it('writes access logs as JSON without a header, a query or a body', () => {
    const { AccessLogSetting, MethodSettings } = stage.one('AWS::ApiGateway::Stage', 'Api');
    const line: Record<string, string> = JSON.parse(AccessLogSetting.Format);
    expect(line.requestId).toBe('$context.requestId');
    const forbidden = new RegExp(
      ['header', 'querystring', 'body', '\\$input', 'authorizer', 'apiKey', ...credentialHeaders].join('|'),
      'i',
    );
    expect(Object.values(line).filter((variable) => forbidden.test(variable))).toEqual([]);
    expect(MethodSettings[0].DataTraceEnabled).toBe(false);
  });

  it('owns the log that API Gateway writes its errors to, before there is a stage to write it', () => {
    const [id] = stage
      .ofType('AWS::Logs::LogGroup')
      .filter(([, { LogGroupName }]) => readable(LogGroupName ?? '') === 'API-Gateway-Execution-Logs_<Api>/test')
      .map(([logicalId]) => logicalId);
    const [, apiStage] =
      Object.entries(stage.resources).find(([, { Type }]) => Type === 'AWS::ApiGateway::Stage') ?? [];
    expect(apiStage?.DependsOn).toContain(id);
    expect(apiStage?.Properties.MethodSettings[0].LoggingLevel).toBe('ERROR');
  });

  it('sets the log role of the account only where the stage asks for it', () => {
    expect(stage.ofType('AWS::ApiGateway::Account')).toHaveLength(1);
    const second = synthesizeStage({ gatewayLogRole: 'existing' });
    expect(second.ofType('AWS::ApiGateway::Account')).toEqual([]);
    expect(second.text).not.toContain('PushToCloudWatchLogs');
  });
});

describe('gatewayAnswers', () => {
  it.each(Object.entries(gatewayAnswers))('turns %s into an error body of the contract', (name, { code }) => {
    const { ResponseTemplates, StatusCode, ResponseParameters } = answers.get(name) ?? {};
    const filled = ResponseTemplates['application/json'].replaceAll('$context.requestId', 'c0ffee-1');
    expect(filled).not.toContain('$');
    const body = errorBodySchema.parse(JSON.parse(filled));
    expect(body).toMatchObject({
      type: code,
      is_bifrost_error: true,
      event_id: 'c0ffee-1',
      error: { code, event_id: 'c0ffee-1' },
    });
    expect([body.status_code, Number(StatusCode)]).toEqual([statusOf(code), statusOf(code)]);
    expect(ResponseParameters['gatewayresponse.header.x-request-id']).toBe('context.requestId');
  });

  it('answers 404 for a path that API Gateway does not know', () => {
    expect(answers.get('MISSING_AUTHENTICATION_TOKEN')?.StatusCode).toBe('404');
  });

  it('lets scripts read what API Gateway answers by itself only on a stage that lets any call', () => {
    const shared = synthesizeStage({ allowedOrigins: ['https://app.example', 'https://other.example'] });
    const header = 'gatewayresponse.header.Access-Control-Allow-Origin';
    const inTemplate = ({ ofType }: typeof stage) =>
      ofType('AWS::ApiGateway::GatewayResponse').map(([, { ResponseParameters }]) => ResponseParameters);
    for (const parameters of inTemplate(stage)) expect(parameters).not.toHaveProperty([header]);
    for (const parameters of inTemplate(shared)) {
      expect(parameters[header]).toBe("'*'");
      expect(parameters['gatewayresponse.header.Access-Control-Expose-Headers']).toMatch(/^'.*retry-after.*'$/);
    }
  });

  it('names the scheme of credentials with each 401', () => {
    for (const name of ['UNAUTHORIZED', 'INVALID_API_KEY']) {
      expect(answers.get(name)?.ResponseParameters['gatewayresponse.header.WWW-Authenticate']).toBe("'Bearer'");
    }
  });

  it('says when to try again where that makes sense, and only there', () => {
    const hinted = [...answers].filter(([, one]) => 'gatewayresponse.header.Retry-After' in one.ResponseParameters);
    expect(hinted.map(([name]) => name).sort()).toEqual([
      'INTEGRATION_FAILURE',
      'INTEGRATION_TIMEOUT',
      'QUOTA_EXCEEDED',
      'THROTTLED',
    ]);
    for (const [, one] of hinted)
      expect(one.ResponseParameters['gatewayresponse.header.Retry-After']).toMatch(/^'\d+'$/);
  });
});
