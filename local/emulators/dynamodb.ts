import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { PassThrough } from 'node:stream';
import dynalite from 'dynalite';

/** The largest request DynamoDB takes. */
const maximumRequestBytes = 16 * 1024 * 1024;

/**
 * Makes a DynamoDB emulator, in memory or in a folder; closing the server closes the store too.
 *
 * dynalite throws out of its request handler when a client goes away in the middle of a request, which would end the
 * whole process; and clients do go away here, because a function that runs into its timeout is terminated. So each
 * request is read to its end first, and dynalite gets only whole ones.
 */
export function createDynamoDbEmulator(folder: string | undefined): Server {
  const server = dynalite({ createTableMs: 0, ...(folder === undefined ? {} : { path: folder }) });
  const [handle] = server.listeners('request') as RequestListener[];
  if (handle === undefined) throw new Error('dynalite has no request handler.');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    readWhole(request)
      .then((body) => {
        if (body === undefined) response.writeHead(413).end();
        else handle(replay(request, body), response);
      })
      .catch(() => response.destroy());
  });
  return server;
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
