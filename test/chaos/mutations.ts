import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import type { Scenario } from './scenario.ts';
import {
  duplicates,
  killedBeforeTheEnd,
  killedWhileAsking,
  loneMessages,
  lostMessages,
  standstill,
  standstillStoring,
  twins,
} from './scenarios/directed.ts';

/** A safeguard of the engine that can be left out, to see whether anything notices. */
export interface Mutation {
  /** What is left out, for people. */
  readonly safeguard: string;
  /** Below `lambda/`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly snippet: string;
  readonly replacement: string;
  /** In which its absence shows. */
  readonly scenario: Scenario;
}

/** Each by the name that `--without` knows it by. */
export const mutations = {
  fence: {
    safeguard: 'a worker writes only while its claim is the latest',
    file: 'domain/jobs/transitions.ts',
    snippet: "  whileOpen,\n  { field: 'claim', is: 'equalTo', value: job.claim },\n];",
    replacement: '  whileOpen,\n];',
    scenario: standstill,
  },
  lease: {
    safeguard: 'a job that somebody works on is claimed by nobody else',
    file: 'domain/jobs/transitions.ts',
    snippet:
      "    { field: 'dueAt', is: 'atMost', value: now },\n    { field: 'leaseUntil', is: 'atMost', value: now - clockSkewSeconds * 1000 },\n  ],\n  change: {\n    set: { status: 'processing'",
    replacement:
      "    { field: 'dueAt', is: 'atMost', value: now },\n  ],\n  change: {\n    set: { status: 'processing'",
    scenario: duplicates,
  },
  hop: {
    safeguard: 'only the latest wake-up claims a job',
    file: 'domain/jobs/transitions.ts',
    snippet: "    { field: 'hop', is: 'atMost', value: hop },\n",
    replacement: '',
    scenario: duplicates,
  },
  'keep-the-message': {
    safeguard: 'a wake-up that can do nothing now stays on the queue',
    file: 'application/process/handle-wake-up.ts',
    snippet: "if (disposition.action === 'delete') await message.remove();",
    replacement: 'if (disposition.action) await message.remove();',
    scenario: loneMessages,
  },
  'ledger-before-request': {
    safeguard: 'a request is recorded before it is made',
    file: 'application/attempt/run-attempt.ts',
    snippet: 'const started = await addEntry(jobs, job, recorded);',
    replacement: 'const started = { ...job, attempts: [...job.attempts, recorded] };',
    scenario: killedWhileAsking,
  },
  manifest: {
    safeguard: 'what was stored is written down before the job is finished',
    file: 'application/attempt/conclude-attempt.ts',
    snippet:
      '    await writeManifest(dependencies.images, job, attempt, manifest).catch((error: unknown) => {\n      throw notStored(error);\n    });\n',
    replacement: '',
    scenario: killedBeforeTheEnd,
  },
  'leave-to-others': {
    safeguard: 'an upload that is given up removes nothing that another worker may have stored',
    file: 'application/attempt/storage/attempt-objects.ts',
    snippet: '        if (!sourceFailed && !signal.aborted) fault = error;\n',
    replacement:
      '        if (!sourceFailed && !signal.aborted) fault = error;\n        await images.remove(imageKeys);\n',
    scenario: standstillStoring,
  },
  'nonce-of-the-undo': {
    safeguard: 'a submission takes back no job but its own',
    file: 'domain/jobs/transitions.ts',
    snippet:
      "[\n  { field: 'submissionNonce', is: 'equalTo', value: made.submissionNonce },\n  { field: 'status', is: 'equalTo', value: made.status },",
    replacement: "[\n  { field: 'status', is: 'equalTo', value: made.status },",
    scenario: twins,
  },
  sweep: {
    safeguard: 'somebody looks after jobs whose wake-up was lost',
    file: 'application/upkeep/sweep-jobs.ts',
    snippet: '  const { openJobs, clock, random, settings, telemetry } = dependencies;\n  const now = clock.now();\n',
    replacement:
      '  if (dependencies) return { ended: 0, woken: 0, failed: 0 };\n  const { openJobs, clock, random, settings, telemetry } = dependencies;\n  const now = clock.now();\n',
    scenario: lostMessages,
  },
} as const satisfies Record<string, Mutation>;

export type MutationName = keyof typeof mutations;

export const mutationNames = Object.keys(mutations) as readonly MutationName[];

const lambda = fileURLToPath(new URL('../../lambda/', import.meta.url));

/** The file's text without the safeguard. Throws where the snippet doesn't stand in it exactly once. */
export function mutated({ file, snippet, replacement }: Omit<Mutation, 'scenario'>): string {
  const parts = readFileSync(join(lambda, file), 'utf8').split(snippet);
  if (parts.length !== 2) {
    throw new Error(`lambda/${file} holds the snippet ${parts.length - 1} times, not once:\n${snippet}`);
  }
  return parts.join(replacement);
}

/** Leaves a safeguard out of the bundles; the sources stay as they are. */
export function withoutSafeguard(mutation: Omit<Mutation, 'scenario'>): Plugin {
  const path = join(lambda, mutation.file);
  return {
    name: 'without-safeguard',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, (source) =>
        source.path === path ? { contents: mutated(mutation), loader: 'ts' } : undefined,
      );
    },
  };
}
