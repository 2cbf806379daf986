import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import { bundleFunctions, bundleSettings } from '../../lib/bundle-functions.ts';
import { httpByRequire } from '../../lib/http-by-require.ts';
import type { StageSettings } from '../../lib/stage-settings.ts';
import type { VendorSimulator } from '../../local/vendors/simulator.ts';
import { FaultCounters } from './faults/fault-counters.ts';
import type { FaultPlan, FaultRule } from './faults/fault-rule.ts';
import { startFaultServer } from './faults/fault-server.ts';
import { openStores, type Stores } from './stores.ts';

/** How a stage is run, and what befalls it. */
export interface ChaosStageOptions {
  readonly seed: number;
  readonly settings: Partial<StageSettings>;
  readonly rules: readonly FaultRule[];
  /** Seconds between two sweeps, a minute of production. */
  readonly sweepSeconds: number;
  /** Changes the sources on their way into the bundles. @default nothing */
  readonly plugins?: readonly Plugin[];
}

/** The whole gateway under faults. */
export interface ChaosStage {
  readonly origin: string;
  readonly simulator: VendorSimulator;
  readonly stores: Stores;
  /** The file with every step that a thread has made so far, a line of JSON each. */
  readonly stepLog: string;
  readonly counters: FaultCounters;
  /** Everything that the functions and the runner have logged so far. */
  readonly logLines: readonly string[];
  stop(): Promise<void>;
}

/** Servers that are compatible with OpenAI's API in its first form: small images, at once or by their addresses. */
const classic = (simulator: VendorSimulator, name: string) => ({
  baseUrl: simulator.baseUrl(name),
  resultHosts: [simulator.resultHost],
  models: [{ model: 'dall-e-2', typicalSeconds: 1, imagesPerRequest: 2 }],
});

const stageFor = (simulator: VendorSimulator): Partial<StageSettings> => ({
  compatibleServers: {
    studio: classic(simulator, 'studio'),
    annex: classic(simulator, 'annex'),
    gallery: { ...classic(simulator, 'gallery'), responseFormat: 'url' },
  },
});

const vendors = [
  ...['openai', 'bfl', 'fal', 'xai', 'gemini', 'azure', 'together', 'stability', 'recraft'].map((name) => ({
    name,
    wire: name,
  })),
  ...['studio', 'annex', 'gallery'].map((name) => ({ name, wire: 'openai-classic' })),
];

/** Starts the real bundles on the synthesised template, each thread with the faults in front of the network. */
export async function startChaosStage(options: ChaosStageOptions): Promise<ChaosStage> {
  const faultServer = await startFaultServer();
  const counters = new FaultCounters();
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-chaos-'));
  const stepLog = join(folder, 'steps.jsonl');
  await writeFile(stepLog, '');
  const { seed, rules } = options;
  const plan: FaultPlan = { seed, rules, stepLog, faultOrigin: faultServer.origin, counters: counters.buffer };
  const logLines: string[] = [];
  const run: LocalDarkroom = await runLocally({
    port: 0,
    latencySeconds: 0.05,
    vendors,
    stageFor,
    stage: { slowConcurrency: 2, ...options.settings },
    scheduleSeconds: options.sweepSeconds,
    ...(options.settings.maximumConcurrency === undefined
      ? {}
      : { maximumThreads: options.settings.maximumConcurrency + 2 }),
    bundle: (functions) => bundleFunctions(functions, { plugins: options.plugins ?? [] }),
    preload: { modulePath: await bundlePreload(folder), data: plan },
    log: (line) => void logLines.push(line),
  });
  const stores = openStores(run.stack);
  return {
    origin: run.stack.origin,
    simulator: run.simulator,
    stores,
    stepLog,
    counters,
    logLines,
    async stop() {
      stores.close();
      await run.stop();
      await faultServer.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Threads die and start by the thousand: none of them is to strip types first. What the preload changes of Node's HTTP
 * modules, a function sees because both take them by `require`.
 */
async function bundlePreload(folder: string): Promise<string> {
  const outfile = join(folder, 'preload.mjs');
  const entry = fileURLToPath(new URL('./faults/preload.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    plugins: [httpByRequire],
    banner: bundleSettings.banner,
  });
  return outfile;
}
