import { describe, expect, it } from 'vitest';
import { withoutLongRuns } from '../../../../lambda/domain/bytes/long-runs.ts';

const bytes = Buffer.alloc(600, 0xfb);

describe('withoutLongRuns', () => {
  it.each([
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
    ['hex', bytes.toString('hex')],
    ['base64 with escaped slashes', Buffer.alloc(600, 0xff).toString('base64').replaceAll('/', '\\/')],
  ])('leaves out bytes in %s, and says how long they were', (_, text) => {
    const answer = `{"thumbnail":"data:image/png;base64,${text}","note":"kept"}`;
    const left = withoutLongRuns(answer);
    expect(JSON.parse(left)).toEqual({
      thumbnail: expect.stringMatching(/^data:image\/png;base64,<\d+ characters left out>$/),
      note: 'kept',
    });
    expect(left).not.toContain(text.slice(0, 40));
  });

  it('keeps words, ids, links and signatures', () => {
    const text = `See https://host.example/${'a1-'.repeat(60)}/x.png?sig=${'Zm9v'.repeat(50)} and ${'word '.repeat(400)}`;
    expect(withoutLongRuns(text)).toBe(text);
  });
});
