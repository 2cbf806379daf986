import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startLocalStack } from '../../local/start.ts';
import { waitFor } from '../support/wait-for.ts';
import { defineSample, synthesizeSample } from './sample-stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'darkroom-preload-'));
const assembly = synthesizeSample(defineSample);

afterAll(() => {
  assembly.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe(startLocalStack, () => {
  it('loads a module before each function, and calls by schedules at another rate, where it is told to', async () => {
    const modulePath = join(folder, 'preload.mjs');
    writeFileSync(
      modulePath,
      "export const preload = (data, name) => console.log(['[preload]', data.word, name].join(' '));",
    );
    const lines: string[] = [];
    const startedAt = performance.now();
    const stack = await startLocalStack({
      assemblyDirectory: assembly.directory,
      port: 0,
      secureParameters: {},
      log: (line) => lines.push(line),
      preload: { modulePath, data: { word: 'first' } },
      scheduleSeconds: 3,
    });
    try {
      await waitFor(() => expect(lines.some((line) => line.includes('tick Scheduled'))).toBe(true));
      // The template's own rate is a second.
      expect(performance.now() - startedAt).toBeGreaterThan(2_500);
      const ticks = lines.filter((line) => line.startsWith('[tick]'));
      expect(ticks[0]).toBe('[tick] [preload] first tick');
    } finally {
      await stack.stop();
    }
  });
});
