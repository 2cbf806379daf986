import { describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../../lambda/contract/errors.ts';
import { healthSchema } from '../../../lambda/contract/job.ts';
import { routes } from '../../../lambda/contract/routes.ts';
import { readApiRequest } from '../../../lambda/http/api-request.ts';
import { siteAnswer } from '../../../lambda/http/site.ts';
import { sampleEvent } from './sample-events.ts';

const site = { version: '1.2.3', openapi: () => ({ openapi: '3.1.0' }) };
const answer = (method: string, resource: string) => siteAnswer({ method, resource, requestId: 'r-1' }, site);
const concrete = (path: string) => path.replaceAll(/\{[^}]+\}/g, 'x');
const bodyOf = (response: { body: unknown }) => JSON.parse(response.body as string);

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
      const response = answer(method, path);
      expect(response.status).toBe(405);
      expect(response.headers.allow).toBe(own.join(', '));
      expect(errorBodySchema.parse(bodyOf(response)).error.code).toBe('method_not_allowed');
    }
  });

  it.each(['/', '/{proxy+}', '/v1', '/healthz', '/openapixjson', '/__proto__', ''])('knows nothing at %j', (path) => {
    for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS']) {
      const response = answer(method, path);
      expect(response.status).toBe(404);
      expect(response.headers).not.toHaveProperty('allow');
      expect(errorBodySchema.parse(bodyOf(response))).toMatchObject({ type: 'not_found', event_id: 'r-1' });
    }
  });

  it.each(routes)(
    'knows nothing where $method $path comes with encoded slashes, which the catch-all may hand over decoded',
    (route) => {
      const path = concrete(route.path);
      const calledPath = `/prod/${path.slice(1).replaceAll('/', '%2F')}`;
      const proxies = [path.slice(1), path.slice(1).replaceAll('/', '%2F')];
      for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'get']) {
        for (const proxy of proxies) {
          const event = sampleEvent({ method, resource: '/{proxy+}', pathParameters: { proxy }, calledPath });
          const response = siteAnswer(readApiRequest(event), site);
          expect(response.status).toBe(404);
          expect(errorBodySchema.parse(bodyOf(response))).toMatchObject({ type: 'not_found' });
        }
      }
    },
  );

  it.each(routes.filter((route) => route.function !== 'serve-site'))(
    'does not pretend to answer $method $path of another function, and does not fail either',
    ({ method, path }) => {
      expect(answer(method, path).status).toBe(405);
    },
  );
});
