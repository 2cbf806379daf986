import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import dynalite from 'dynalite';
import { closeServer } from './loopback-port.ts';

/** The largest request DynamoDB takes. */
const maximumRequestBytes = 16 * 1024 * 1024;

/** A DynamoDB emulator; it answers once `server` listens. */
export interface DynamoDbEmulator {
  readonly server: Server;
  /** Lets the requests under way end, then closes the server and the store behind it. */
  close(): Promise<void>;
}

/** How long closing waits for the requests under way. */
const closeMilliseconds = 1_000;

/**
 * Makes a DynamoDB emulator, in memory or in a folder.
 *
 * dynalite throws out of its callbacks, which would end the whole process, when a client goes away in the middle of a
 * request, and when its store is closed under one. Both happen here, since a function that runs into its timeout is
 * terminated and stacks are stopped at any time. So dynalite gets only whole requests, and closes after the last of
 * them.
 */
export function createDynamoDbEmulator(folder: string | undefined): DynamoDbEmulator {
  const server = dynalite({ createTableMs: 0, ...(folder === undefined ? {} : { path: folder }) });
  const [handle] = server.listeners('request') as RequestListener[];
  if (handle === undefined) throw new Error('dynalite has no request handler.');
  const underWay = new Set<ServerResponse>();
  let closing = false;
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    readWhole(request)
      .then((body) => {
        if (body === undefined) response.writeHead(413).end();
        else if (closing) response.destroy();
        else handle(replay(request, body), trackUntilEnd(response, underWay));
      })
      .catch(() => response.destroy());
  });
  return {
    server,
    async close() {
      closing = true;
      for (const giveUpAt = Date.now() + closeMilliseconds; underWay.size > 0 && Date.now() < giveUpAt; )
        await delay(5);
      await closeServer(server);
    },
  };
}

/**
 * dynalite has finished a response when it calls `end`; the response's events also fire for clients that disconnected.
 */
function trackUntilEnd(response: ServerResponse, underWay: Set<ServerResponse>): ServerResponse {
  underWay.add(response);
  const end = response.end;
  response.end = ((...values: Parameters<typeof end>) => {
    underWay.delete(response);
    return end.apply(response, values);
  }) as typeof end;
  return response;
}

async function readWhole(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maximumRequestBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function replay(request: IncomingMessage, body: Buffer): IncomingMessage {
  const { method, url, headers, httpVersion, socket } = request;
  const replayed = Object.assign(new PassThrough(), { method, url, headers, httpVersion, socket });
  replayed.end(body);
  return replayed as unknown as IncomingMessage;
}
