import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerNames } from '../../../lambda/contract/provider-names.ts';
import type { EventCode } from '../../../lambda/domain/telemetry.ts';
import { leaksIn } from '../log-leaks.ts';
import { canaries, keyTexts } from './canaries.ts';
import { liveThroughEverything } from './everything.ts';
import { startWatchedDarkroom, type WatchedDarkroom } from './watched-darkroom.ts';

let darkroom: WatchedDarkroom;

beforeAll(async () => {
  // An answer that a store keeps from being made comes while its caller still waits.
  darkroom = await startWatchedDarkroom(keyTexts, { synchronousSeconds: 40 });
  await liveThroughEverything(darkroom);
  await darkroom.lookAround();
}, 900_000);

afterAll(async () => {
  await darkroom?.stop();
});

const happened: readonly EventCode[] = [
  ...(['key_created', 'key_rotated', 'key_updated', 'key_deleted', 'submission_limited'] as const),
  ...(['job_accepted', 'job_replayed', 'job_completed', 'job_failed', 'job_cancelled', 'job_deleted'] as const),
  ...([
    'attempt_failed',
    'key_in_cooldown',
    'model_refused',
    'request_failed',
    'submission_undone',
    'worker_fault',
  ] as const),
];

describe('a running gateway', () => {
  it.each(Object.entries(canaries))('has %s where it belongs, and nowhere else', (_what, { text, belongs }) => {
    expect(text()).not.toBe('');
    expect(darkroom.sightings.placesOf(text())).toEqual([...belongs].toSorted());
  });

  // Else nothing would be found because nothing happened.
  it.each(happened)('has logged %s', (code) => {
    expect(darkroom.logLines.some((line) => line.includes(`"${code}"`))).toBe(true);
  });

  it.each(providerNames)('has had an image made by %s', (name) => {
    const isOf = (line: string) => line.includes('"attempt_succeeded"') && line.includes(`"provider":"${name}"`);
    expect(darkroom.logLines.some(isOf)).toBe(true);
  });

  it('logs nothing that no log may hold', () => {
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
