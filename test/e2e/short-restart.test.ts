import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageJob } from '../../lambda/contract/job.ts';
import { startVendorSimulator, type VendorSimulator } from '../../local/vendors/simulator.ts';
import { type Client, createClient, imagesOf, locationOf } from './client.ts';
import type { DarkroomProcess } from './darkroom-process.ts';
import { startFastStack } from './fast-stack-process.ts';
import { promptOf } from './running-darkroom.ts';

const model = 'openai/gpt-image-2';
const cutOff = promptOf('at the provider when the stack is killed [slow:60x1]');
let simulator: VendorSimulator;
let folder: string;
let darkroom: DarkroomProcess;
let client: Client;
/** A job that had ended before the kill. */
let before: ImageJob;
/** A job that was at the provider, as it ended after the restart. */
let interrupted: ImageJob;

beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0 });
  folder = mkdtempSync(join(tmpdir(), 'darkroom-short-restart-'));
  darkroom = await startFastStack(folder, simulator);
  client = createClient(darkroom.origin);
  before = await client.run('generations', { model, prompt: promptOf('done before the kill') });
  const location = locationOf(await client.submit('generations', { model, prompt: cutOff }));
  while (simulator.ledger.requests({ prompt: cutOff }).length === 0) await delay(20);
  await darkroom.kill();
  darkroom = await startFastStack(folder, simulator, darkroom);
  interrupted = (await client.ended(location)).job;
});

afterAll(async () => {
  await darkroom?.kill();
  await simulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a stack that is killed with a request at the provider, and started again', () => {
  it('shows what had ended before as it was, with its image', async () => {
    const again = await client.ask(`/v1/async/images/generations/${before.id}`);
    expect(again.job()).toEqual(before);
    expect(await imagesOf(again.job())).toHaveLength(1);
  });

  it('ends the job by one further request, and records the first as unknown', async () => {
    expect(interrupted.result?.extra_fields.attempts).toMatchObject([
      { outcome: 'abandoned', billed: 'unknown' },
      { outcome: 'succeeded', billed: 'yes' },
    ]);
    expect(simulator.ledger.requests({ prompt: cutOff })).toHaveLength(2);
    expect(await imagesOf(interrupted)).toHaveLength(1);
  });
});
