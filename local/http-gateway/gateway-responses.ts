import type { ServerResponse } from 'node:http';
import type { ApiPlan, GatewayResponsePlan } from '../plan/rest-api.ts';
import type { GatewayContext } from './gateway-context.ts';

/** The answers that the gateway gives by itself, with their status and message unless the template overrides them. */
const standardResponses = {
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token' },
  INTEGRATION_FAILURE: { status: 502, message: 'Internal server error' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out' },
} as const;

export type GatewayResponseType = keyof typeof standardResponses;

/** Answers with one of the gateway's own responses, in the form the template gives it. */
export function sendGatewayResponse(
  response: ServerResponse,
  api: ApiPlan,
  type: GatewayResponseType,
  context: GatewayContext,
): void {
  const standard = standardResponses[type];
  const plan = findPlan(api, type, standard.status);
  const variables = describeVariables(type, standard.message, context);
  const body = substitute(plan?.template ?? '{"message":$context.error.messageString}', variables);
  response.statusCode = plan?.statusCode ?? standard.status;
  response.setHeader('Content-Type', 'application/json');
  setGatewayHeaders(response, context);
  for (const [name, expression] of Object.entries(plan?.headers ?? {})) {
    const value = evaluate(expression, variables);
    if (value !== undefined) response.setHeader(name, value);
  }
  response.end(body);
}

/** Answers a body or an event that is too large. This one answer of API Gateway can't be customised. */
export function sendRequestTooLong(response: ServerResponse, context: GatewayContext): void {
  setGatewayHeaders(response, context);
  response.writeHead(413, { 'Content-Type': 'application/json', 'x-amzn-ErrorType': 'RequestTooLargeException' });
  response.end('{"message":"Request Too Long"}');
}

/** Sets the headers that every answer of API Gateway bears. */
export function setGatewayHeaders(response: ServerResponse, context: GatewayContext): void {
  response.setHeader('x-amzn-RequestId', context.requestId);
  response.setHeader('x-amz-apigw-id', context.extendedRequestId);
}

function findPlan(api: ApiPlan, type: GatewayResponseType, status: number): GatewayResponsePlan | undefined {
  return api.gatewayResponses.get(type) ?? api.gatewayResponses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
}

function describeVariables(type: string, message: string, context: GatewayContext): ReadonlyMap<string, string> {
  return new Map([
    ['context.error.message', message],
    // Unlike all others, this one comes with its quotation marks.
    ['context.error.messageString', JSON.stringify(message)],
    ['context.error.responseType', type],
    ['context.apiId', context.apiId],
    ['context.domainName', context.domainName],
    ['context.extendedRequestId', context.extendedRequestId],
    ['context.httpMethod', context.httpMethod],
    ['context.identity.sourceIp', context.sourceIp],
    ['context.identity.userAgent', context.userAgent ?? ''],
    ['context.path', context.path],
    ['context.protocol', context.protocol],
    ['context.requestId', context.requestId],
    ['context.requestTime', context.requestTime],
    ['context.requestTimeEpoch', String(context.requestTimeEpoch)],
    ['context.stage', context.stage],
  ]);
}

function substitute(template: string, variables: ReadonlyMap<string, string>): string {
  return template.replace(/\$(context(?:\.[A-Za-z]+)+)/g, (_, name: string) => variables.get(name) ?? '');
}

function evaluate(expression: string, variables: ReadonlyMap<string, string>): string | undefined {
  const [, literal] = /^'(.*)'$/.exec(expression) ?? [];
  return literal ?? variables.get(expression);
}
