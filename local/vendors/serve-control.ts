import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultOrder } from './fault-order.ts';
import type { Faults } from './faults.ts';
import { receiveBody } from './receive-request.ts';
import type { LedgerFilter, RequestLog } from './request-log.ts';

/** What the routes show and change. */
export interface Controlled {
  readonly ledger: RequestLog;
  readonly faults: Faults;
  credentials(): Readonly<Record<string, string>>;
  /** Where results are, `host:port`. */
  readonly resultHost: string;
}

/**
 * The simulator's own routes, for programs and people outside its process: `GET` and `DELETE /_simulator/ledger`
 * (filters `vendor`, `operation`, `prompt`; with what the requests were charged), `GET`, `POST` and `DELETE /_simulator/faults` (one fault or a list), and
 * `GET /_simulator/credentials`, and `GET /_simulator/results`, which names the host of results.
 */
export async function serveControl(
  { ledger, faults, credentials, resultHost }: Controlled,
  url: URL,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (`${incoming.method} ${url.pathname}`) {
    case 'GET /_simulator/ledger':
      return sendJson(response, 200, { requests: ledger.requests(filterOf(url)), micros: ledger.bill(filterOf(url)) });
    case 'DELETE /_simulator/ledger':
      ledger.clear();
      return sendJson(response, 200, { requests: [], micros: 0 });
    case 'GET /_simulator/faults':
      return sendJson(response, 200, { faults: faults.pending() });
    case 'POST /_simulator/faults':
      return addFaults(faults, incoming, response);
    case 'DELETE /_simulator/faults':
      faults.clear();
      return sendJson(response, 200, { faults: [] });
    case 'GET /_simulator/credentials':
      return sendJson(response, 200, { credentials: credentials() });
    case 'GET /_simulator/results':
      return sendJson(response, 200, { host: resultHost });
    default:
      return sendJson(response, 404, { error: `The simulator has no ${incoming.method} ${url.pathname}.` });
  }
}

async function addFaults(faults: Faults, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { body } = await receiveBody(incoming);
  if (body.kind !== 'json') return sendJson(response, 400, { error: 'The body must be a fault, or a list, as JSON.' });
  const orders = Array.isArray(body.value) ? body.value : [body.value];
  try {
    // `add` checks what it is given, so the cast claims no more than is then proved.
    for (const order of orders) faults.add(order as FaultOrder);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    return sendJson(response, 400, { error: cause.message });
  }
  sendJson(response, 200, { faults: faults.pending() });
}

function filterOf(url: URL): LedgerFilter {
  const names = ['vendor', 'operation', 'prompt'] as const;
  const given = names.flatMap((name) => {
    const value = url.searchParams.get(name);
    return value === null ? [] : [[name, value]];
  });
  return Object.fromEntries(given) as LedgerFilter;
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(value, null, 2)}\n`);
}
