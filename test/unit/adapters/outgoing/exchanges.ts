import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { OutgoingRequest } from '../../../../lambda/domain/send-request.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../../contract/providers/scripted-provider.ts';
import { loopbackCertificate } from '../../../support/loopback-certificate.ts';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

/** An HTTP server that stops with the test. */
export async function scripted(answer: (response: ServerResponse) => void): Promise<ScriptedProvider> {
  const server = await startScriptedProvider(answer);
  started.push(server);
  return server;
}

/** A server below HTTP, for what no HTTP server would do. */
export async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  return `127.0.0.1:${await listen(server, sockets)}`;
}

/** An HTTPS server whose certificate is trusted while the test runs. */
export async function secureServer(answer: (response: ServerResponse) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createHttpsServer(loopbackCertificate, (incoming, response) => {
    incoming.resume().on('end', () => answer(response));
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const authorities = getCACertificates();
  setDefaultCACertificates([loopbackCertificate.cert]);
  started.push({ stop: async () => setDefaultCACertificates(authorities) });
  return `https://127.0.0.1:${await listen(server, sockets)}/v1`;
}

async function listen(server: Server, sockets: ReadonlySet<Socket>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  started.push({
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
  return (server.address() as AddressInfo).port;
}

/** A small paid request to that address. */
export const request = (url: string, changes: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{}'),
  signal: AbortSignal.timeout(60_000),
  maxAnswerBytes: 1_000_000,
  ...changes,
});

/** The failure of an exchange, wherever in it. */
export async function failureOf(outgoing: OutgoingRequest): Promise<ProviderFailure> {
  try {
    await buffer((await sendRequest(outgoing)).body);
  } catch (error) {
    if (error instanceof ProviderFailure) return error;
    throw error;
  }
  throw new Error('The exchange did not fail.');
}
