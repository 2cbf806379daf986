import type { IncomingMessage, ServerResponse } from 'node:http';
import { Faults } from './faults.ts';
import type { HostedResults } from './hosted-results.ts';
import { startLoopbackServer } from './loopback-server.ts';
import { SlidingWindows } from './rate-limit.ts';
import { RequestLog } from './request-log.ts';
import { startResultHost } from './result-host.ts';
import { serveControl } from './serve-control.ts';
import { type RunningVendor, serveVendor, type VendorHouse } from './serve-vendor.ts';
import { VendorTasks } from './vendor-tasks.ts';
import { VendorUploads } from './vendor-uploads.ts';
import type { VendorProfile } from './vendor-wire.ts';
import { wireByName } from './wires.ts';

export interface SimulatorOptions {
  /** @default 0, a free port */
  readonly port?: number;
  /** How long making the images of a request takes, in seconds. @default 0.5 */
  readonly latencySeconds?: number;
  /** @default OpenAI alone, under the name `openai` */
  readonly vendors?: readonly VendorProfile[];
}

/** A running simulator. */
export interface VendorSimulator {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Where the results are that come as addresses, `127.0.0.1:PORT`; also at `/_simulator/results`. */
  readonly resultHost: string;
  /** All requests and charges; also at `/_simulator/ledger`. */
  readonly ledger: RequestLog;
  /** The faults on demand; also at `/_simulator/faults`. */
  readonly faults: Faults;
  /** Where a client of that vendor points its base URL. Throws for a vendor that the simulator doesn't play. */
  baseUrl(vendor: string): string;
  /**
   * What clients of each vendor must be given, of those that don't take any text; also at `/_simulator/credentials`.
   */
  credentials(): Readonly<Record<string, string>>;
  /** Breaks all connections and frees the port. */
  stop(): Promise<void>;
}

/** Starts an HTTP server on 127.0.0.1 that plays image vendors. Throws if a profile is wrong or the port taken. */
export async function startVendorSimulator(options: SimulatorOptions = {}): Promise<VendorSimulator> {
  let origin = '';
  const stopping = new AbortController();
  const ledger = new RequestLog();
  const faults = new Faults();
  const storage = await startResultHost();
  try {
    const vendors = runningVendors(
      options.vendors ?? [{ name: 'openai', wire: 'openai' }],
      storage.results,
      () => origin,
    );
    const house = { ledger, faults, latencySeconds: options.latencySeconds ?? 0.5, stopping: stopping.signal };
    const server = await startLoopbackServer(options.port ?? 0, (incoming, response) => {
      dispatch(house, vendors, storage.host, incoming, response).catch((cause: unknown) =>
        giveUp(house, response, cause),
      );
    });
    origin = server.origin;
    const stop = async () => {
      stopping.abort();
      await Promise.all([server.stop(), storage.stop()]);
    };
    return { origin, resultHost: storage.host, ledger, faults, ...addressesOf(vendors), stop };
  } catch (cause) {
    await storage.stop();
    throw cause;
  }
}

const addressesOf = (
  vendors: ReadonlyMap<string, RunningVendor>,
): Pick<VendorSimulator, 'baseUrl' | 'credentials'> => ({
  baseUrl: (name) => {
    const vendor = vendors.get(name);
    if (vendor === undefined) throw new TypeError(`The simulator plays no vendor called '${name}'.`);
    return vendor.baseUrl();
  },
  credentials: () => credentialsOf(vendors),
});

function runningVendors(
  profiles: readonly VendorProfile[],
  results: HostedResults,
  origin: () => string,
): Map<string, RunningVendor> {
  const vendors = new Map<string, RunningVendor>();
  for (const profile of profiles) {
    if (!/^[a-z][a-z0-9-]*$/.test(profile.name)) throw new TypeError(`'${profile.name}' can't name a vendor.`);
    if (vendors.has(profile.name)) throw new TypeError(`Two vendors are called '${profile.name}'.`);
    const wire = wireByName(profile.wire);
    const baseUrl = () => `${origin()}/${profile.name}${wire.basePath}`;
    const kept = { tasks: new VendorTasks(), uploads: new VendorUploads(), windows: new SlidingWindows() };
    vendors.set(profile.name, { profile, results, wire, ...kept, baseUrl });
  }
  return vendors;
}

/** By the vendor's name. */
function credentialsOf(vendors: ReadonlyMap<string, RunningVendor>): Readonly<Record<string, string>> {
  const known = [...vendors].map(([name, { wire, baseUrl }]) => [name, wire.clientCredential?.(baseUrl())] as const);
  return Object.fromEntries(known.filter((each): each is readonly [string, string] => each[1] !== undefined));
}

async function dispatch(
  house: VendorHouse,
  vendors: ReadonlyMap<string, RunningVendor>,
  resultHost: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const [, first = '', ...rest] = url.pathname.split('/');
  if (first === '_simulator') {
    const credentials = () => credentialsOf(vendors);
    return serveControl({ ...house, credentials, resultHost }, url, incoming, response);
  }
  const vendor = vendors.get(first);
  const below = `/${rest.join('/')}`;
  const basePath =
    vendor &&
    [vendor.wire.basePath, ...(vendor.wire.otherBasePaths ?? [])].find((base) => below.startsWith(`${base}/`));
  if (vendor === undefined || basePath === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' });
    response.end('No vendor is played here.\n');
    return;
  }
  await serveVendor(house, vendor, below.slice(basePath.length), incoming, response);
}

/**
 * A fault of the simulator itself must not look like one of the vendor: its message says that it is the simulator's.
 */
function giveUp(house: VendorHouse, response: ServerResponse, cause: unknown): void {
  if (house.stopping.aborted || response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, { 'content-type': 'text/plain' });
  response.end(`The vendor simulator itself failed: ${cause instanceof Error ? cause.stack : String(cause)}\n`);
}
