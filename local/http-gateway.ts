import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { maximumPayloadBytes } from './function-host/thread-messages.ts';
import type { FunctionHost } from './function-host.ts';
import { describeRequest, type GatewayContext } from './http-gateway/gateway-context.ts';
import { sendGatewayResponse, sendRequestTooLong } from './http-gateway/gateway-responses.ts';
import { createProxyEvent } from './http-gateway/proxy-event.ts';
import { type ProxyAnswer, parseProxyAnswer, writeAnswerHead } from './http-gateway/proxy-response.ts';
import { isBinary, readBody } from './http-gateway/request-body.ts';
import { createRouter } from './http-gateway/routing.ts';
import { StreamedAnswer } from './http-gateway/streamed-answer.ts';
import type { ApiPlan, RoutePlan } from './plan/rest-api.ts';

/** The HTTP server in front of the functions, which plays API Gateway. */
export interface HttpGateway {
  readonly server: Server;
  /** Starts to serve an API. Until then, and for a stack without one, every request is answered with 503. */
  serve(api: ApiPlan, host: FunctionHost, log: (line: string) => void): void;
}

/** Never rejects. */
type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Makes the server; it answers once `server` listens. */
export function createHttpGateway(): HttpGateway {
  let handler: Handler = async (_request, response) => void response.writeHead(503).end();
  const handle = (request: IncomingMessage, response: ServerResponse) => void handler(request, response);
  const server = createServer(handle);
  server.on('checkContinue', handle);
  return {
    server,
    serve(api, host, log) {
      handler = createHandler(api, host, log);
    },
  };
}

interface Exchange {
  readonly api: ApiPlan;
  readonly host: FunctionHost;
  readonly log: (line: string) => void;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: GatewayContext;
}

function createHandler(api: ApiPlan, host: FunctionHost, log: (line: string) => void): Handler {
  const match = createRouter(api.routes);
  return async (request, response) => {
    const context = describeRequest(request, api);
    try {
      await exchangeWith(match, { api, host, log, request, response, context });
    } catch (error) {
      // A client that goes away takes only its own connection with it; anything else is a fault of the gateway.
      if (!request.destroyed) log(`[api] ${context.httpMethod} ${context.path}: ${String(error)}`);
      response.destroy();
    }
  };
}

async function exchangeWith(match: ReturnType<typeof createRouter>, exchange: Exchange): Promise<void> {
  const { api, request, response, context } = exchange;
  const found = match(context.httpMethod, context.pathWithoutStage);
  const body = await readBody(request, response);
  if (found.kind === 'none') return sendGatewayResponse(response, api, 'MISSING_AUTHENTICATION_TOKEN', context);
  if (body === undefined) return sendRequestTooLong(response, context);
  const { route, pathParameters } = found;
  const { binaryMediaTypes } = api;
  const event = JSON.stringify(createProxyEvent({ request, body, route, pathParameters, context, binaryMediaTypes }));
  if (Buffer.byteLength(event) > maximumPayloadBytes) return sendRequestTooLong(response, context);
  return route.streaming ? answerStreaming(exchange, route, event) : answerBuffered(exchange, route, event);
}

async function answerBuffered(exchange: Exchange, route: RoutePlan, event: string): Promise<void> {
  const { api, host, log, response, context } = exchange;
  const outcome = await within(route.timeoutMilliseconds, host.invoke(route.functionName, event));
  if (outcome === 'late') return sendGatewayResponse(response, api, 'INTEGRATION_TIMEOUT', context);
  const answer = outcome.kind === 'answered' ? parseProxyAnswer(outcome.payload) : undefined;
  if (answer === undefined) {
    if (outcome.kind !== 'failed') log(`[${route.functionName}] answered with a malformed Lambda proxy response`);
    return sendGatewayResponse(response, api, 'INTEGRATION_FAILURE', context);
  }
  writeAnswerHead(response, answer, context);
  const payload = answerBody(exchange, answer);
  // Set explicitly, since the server by itself sends no content length in answer to HEAD.
  if (![204, 304].includes(answer.statusCode)) response.setHeader('Content-Length', Buffer.byteLength(payload));
  response.end(payload);
}

/** API Gateway decodes a base64 body only for a client whose first Accept type is one of the API's binary types. */
function answerBody({ api, request, log, context }: Exchange, answer: ProxyAnswer): Buffer | string {
  const body = answer.body ?? '';
  if (answer.isBase64Encoded !== true) return body;
  if (isBinary(request.headers.accept?.split(',')[0], api.binaryMediaTypes)) return Buffer.from(body, 'base64');
  log(
    `[api] ${context.path}: a base64 body is sent undecoded, because the client accepts no binary media type of the API`,
  );
  return body;
}

async function answerStreaming(exchange: Exchange, route: RoutePlan, event: string): Promise<void> {
  const { api, host, log, response, context } = exchange;
  const answer = new StreamedAnswer(response, context);
  const invocation = host.invoke(route.functionName, event, answer);
  const first = await within(route.timeoutMilliseconds, Promise.race([answer.begun, invocation]));
  if (answer.hasStarted) {
    await invocation;
    return answer.breakOff();
  }
  answer.abandon();
  if (first === 'late') return sendGatewayResponse(response, api, 'INTEGRATION_TIMEOUT', context);
  if (first?.kind !== 'failed') {
    log(`[${route.functionName}] streamed no metadata: it comes from HttpResponseStream.from, with the first write`);
  }
  sendGatewayResponse(response, api, 'INTEGRATION_FAILURE', context);
}

async function within<Value>(milliseconds: number, promise: Promise<Value>): Promise<Value | 'late'> {
  const done = new AbortController();
  const late = delay(milliseconds, 'late' as const, { signal: done.signal });
  // Aborting the timer rejects it, after the race has been decided.
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    done.abort();
  }
}
