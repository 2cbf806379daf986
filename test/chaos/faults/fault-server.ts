import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { closeServer, listenOnLoopback } from '../../../local/emulators/loopback-port.ts';

/** A server that refuses requests in the stores' names, and swallows messages. */
export interface FaultServer {
  readonly origin: string;
  stop(): Promise<void>;
}

export async function startFaultServer(): Promise<FaultServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const port = await listenOnLoopback(server, 0);
  return { origin: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray()).toString();
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://faults');
  await delay(Number(searchParams.get('seconds') ?? 0) * 1000);
  if (pathname === '/lose') return confirm(response, body);
  refuse(response, String(request.headers['x-amz-target'] ?? ''));
}

/** SQS's word for a message that it has taken. The SDK compares the digest. */
function confirm(response: ServerResponse, body: string): void {
  const { MessageBody } = JSON.parse(body) as { MessageBody: string };
  const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ MessageId: randomUUID(), MD5OfMessageBody }));
}

/** Each store's own word for being asked too much. */
function refuse(response: ServerResponse, target: string): void {
  if (target === '') {
    response.writeHead(503, { 'content-type': 'application/xml' });
    response.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
    return;
  }
  const type = target.startsWith('DynamoDB')
    ? 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException'
    : 'ThrottlingException';
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: type, message: 'Rate exceeded.' }));
}
