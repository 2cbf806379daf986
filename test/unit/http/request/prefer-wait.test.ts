import { describe, expect, it } from 'vitest';
import { grantWait, preferredWaitSeconds, type WaitRequest } from '../../../../lambda/http/request/prefer-wait.ts';
import { processorSecondsOf } from '../../../support/processor-seconds.ts';
import { requestWith } from '../../../support/sample-events.ts';
import { noon } from '../../../support/sample-job.ts';

const waitIn = (prefer: string) => preferredWaitSeconds(requestWith('', { prefer }));

describe('preferredWaitSeconds', () => {
  it.each([
    ['wait=10', 10],
    ['Wait = 10', 10],
    ['wait="7"', 7],
    ['wait=25', 25],
    ['wait=26', 25],
    ['wait=9999999999', 25],
    ['wait=99999999999', 25],
    [`wait=${'9'.repeat(400)}`, 25],
    [`wait="${'9'.repeat(400)}"`, 25],
    [`wait=${'0'.repeat(400)}7`, 7],
    ['respond-async, wait=3', 3],
    ['foo="a, wait=9", wait=4', 4],
    ['wait=5; x=1, wait=6', 5],
    ['wait=0', 0],
    ['wait', 0],
    ['wait=', 0],
    ['wait=-1', 0],
    ['wait=soon', 0],
    ['wait=1.5', 0],
    ['waiting=5', 0],
    ['"wait=5', 0],
    ['', 0],
  ])('reads %j as %i', (prefer, seconds) => {
    expect(waitIn(prefer)).toBe(seconds);
  });

  it('stays quick with a hostile header', async () => {
    const seconds = await processorSecondsOf(() => {
      for (const filler of ['9', ' ', '"', ',', 'wait=', ';', '\\', '"\\"']) {
        waitIn(`wait=${filler.repeat(10_000)}x`);
      }
    });
    expect(seconds).toBeLessThan(2);
  });
});

const granted = (over: Partial<WaitRequest> = {}) =>
  grantWait({
    ...{ arrivedAt: noon, now: noon, remainingMilliseconds: 28_000, askedSeconds: 25, maxSeconds: 20 },
    ...over,
  });

describe('grantWait', () => {
  it('counts from the arrival of the request, whatever was done since', () => {
    expect(granted()).toMatchObject({ until: noon + 20_000, grantedSeconds: 20 });
    expect(granted({ now: noon + 6000, remainingMilliseconds: 22_000 })).toEqual(granted());
  });

  it('grants what was asked where that is less', () => {
    expect(granted({ askedSeconds: 5 })).toMatchObject({ until: noon + 5000, grantedSeconds: 5 });
    expect(granted({ askedSeconds: 0 }).grantedSeconds).toBe(0);
  });

  it('tells when the function ends, however little of it was granted', () => {
    expect(granted({ now: noon + 2000, remainingMilliseconds: 26_000 }).functionEndsAt).toBe(noon + 28_000);
    expect(granted({ askedSeconds: 0, remainingMilliseconds: 300_000 }).functionEndsAt).toBe(noon + 300_000);
  });

  it('leaves six seconds of the function for the answer', () => {
    expect(granted({ remainingMilliseconds: 20_500 }).grantedSeconds).toBe(14);
    expect(granted({ remainingMilliseconds: 300_000, maxSeconds: 25 }).grantedSeconds).toBe(25);
  });

  it('grants nothing where the time is over already', () => {
    expect(granted({ now: noon + 20_500, remainingMilliseconds: 7500 }).grantedSeconds).toBe(0);
    expect(granted({ now: noon + 6000, askedSeconds: 5 }).grantedSeconds).toBe(0);
  });
});
