import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../client.ts';
import { leaksIn } from '../log-leaks.ts';
import { fastMotion } from '../provider-promises.ts';
import { errorOf, resultOf, shouldRetryOf } from '../synchronous-answers.ts';
import { bringKeys, killMarker } from './bring-keys.ts';
import { keyTexts } from './canaries.ts';
import { storeKeys } from './everything.ts';
import { ownCanaries } from './own-keys.ts';
import { startWatchedDarkroom, type WatchedDarkroom } from './watched-darkroom.ts';

let darkroom: WatchedDarkroom;
let answers: Readonly<Record<string, Answer>>;

beforeAll(async () => {
  const modulePath = fileURLToPath(new URL('./kill-on-marker.ts', import.meta.url));
  const stage = { ...fastMotion, synchronousSeconds: 12, passThrough: 'all' } as const;
  darkroom = await startWatchedDarkroom(keyTexts, stage, {
    preload: { modulePath, data: killMarker },
    scheduleSeconds: 2,
  });
  await storeKeys(darkroom);
  answers = await bringKeys(darkroom);
  await darkroom.lookAround();
}, 600_000);

afterAll(async () => {
  await darkroom?.stop();
});

const answerOf = (name: string): Answer => answers[name] as Answer;

describe('a key that a request brings', () => {
  it.each(Object.entries(ownCanaries))('is where it belongs, and nowhere else: %s', (_what, { text, belongs }) => {
    expect(darkroom.sightings.placesOf(text())).toEqual([...belongs].toSorted());
  });

  it('is lost with its function: the job fails, with an unknown outcome', () => {
    expect(errorOf(answerOf('killed'))).toMatchObject({
      type: 'provider_timeout',
      extra_fields: { attempts: [{ outcome: 'abandoned', billed: 'unknown' }] },
    });
    expect(shouldRetryOf(answerOf('killed'))).toBe('false');
  });

  it('calls off a task that outlives the limit', () => {
    expect(errorOf(answerOf('limited'))).toMatchObject({ extra_fields: { attempts: [{ billed: 'unknown' }] } });
    expect(answerOf('limited').headers.has('location')).toBe(false);
    expect(shouldRetryOf(answerOf('limited'))).toBe('false');
  });

  it('has no fallback at another provider', () => {
    expect(resultOf(answerOf('fallen')).extra_fields.warnings).toMatchObject([{ code: 'fallback_dropped' }]);
  });

  it('is said to be the one that was refused', () => {
    const { error } = errorOf(answerOf('refusedKey'));
    expect(error).toMatchObject({
      code: 'provider_auth',
      message: expect.stringContaining('the key that the request brought'),
    });
    expect(shouldRetryOf(answerOf('refusedKey'))).toBe('false');
  });

  it('raises no alarm of the stage', () => {
    expect(darkroom.logLines.filter((line) => /"key_in_cooldown"|"gate_closed"|"model_refused"/.test(line))).toEqual(
      [],
    );
  });

  // Else nothing would be found because nothing happened.
  it.each(['attempt_failed', 'attempt_abandoned', 'job_deleted', 'job_cancelled', 'worker_fault'])(
    'was there when the gateway logged %s',
    (code) => {
      expect(darkroom.logLines.some((line) => line.includes(`"${code}"`))).toBe(true);
    },
  );

  it('leaves nothing in the log that no log may hold', () => {
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
