import { describe, expect, it } from 'vitest';
import { leaksIn } from './log-leaks.ts';
import { promptOf } from './running-darkroom.ts';

describe('leaksIn', () => {
  it.each([
    ['a virtual key', 'Bearer sk-bf-abc'],
    ["a provider's key", '"authorization":"Bearer sk-simulated"'],
    ['a private key', '"-----BEGIN PRIVATE KEY-----'],
    ['an access token', '"authorization":"Bearer ya29.c.abc"'],
    ['a JSON Web Token', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl'],
    ['a prompt', `{"prompt":"${promptOf('a lighthouse')}"}`],
    ["an image link's signature", '/v1/images/content/1/0?expires=1&signature=abc'],
    ['a presigned address', 'https://b.s3.amazonaws.com/k?X-Amz-Signature=abc'],
    ['an image in base64', `{"b64_json":"${Buffer.alloc(300, 7).toString('base64')}"}`],
    ['more than 8 KiB', 'word '.repeat(2000)],
  ])('notices %s', (what, line) => {
    expect(leaksIn(['fine', line])).toEqual([`${what}: ${line.slice(0, 300)}`]);
  });

  it('passes over ids, hashes and addresses', () => {
    expect(leaksIn([`{"sha256":"${'a'.repeat(64)}","path":"/v1/async/images/edits"}`])).toEqual([]);
  });
});
