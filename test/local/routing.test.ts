import { describe, expect, it } from 'vitest';
import { createRouter } from '../../local/http-gateway/routing.ts';
import type { RoutePlan } from '../../local/plan/rest-api.ts';

function route(method: string, path: string): RoutePlan {
  return { resourceId: path, path, method, functionName: 'f', streaming: false, timeoutMilliseconds: 1 };
}

const match = createRouter([
  route('ANY', '/'),
  route('GET', '/jobs'),
  route('POST', '/jobs/new'),
  route('GET', '/jobs/{id}'),
  route('ANY', '/jobs/{id}'),
  route('GET', '/jobs/{id}/images/{index}'),
  route('ANY', '/{proxy+}'),
]);

function found(method: string, path: string): unknown {
  const matched = match(method, path);
  return matched.kind === 'none' ? 'none' : [matched.route.method, matched.route.path, matched.pathParameters];
}

describe('createRouter', () => {
  it.each([
    ['GET', '/', ['ANY', '/', null]],
    ['GET', '/jobs', ['GET', '/jobs', null]],
    ['GET', '/jobs/', ['GET', '/jobs', null]],
    ['POST', '/jobs/new', ['POST', '/jobs/new', null]],
    ['GET', '/jobs/7', ['GET', '/jobs/{id}', { id: '7' }]],
    ['DELETE', '/jobs/7', ['ANY', '/jobs/{id}', { id: '7' }]],
    ['GET', '/jobs/a%2Fb', ['GET', '/jobs/{id}', { id: 'a%2Fb' }]],
    ['GET', '/j%6Fbs/%37', ['GET', '/jobs/{id}', { id: '%37' }]],
    ['GET', '/no%2Fsuch/a%2Fb', ['ANY', '/{proxy+}', { proxy: 'no%2Fsuch/a%2Fb' }]],
    ['GET', '/jobs/7/images/0', ['GET', '/jobs/{id}/images/{index}', { id: '7', index: '0' }]],
    ['GET', '/jobs/new/images/0', ['GET', '/jobs/{id}/images/{index}', { id: 'new', index: '0' }]],
    ['GET', '/elsewhere', ['ANY', '/{proxy+}', { proxy: 'elsewhere' }]],
    ['GET', '/jobs/7/images', ['ANY', '/{proxy+}', { proxy: 'jobs/7/images' }]],
    ['GET', '/broken%', ['ANY', '/{proxy+}', { proxy: 'broken%' }]],
    ['GET', '/__proto__', ['ANY', '/{proxy+}', { proxy: '__proto__' }]],
  ])('leads %s %s where API Gateway does', (method, path, expected) => {
    expect(found(method, path)).toEqual(expected);
  });

  it.each([
    ['POST', '/jobs'],
    ['GET', '/jobs/new'],
  ])('settles the path before the method, so that %s %s leads nowhere', (method, path) => {
    expect(found(method, path)).toBe('none');
  });

  it('leads nowhere without a greedy path', () => {
    expect(createRouter([route('GET', '/a')])('GET', '/b').kind).toBe('none');
  });
});
