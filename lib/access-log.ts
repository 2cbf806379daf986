import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

const quoted = (variable: string): string => `$context.${variable}`;

/**
 * One JSON line per request. It has no header and no query, since these contain credentials and signatures. Numbers are
 * quoted too, since API Gateway writes a bare `-` for a missing value.
 */
export const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: quoted('requestId'),
    traceId: quoted('xrayTraceId'),
    receivedAt: quoted('requestTimeEpoch'),
    method: quoted('httpMethod'),
    route: quoted('resourcePath'),
    path: quoted('path'),
    status: quoted('status'),
    latency: quoted('responseLatency'),
    integrationStatus: quoted('integration.status'),
    integrationLatency: quoted('integration.latency'),
    responseBytes: quoted('responseLength'),
    gatewayAnswer: quoted('error.responseType'),
    sourceIp: quoted('identity.sourceIp'),
  }),
);
