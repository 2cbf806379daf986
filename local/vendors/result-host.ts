import { HostedResults } from './hosted-results.ts';
import { startLoopbackServer } from './loopback-server.ts';
import { wires } from './wires.ts';

/** Where the results lie that vendors answer with as addresses. */
export interface ResultHost {
  readonly results: HostedResults;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  stop(): Promise<void>;
}

/**
 * Starts it. Its origin differs from the vendors' APIs, as that of their storage does: a client that sends its key to
 * the API's origin alone can tell the two apart.
 */
export async function startResultHost(): Promise<ResultHost> {
  let origin = '';
  const results = new HostedResults(() => origin);
  const server = await startLoopbackServer(0, (incoming, response) => {
    const [, first, ...rest] = new URL(incoming.url ?? '/', 'http://127.0.0.1').pathname.split('/');
    const showsKey = wires.some((wire) => wire.credential(incoming.headers) !== undefined);
    results.serve(first === '_results' ? rest.join('/') : '', incoming, response, showsKey);
  });
  origin = server.origin;
  return { results, host: new URL(origin).host, stop: server.stop };
}
