import { createServer, type Server } from 'node:http';

/** Listens on 127.0.0.1 and gives the port. A preferred port that is taken falls back to any free one. */
export async function listenOnLoopback(server: Server, preferredPort: number): Promise<number> {
  try {
    return await listen(server, preferredPort);
  } catch (error) {
    if (preferredPort === 0 || !isPortTaken(error)) throw error;
    return listen(server, 0);
  }
}

/** Listens on 127.0.0.1 at exactly this port (0 picks a free one). Throws where it is taken. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'));
      else resolve(address.port);
    });
  });
}

/** Throws a readable message where the port of 127.0.0.1 is taken, and rethrows any other error of listening on it. */
export async function demandFreePort(port: number): Promise<void> {
  const server = createServer();
  try {
    await listen(server, port);
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    throw new Error(`Port ${port} on 127.0.0.1 is in use: stop what uses it, or choose another with --port.`);
  }
  await closeServer(server);
}

/** Closes a server and the connections it still has. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
