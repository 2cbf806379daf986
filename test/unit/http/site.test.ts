import { describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../../lambda/contract/errors.ts';
import { healthSchema } from '../../../lambda/contract/job.ts';
import { routes } from '../../../lambda/contract/routes.ts';
import { siteAnswer } from '../../../lambda/http/site.ts';

const site = { version: '1.2.3', openapi: () => ({ openapi: '3.1.0' }) };
const answer = (method: string, path: string) => siteAnswer({ method, path, requestId: 'r-1' }, site);
const bodyOf = (response: { body: unknown }) => JSON.parse(response.body as string);
const concrete = (path: string) => path.replaceAll(/\{[^}]+\}/g, 'x');

describe('siteAnswer', () => {
  it('tells that the gateway is up, and its version', () => {
    const response = answer('GET', '/health');
    expect(response.status).toBe(200);
    expect(healthSchema.parse(bodyOf(response))).toEqual({ status: 'ok', version: '1.2.3' });
  });

  it('gives the OpenAPI document', () => {
    expect(bodyOf(answer('GET', '/openapi.json'))).toEqual({ openapi: '3.1.0' });
  });

  it.each(routes.map((route) => route.path))('refuses other methods of %s and names its own', (path) => {
    const own = routes.filter((route) => route.path === path).map((route) => route.method);
    for (const method of ['PUT', 'PATCH', 'HEAD', 'OPTIONS', 'DELETE', 'GET', 'POST', 'TRACE']) {
      if (own.some((each) => each === method)) continue;
      const response = answer(method, concrete(path));
      expect(response.status).toBe(405);
      expect(response.headers.allow).toBe(own.join(', '));
      expect(errorBodySchema.parse(bodyOf(response)).error.code).toBe('method_not_allowed');
    }
  });

  it.each(['/', '/v1', '/healthz', '/health/x', '/v1/async/images', '/openapixjson', '/__proto__', ''])(
    'knows nothing at %j',
    (path) => {
      for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS']) {
        const response = answer(method, path);
        expect(response.status).toBe(404);
        expect(response.headers).not.toHaveProperty('allow');
        expect(errorBodySchema.parse(bodyOf(response))).toMatchObject({ type: 'not_found', event_id: 'r-1' });
      }
    },
  );

  it('does not pretend to answer a route of another function', () => {
    expect(() => answer('POST', '/v1/async/images/edits')).toThrow('does not belong');
  });
});
