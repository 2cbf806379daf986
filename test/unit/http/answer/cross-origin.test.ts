import { describe, expect, it } from 'vitest';
import { exposedHeaders } from '../../../../lambda/contract/headers.ts';
import { sharedWith } from '../../../../lambda/http/answer/cross-origin.ts';

const response = { status: 200, headers: { a: 'b' }, body: '' };
const headersFor = (allowed: readonly string[], headers: Record<string, string>) =>
  sharedWith(allowed, { headers }, response).headers;

const allowed = ['https://app.example', 'http://localhost:*'];

describe('sharedWith', () => {
  it('says nothing on a stage that allows no origin', () => {
    expect(sharedWith([], { headers: { origin: 'https://app.example' } }, response)).toBe(response);
  });

  it.each(['https://app.example', 'http://localhost:5173', 'http://localhost'])('lets scripts of %s read', (origin) => {
    for (const name of ['origin', 'Origin', 'ORIGIN']) {
      expect(headersFor(allowed, { [name]: origin })).toEqual({
        a: 'b',
        vary: 'Origin',
        'access-control-allow-origin': origin,
        'access-control-expose-headers': exposedHeaders.join(', '),
      });
    }
  });

  it.each([
    'https://app.example.evil',
    'https://app.example:444',
    'http://app.example',
    'https://APP.example',
    'http://localhost:5173.evil',
    'http://localhost.evil:80',
    'http://localhost:',
    'https://localhost:5173',
    'null',
    '*',
    '',
  ])('lets no script of %j read, and has caches tell answers apart', (origin) => {
    expect(headersFor(allowed, { origin })).toEqual({ a: 'b', vary: 'Origin' });
  });

  it('allows no credentials of the browser', () => {
    expect(headersFor(allowed, { origin: 'https://app.example' })).not.toHaveProperty(
      'access-control-allow-credentials',
    );
  });
});
