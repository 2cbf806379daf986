import { describe, expect, it } from 'vitest';
import { cursorOf, positionOf } from '../../../../lambda/http/lists/job-cursor.ts';
import { noon } from '../../../support/sample-job.ts';
import fc from '../../../support/seeded-fast-check.ts';

const id = '3f2f6a52-1111-4a5b-8c3d-000000000001';
const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe(positionOf, () => {
  it('reads every cursor that there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), fc.uuid(), (createdAt, uuid) => {
        expect(positionOf(cursorOf({ createdAt, id: uuid }))).toEqual({ createdAt, id: uuid });
      }),
    );
  });

  it('reads no other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(positionOf(text)).toBeUndefined();
        expect(positionOf(encoded(text))).toBeUndefined();
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no id', encoded(`${noon}`)],
    ['an id of another form', encoded(`${noon} ${id.toUpperCase()}`)],
    ['a time before all times', encoded(`-1 ${id}`)],
    ['a part of a millisecond', encoded(`${noon}.5 ${id}`)],
    ['a time in another spelling', encoded(`0${noon} ${id}`)],
    ['a time that no number holds', encoded(`${'9'.repeat(40)} ${id}`)],
    ['a third part', encoded(`${noon} ${id} vk_2`)],
    ['padding', `${cursorOf({ createdAt: noon, id })}=`],
    ['what base64 skips', `${cursorOf({ createdAt: noon, id })}\n`],
  ])('refuses %s', (_, text) => {
    expect(positionOf(text)).toBeUndefined();
  });
});
