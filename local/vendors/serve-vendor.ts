import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Faults, isOfStreams, type Misfortune } from './faults.ts';
import { isCharged, playFault } from './play-fault.ts';
import type { SlidingWindows } from './rate-limit.ts';
import { receiveBody } from './receive-request.ts';
import type { ReceivedRequest } from './received-request.ts';
import { bodyForLog, credentialFingerprint, fileForLog, type RequestLog, type RequestLogLine } from './request-log.ts';
import { closed, sendAnswer } from './send-answer.ts';
import { streamedAnswer } from './streamed-answer.ts';
import type {
  RequestFacts,
  StreamEvent,
  VendorContext,
  VendorWire,
  WireAnswer,
  WirePlan,
  WireRoute,
} from './vendor-wire.ts';

export interface RunningVendor extends VendorContext {
  readonly wire: VendorWire;
  /** The recent requests of each key. */
  readonly windows: SlidingWindows;
}

/** What all vendors of a simulator share. */
export interface VendorHouse {
  readonly ledger: RequestLog;
  readonly faults: Faults;
  readonly latencySeconds: number;
  /** Aborts when the simulator stops. */
  readonly stopping: AbortSignal;
}

/** One request to one vendor, from its arrival to the end of its answer. */
interface Exchange {
  readonly vendor: RunningVendor;
  readonly house: VendorHouse;
  readonly response: ServerResponse;
  readonly line: RequestLogLine;
  readonly startedAt: number;
}

/** Receives a request, lets the vendor's wire decide, and answers it or fails as ordered. */
export async function serveVendor(
  house: VendorHouse,
  vendor: RunningVendor,
  path: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = incoming.method ?? 'GET';
  const route = vendor.wire.routes.find((one) => one.method === method && matchesPath(one.path, path));
  const operation = route?.operation ?? 'unknown';
  const line = house.ledger.open({ vendor: vendor.profile.name, method, path: incoming.url ?? path, operation });
  const exchange = { vendor, house, response, line, startedAt: performance.now() };
  void closed(response).then(() => noteDeparture(exchange));
  const request = await receive(exchange, incoming, method, path);
  if (request === undefined) return;
  if (route !== undefined) line.note(factsForLedger(route.describe(request, vendor)));
  try {
    await follow(exchange, await decide(vendor, route, request));
  } catch (cause) {
    line.note({ outcome: 'failed' });
    throw cause;
  }
}

const factsForLedger = ({ files, ...facts }: RequestFacts) => ({
  ...facts,
  ...(files === undefined ? {} : { files: files.map(fileForLog) }),
});

/** A connection that closes before there is an outcome was closed by the client. */
function noteDeparture({ line, response, house }: Exchange): void {
  const { outcome, charged } = line.entry();
  if (house.stopping.aborted || response.writableFinished || (outcome !== undefined && outcome !== 'hung')) return;
  // The vendor completes what it has begun; only a request that can no longer be charged ends here.
  line.note({ clientGone: true, ...(charged && outcome === undefined ? { outcome: 'cut' as const } : {}) });
}

async function receive(
  { line, vendor }: Exchange,
  incoming: IncomingMessage,
  method: string,
  path: string,
): Promise<ReceivedRequest | undefined> {
  const credential = vendor.wire.credential(incoming.headers);
  if (credential !== undefined) line.note({ authorization: credentialFingerprint(credential) });
  try {
    const { body, sha256: bodySha256, length: bodyBytes } = await receiveBody(incoming);
    line.note({ ...bodyForLog(body), bodyBytes });
    const query = new URL(incoming.url ?? '/', 'http://127.0.0.1').searchParams;
    return { method, path, target: incoming.url ?? '/', query, headers: incoming.headers, body, bodySha256 };
  } catch {
    // The client broke off while it sent its request.
    line.note({ outcome: 'cut', clientGone: true });
    return undefined;
  }
}

async function decide(
  vendor: RunningVendor,
  route: WireRoute | undefined,
  request: ReceivedRequest,
): Promise<WirePlan> {
  const unauthorized = vendor.wire.authorize(request, vendor);
  if (unauthorized !== undefined) return { kind: 'refuse', answer: unauthorized };
  if (route === undefined) return { kind: 'refuse', answer: vendor.wire.notFound(request) };
  return route.plan(request, vendor);
}

async function follow(exchange: Exchange, plan: WirePlan): Promise<void> {
  if (plan.kind === 'make') return make(exchange, plan);
  const outcome = plan.kind === 'refuse' ? 'refused' : 'answered';
  await deliver(exchange, plan.answer);
  exchange.line.note({ outcome, status: plan.answer.status });
}

/** The vendor's 429 for a key that exceeds its rate limit, or undefined. */
function overLimit({ vendor, line }: Exchange): WireAnswer | undefined {
  const { rateLimit } = vendor.profile;
  if (rateLimit === undefined) return undefined;
  const seconds = vendor.windows.refusal(rateLimit, line.entry().authorization ?? '', performance.now());
  if (seconds === undefined) return undefined;
  return vendor.wire.failure({ status: 429, retryAfter: String(Math.max(1, Math.ceil(seconds))) });
}

async function make(exchange: Exchange, plan: Extract<WirePlan, { kind: 'make' }>): Promise<void> {
  const { house, vendor, response, line } = exchange;
  const tooMany = overLimit(exchange);
  if (tooMany !== undefined) {
    await deliver(exchange, tooMany);
    return line.note({ outcome: 'failed', status: tooMany.status });
  }
  if (plan.stream) line.note({ streamed: true });
  const misfortune = house.faults.take(vendor.profile.name, plan.prompt, plan.stream !== undefined);
  const charged = isBilled(misfortune, vendor.wire);
  const seconds = workSeconds(house, misfortune, charged);
  const streamed = (events: readonly StreamEvent[]) => streamedAnswer(events, seconds, house.stopping, line);
  const isLate = plan.ticket !== true && !isStreaming(plan, misfortune);
  if (isLate && seconds > 0) await sleep(seconds * 1000, undefined, { signal: house.stopping });
  if (charged) line.note({ charged: true, images: plan.images.length, ...priced(plan) });
  if (misfortune.fault !== undefined) {
    const dress = (answer: WireAnswer) => dressed(exchange, answer);
    const { failure } = vendor.wire;
    await playFault(misfortune.fault, { response, line, plan, seconds, failure, streamed, dress });
    if (response.writableFinished) line.note({ answeredAt: new Date().toISOString() });
    return;
  }
  // The client is gone, but the images are made and billed.
  if (response.destroyed) return line.note({ outcome: 'cut', clientGone: true });
  const answer = plan.stream ? streamed(plan.stream.events) : await plan.answer(plan.images, seconds);
  const complete = await deliver(exchange, answer);
  line.note(complete ? { outcome: 'charged', status: 200 } : { outcome: 'cut', status: 200, clientGone: true });
}

const isBilled = ({ fault }: Misfortune, { billsRefusals }: VendorWire): boolean =>
  fault === undefined || (fault.kind === 'refuse' ? billsRefusals === true : isCharged(fault));

const priced = ({ charge }: Extract<WirePlan, { kind: 'make' }>) => (charge === undefined ? {} : { micros: charge });

/** A stream spends the time of the work between its events, unless it fails before its first. */
const isStreaming = ({ stream }: Extract<WirePlan, { kind: 'make' }>, { fault }: Misfortune): boolean =>
  stream !== undefined && (fault === undefined || isOfStreams(fault));

/** The time that making images takes. A fault without images is immediate, unless a delay is set. */
const workSeconds = ({ latencySeconds }: VendorHouse, { slowSeconds }: Misfortune, making: boolean): number =>
  slowSeconds + (making ? latencySeconds : 0);

async function deliver(exchange: Exchange, answer: WireAnswer): Promise<boolean> {
  const complete = await sendAnswer(exchange.response, dressed(exchange, answer));
  if (complete) exchange.line.note({ answeredAt: new Date().toISOString() });
  return complete;
}

function dressed({ vendor, startedAt }: Exchange, answer: WireAnswer): WireAnswer {
  return { ...answer, headers: { ...vendor.wire.headers(performance.now() - startedAt), ...answer.headers } };
}

function matchesPath(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return false;
  return wanted.every((segment, index) => (segment.startsWith(':') ? given[index] !== '' : segment === given[index]));
}
