import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

/** A server that listens on 127.0.0.1 alone. */
export interface LoopbackServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Breaks all connections and frees the port. Once is enough; more does nothing. */
  stop(): Promise<void>;
}

/** Starts a server on that port, 0 being a free one. Rejects where the port is taken. */
export async function startLoopbackServer(port: number, listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(listener);
  // Longer than any client keeps an idle connection, so that no reused one meets a closing server.
  server.keepAliveTimeout = 120_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('The server listens on something that is no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
