import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** A request of an AWS client on its way to a store. */
export interface WireRequest {
  /** Such as `UpdateItem` or `SendMessage`; for S3 the method, such as `PUT`. */
  readonly operation: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The bytes as text. */
  readonly body: string;
}

/** What befalls a request: an error instead of an answer, a lost answer, none at all, or a late one. */
export type WireFault =
  | { readonly does: 'fail'; readonly status: number; readonly code: string; readonly afterMilliseconds?: number }
  | { readonly does: 'lose_answer' | 'hang' }
  | { readonly does: 'delay'; readonly milliseconds: number };

/** A store's own address, with somebody in between. */
interface FaultyWire {
  readonly origin: string;
  /** Decides from now on. @default nothing befalls any request */
  befall(choose: (request: WireRequest) => WireFault | undefined): void;
  close(): Promise<void>;
}

/** All wires of a local stack, from its functions to its stores. */
export interface FaultyWires {
  /** Gives another address for a store's, as a stack asks for it. */
  readonly detour: (endpoint: string) => Promise<string>;
  befall(choose: (request: WireRequest) => WireFault | undefined): void;
  close(): Promise<void>;
}

export function createFaultyWires(): FaultyWires {
  const wires: FaultyWire[] = [];
  return {
    async detour(endpoint) {
      const wire = await startFaultyWire(endpoint);
      wires.push(wire);
      return wire.origin;
    },
    befall(choose) {
      for (const wire of wires) wire.befall(choose);
    },
    async close() {
      for (const wire of wires) await wire.close();
    },
  };
}

/** What DynamoDB says when it is asked more than it will do. */
export const throttled = { does: 'fail', status: 400, code: 'ThrottlingException' } as const;
/** What S3 says then. */
export const slowDown = { does: 'fail', status: 503, code: 'SlowDown' } as const;
/** What any of them says when it is the one at fault. */
export const brokenDown = { does: 'fail', status: 500, code: 'InternalServerError' } as const;

/** Passes requests on to a store on loopback, but for what it is told to do to them. */
async function startFaultyWire(target: string): Promise<FaultyWire> {
  let choose: (request: WireRequest) => WireFault | undefined = () => undefined;
  const server = createServer((request, response) => {
    void carry(request, response).catch(() => response.destroy());
  });
  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { headers, url: path = '/', method } = request;
    const operation = String(headers['x-amz-target'] ?? method).replace(/^.*\./, '');
    const fault = choose({ operation, path, headers, bytes: body, body: body.toString() });
    if (fault?.does === 'hang') return;
    if (fault?.does === 'delay') await delay(fault.milliseconds);
    if (fault?.does === 'fail') {
      await delay(fault.afterMilliseconds ?? 0);
      return refuse(request, response, fault);
    }
    await pass(target, request, body, fault?.does === 'lose_answer' ? undefined : response);
    if (fault?.does === 'lose_answer') response.destroy();
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    befall(chosen) {
      choose = chosen;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An error in the words of the protocol that the request speaks: XML for S3, JSON for the others. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code }: Extract<WireFault, { does: 'fail' }>,
): void {
  if (request.headers['x-amz-target'] === undefined) {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>Reduce your rate.</Message></Error>`);
    return;
  }
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: `com.amazonaws#${code}`, message: `${code} of arn:aws:test:1234` }));
}

/** Sends a request on, and its answer back where somebody is to have it. */
function pass(
  target: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // The host as the client wrote it, which presigned addresses sign.
    const sent = openRequest(target + url, { method, headers }, (answer) => {
      if (response) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      } else answer.resume();
      answer.on('end', resolve).on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}
