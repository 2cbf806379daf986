import { localProviders, simulatedVendors } from '../../../bin/local-providers.ts';
import { type RunStackOptions, runStack } from '../../../bin/run-locally.ts';
import type { StageSettings } from '../../../lib/stage-settings.ts';
import type { LocalStack } from '../../../local/start.ts';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { bundledFunctions } from '../../support/bundled-functions.ts';
import { createFaultyWires, type WireFault, type WireRequest } from '../../support/wire-faults.ts';
import { type Answer, fetchAnswer } from '../client.ts';
import { unwatched } from './canaries.ts';
import { createSightings, type Sightings } from './canary.ts';
import { noteStoreRequest, noteWhatIsKept } from './watched-stores.ts';

/** A stack of which everything is noted that goes in, comes out, is logged, kept or sent on. */
export interface WatchedDarkroom {
  readonly stack: LocalStack;
  readonly simulator: VendorSimulator;
  readonly sightings: Sightings;
  readonly logLines: readonly string[];
  /** Asks below the API's root, and notes what was sent and answered. */
  ask(path: string, init?: RequestInit): Promise<Answer>;
  /** Decides from now on what befalls requests to the stores. */
  befall(choose: (request: WireRequest) => WireFault | undefined): void;
  /** Notes what lies in the stores, and what was logged until now. */
  lookAround(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the stack with these texts in the parameters of the providers' keys. */
export async function startWatchedDarkroom(
  keyTexts: Readonly<Record<string, string>>,
  stage: Partial<StageSettings> = {},
  host: Pick<RunStackOptions, 'preload' | 'scheduleSeconds'> = {},
): Promise<WatchedDarkroom> {
  const sightings = createSightings();
  const logLines: string[] = [];
  const simulator = await startVendorSimulator({ latencySeconds: 0, vendors: simulatedVendors });
  const stores = createFaultyWires();
  const vendors = createFaultyWires();
  let choose: (request: WireRequest) => WireFault | undefined = () => undefined;
  const vendorsOrigin = await vendors.detour(simulator.origin);
  vendors.befall(({ path, headers, bytes }) => {
    sightings.add(`a request to ${path.split('/')[1]}`, JSON.stringify(headers), path, bytes);
    return undefined;
  });
  const direct = localProviders(simulator, {});
  const providers = Object.fromEntries(
    Object.entries(direct).map(([name, settings]) => [
      name,
      unwatched.some((each) => each === name)
        ? settings
        : { ...settings, baseUrl: String(settings.baseUrl).replace(simulator.origin, vendorsOrigin) },
    ]),
  ) as StageSettings['providers'];
  const { stack, stop } = await runStack(
    {
      port: 0,
      bundle: bundledFunctions,
      maximumThreads: 2,
      ...host,
      log: (line) => void logLines.push(line),
      detour: stores.detour,
      keyTexts,
      stage: { providers, ...stage },
    },
    simulator.origin,
  );
  stores.befall((request) => {
    noteStoreRequest(sightings, request);
    return choose(request);
  });
  return {
    ...{ stack, simulator, sightings, logLines },
    async ask(path, init = {}) {
      const { headers, body } = init;
      sightings.add("a caller's request", path, JSON.stringify(headers ?? {}), await bytesOf(body));
      const answer = await fetchAnswer(stack.origin + path, init);
      sightings.add('an answer', JSON.stringify([...answer.headers]), answer.bytes);
      return answer;
    },
    befall(chosen) {
      choose = chosen;
    },
    async lookAround() {
      await noteWhatIsKept(sightings, stack);
      sightings.add('the log', ...logLines);
    },
    async stop() {
      await stop();
      await simulator.stop();
      await stores.close();
      await vendors.close();
    },
  };
}

const bytesOf = async (body: RequestInit['body']): Promise<Buffer> =>
  Buffer.from(await new Response(body ?? '').arrayBuffer());
