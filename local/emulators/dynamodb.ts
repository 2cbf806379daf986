import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { PassThrough } from 'node:stream';
import dynalite from 'dynalite';

/** A DynamoDB emulator that is not listening yet. */
export interface DynamoDbEmulator {
  readonly server: Server;
  /** Closes the store, after the server has been closed. */
  closeStore(): Promise<void>;
}

/** The largest request DynamoDB takes. */
const maximumRequestBytes = 16 * 1024 * 1024;

/**
 * Makes a DynamoDB emulator, in memory or in a folder.
 *
 * dynalite throws out of its request handler when a client goes away in the middle of a request, which would end the
 * whole process; and clients do go away here, because a function that runs into its timeout is terminated. So a server
 * of our own reads each request to its end and hands dynalite only whole ones.
 */
export function createDynamoDbEmulator(folder: string | undefined): DynamoDbEmulator {
  const emulator = dynalite({ createTableMs: 0, ...(folder === undefined ? {} : { path: folder }) });
  const [handle] = emulator.listeners('request') as RequestListener[];
  if (handle === undefined) throw new Error('dynalite has no request handler.');
  const server = createServer((request, response) => {
    readWhole(request)
      .then((body) => {
        if (body === undefined) response.writeHead(413).end();
        else handle(replay(request, body), response);
      })
      .catch(() => response.destroy());
  });
  return { server, closeStore: () => closeStore(emulator) };
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

function closeStore(emulator: Server): Promise<void> {
  return new Promise((resolve) => {
    // dynalite closes its store only behind a listening server's close, so it listens for a moment, on loopback.
    emulator.listen(0, '127.0.0.1', () => emulator.close(() => resolve()));
  });
}
