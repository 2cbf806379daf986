import { describe, expect, it } from 'vitest';
import { createSightings } from './canary.ts';

const secret = 'canary-4b1d "quoted"';

const written: readonly (readonly [how: string, seen: string | Buffer])[] = [
  ['as it is', secret],
  ['in JSON', JSON.stringify({ prompt: secret })],
  ['in JSON within JSON', JSON.stringify({ body: secret })],
  ['in a URL', `/v1?key=${encodeURIComponent(secret)}`],
  ['in hex', Buffer.from(`x${secret}`).toString('hex')],
  ['among bytes', Buffer.concat([Buffer.from([0x89, 0x50, 0xff]), Buffer.from(secret), Buffer.from([0xfe])])],
  ['in base64', Buffer.from(`${secret} and more`).toString('base64')],
  ['in base64, a byte in', Buffer.from(`x${secret} and more`).toString('base64')],
  ['in base64, two bytes in', Buffer.from(`xx${secret} and more`).toString('base64')],
  ['at the end of base64 for URLs', Buffer.from(`xx${secret}`).toString('base64url')],
];

describe('createSightings', () => {
  it.each(written)('finds a text %s', (_how, seen) => {
    const sightings = createSightings();
    sightings.add('the log', 'nothing');
    sightings.add('the table', seen);
    expect(sightings.placesOf(secret)).toEqual(['the table']);
  });

  it('refuses to look for what pictures hold by chance', () => {
    expect(() => createSightings().placesOf('ya29.')).toThrow(RangeError);
  });

  it('finds nothing where only a digest stands', () => {
    const sightings = createSightings();
    sightings.add('the log', 'canary-4b1d', Buffer.alloc(100));
    expect(sightings.placesOf(secret)).toEqual([]);
  });
});
