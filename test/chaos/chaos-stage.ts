import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import type { Plugin } from 'esbuild';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import { bundleFunctions } from '../../lib/bundle-functions.ts';
import type { StageSettings } from '../../lib/stage-config.ts';
import type { VendorSimulator } from '../../local/vendors/simulator.ts';
import { FaultCounters } from './faults/fault-counters.ts';
import type { FaultPlan, FaultRule, StepReport } from './faults/fault-rule.ts';
import { startFaultServer } from './faults/fault-server.ts';
import { StepCounts } from './step-counts.ts';
import { openStores, type Stores } from './stores.ts';

/** How a stage is run, and what befalls it. */
export interface ChaosStageOptions {
  readonly seed: number;
  readonly settings: Partial<StageSettings>;
  readonly rules: readonly FaultRule[];
  /** Seconds between two sweeps, a minute of production. */
  readonly sweepSeconds: number;
  /** Seconds that a provider takes for an image call. */
  readonly latencySeconds: number;
  /** Changes the sources on their way into the bundles. @default nothing */
  readonly plugins?: readonly Plugin[];
}

/** The whole gateway under faults. */
export interface ChaosStage {
  readonly origin: string;
  readonly simulator: VendorSimulator;
  readonly stores: Stores;
  readonly steps: StepCounts;
  readonly counters: FaultCounters;
  /** Everything that the functions and the runner have logged so far. */
  readonly logLines: readonly string[];
  stop(): Promise<void>;
}

/** Two servers that are compatible with OpenAI's API in its first form: small images, at once or by their addresses. */
const classic = (simulator: VendorSimulator, name: string) => ({
  baseUrl: simulator.baseUrl(name),
  resultHosts: [new URL(simulator.origin).host],
  models: [{ model: 'dall-e-2', typicalSeconds: 1, imagesPerRequest: 2 }],
});

const stageFor = (simulator: VendorSimulator): Partial<StageSettings> => ({
  compatibleServers: {
    studio: classic(simulator, 'studio'),
    gallery: { ...classic(simulator, 'gallery'), responseFormat: 'url' },
  },
});

const vendors = [
  ...['openai', 'bfl', 'fal', 'xai', 'gemini', 'azure', 'together', 'stability', 'recraft'].map((name) => ({
    name,
    wire: name,
  })),
  ...['studio', 'gallery'].map((name) => ({ name, wire: 'openai-classic' })),
];

/** Starts the real bundles on the synthesised template, each thread with the faults in front of the network. */
export async function startChaosStage(options: ChaosStageOptions): Promise<ChaosStage> {
  const faultServer = await startFaultServer();
  const counters = new FaultCounters();
  const steps = new StepCounts();
  const channel = new BroadcastChannel(`chaos-${randomUUID()}`);
  channel.onmessage = (event) => steps.note((event as { data: StepReport }).data);
  const { seed, rules } = options;
  const plan: FaultPlan = {
    seed,
    rules,
    channel: channel.name,
    faultOrigin: faultServer.origin,
    counters: counters.buffer,
  };
  const logLines: string[] = [];
  const run: LocalDarkroom = await runLocally({
    port: 0,
    latencySeconds: options.latencySeconds,
    vendors,
    stageFor,
    stage: options.settings,
    scheduleSeconds: options.sweepSeconds,
    bundle: (folder) => bundleFunctions(folder, { plugins: options.plugins ?? [] }),
    preload: { modulePath: fileURLToPath(new URL('./faults/preload.ts', import.meta.url)), data: plan },
    log: (line) => void logLines.push(line),
  });
  const stores = openStores(run.stack);
  return {
    origin: run.stack.origin,
    simulator: run.simulator,
    stores,
    steps,
    counters,
    logLines,
    async stop() {
      stores.close();
      await run.stop();
      channel.close();
      await faultServer.stop();
    },
  };
}
