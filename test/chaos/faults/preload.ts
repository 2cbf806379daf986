import http, { type ClientRequest, type ClientRequestArgs } from 'node:http';
import https from 'node:https';
import { enableCompileCache } from 'node:module';
import type { Blow } from './blow.ts';
import { FaultChooser, type Strike } from './choose-fault.ts';
import { FaultCounters } from './fault-counters.ts';
import type { FaultKind, FaultPlan, StepReport } from './fault-rule.ts';
import { playStrike } from './play-strike.ts';
import { hashOf, seededRandom } from './seeded.ts';
import { openStepLog } from './step-log.ts';
import { type Outgoing, objectOf, outgoingOf, type Services, stepName, subjectOf } from './step-name.ts';

/** Before a request is made it can still be led elsewhere; what else may befall it is decided when its body is known. */
const leadAstray: ReadonlySet<FaultKind> = new Set(['throttle', 'lose']);
const befall: ReadonlySet<FaultKind> = new Set(['kill_before', 'kill_after', 'freeze', 'slow', 'cut', 'late', 'twice']);

type RequestFunction = (...values: unknown[]) => ClientRequest;

/**
 * Puts itself between a function's bundle and the network, in a thread of its own, before the bundle is loaded. The
 * bundle is what is deployed and knows nothing of it.
 */
export function preload(plan: FaultPlan, functionName: string): void {
  // Threads are made by the thousand here, and most of a thread's start is the compiling of its bundle.
  enableCompileCache();
  const counters = new FaultCounters(plan.counters);
  // The template's names end in what they name.
  const role = functionName.replace(/-function$/, '');
  const thread = counters.nextThread();
  const random = seededRandom(hashOf(`${plan.seed} ${thread}`));
  const tools: ThreadTools = {
    role,
    thread,
    services: servicesOf(process.env),
    chooser: new FaultChooser(plan.rules, counters, random),
    faultOrigin: plan.faultOrigin,
    report: openStepLog(plan.stepLog),
  };
  for (const module of [http, https]) {
    const original = module.request as RequestFunction;
    module.request = ((...values: unknown[]) => makeRequest(tools, original, values)) as typeof module.request;
  }
}

interface ThreadTools {
  /** The function's name in the source, such as `process-job`. */
  readonly role: string;
  readonly thread: number;
  readonly services: Services;
  readonly chooser: FaultChooser;
  readonly faultOrigin: string;
  readonly report: (report: StepReport) => void;
}

function servicesOf(environment: Readonly<Record<string, string | undefined>>): Services {
  const hosts = Object.entries(environment).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL_'));
  return new Map(hosts.map(([, url = '']) => [new URL(url).host, 'AWS' as const]));
}

function makeRequest(tools: ThreadTools, original: RequestFunction, values: unknown[]): ClientRequest {
  const outgoing = outgoingOf(values);
  const early = `${tools.role} ${stepName(outgoing, tools.services)}`;
  const astray = tools.chooser.choose(early, leadAstray, outgoing.invocation);
  const request = original(...(astray ? ledTo(tools.faultOrigin, astray, outgoing, values) : values));
  whenBodyIsKnown(request, (body) => {
    const step = `${tools.role} ${stepName(outgoing, tools.services, body)}`;
    const strike = astray ?? tools.chooser.choose(step, befall, outgoing.invocation);
    tools.report({
      step,
      at: Date.now(),
      thread: tools.thread,
      ...(strike ? { fault: strike.fault } : {}),
      ...subjectOf(body ?? ''),
      ...objectOf(outgoing, body ?? ''),
      ...(outgoing.invocation === undefined ? {} : { invocation: outgoing.invocation }),
    });
    return astray || !strike ? undefined : { strike, again: () => original(...values) };
  });
  return request;
}

/** The same request, to the server that refuses it in the store's name or swallows it. */
function ledTo(faultOrigin: string, strike: Strike, outgoing: Outgoing, values: unknown[]): unknown[] {
  const { hostname: host, port } = new URL(faultOrigin);
  const path = `/${strike.fault}?seconds=${strike.seconds}`;
  const [options, ...rest] = values.filter((value) => !(value instanceof URL));
  const { hostname: _, ...kept } = options as ClientRequestArgs;
  return [
    { ...kept, host, port: Number(port), path, method: 'POST', headers: { ...kept.headers, host: outgoing.host } },
    ...rest,
  ];
}

/** Waits for the first bytes of the body, or its end; the SDK gives the whole body of a store's request at once. */
function whenBodyIsKnown(request: ClientRequest, decide: (body: string | undefined) => Blow | undefined): void {
  const write = request.write.bind(request) as (...values: unknown[]) => boolean;
  const end = request.end.bind(request) as (...values: unknown[]) => ClientRequest;
  let finish: ((...values: unknown[]) => ClientRequest) | undefined;
  const begin = (chunk: unknown): ((...values: unknown[]) => ClientRequest) => {
    const blow = decide(textOf(chunk));
    finish ??= blow ? playStrike(request, end, blow) : end;
    return finish;
  };
  request.write = ((...values: unknown[]) => {
    if (finish === undefined) begin(values[0]);
    return write(...values);
  }) as typeof request.write;
  request.end = ((...values: unknown[]) => (finish ?? begin(values[0]))(...values)) as typeof request.end;
}

const textOf = (chunk: unknown): string | undefined => {
  if (typeof chunk === 'string') return chunk;
  return chunk instanceof Uint8Array && chunk.length < 500_000 ? Buffer.from(chunk).toString('latin1') : undefined;
};
