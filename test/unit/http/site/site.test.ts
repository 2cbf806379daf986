import { describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../../../lambda/contract/errors.ts';
import { healthSchema } from '../../../../lambda/contract/job.ts';
import { routes } from '../../../../lambda/contract/routes.ts';
import { readApiRequest } from '../../../../lambda/http/request/api-request.ts';
import { siteAnswer } from '../../../../lambda/http/site/site.ts';
import { sampleEvent } from '../../../support/sample-events.ts';

const site = { version: '1.2.3', served: routes, openapi: () => ({ openapi: '3.1.0' }) };
const answer = (method: string, resource: string, path = resource) =>
  siteAnswer({ method, resource, path, requestId: 'r-1' }, site);
/** A path that no route has, asked for as API Gateway hands it over. */
const stray = (method: string, proxy: string) =>
  siteAnswer(
    readApiRequest(
      sampleEvent({ method, resource: '/{proxy+}', pathParameters: { proxy }, calledPath: `/prod/${proxy}` }),
    ),
    site,
  );
const messageOf = (response: { body: unknown }): string => bodyOf(response).error.message;
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
    for (const method of ['PUT', 'PATCH', 'DELETE', 'GET', 'POST', 'TRACE']) {
      if (own.some((each) => each === method)) continue;
      const response = answer(method, path);
      expect(response.status).toBe(405);
      const allow = own.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]));
      expect(response.headers.allow).toBe([...allow, 'OPTIONS'].join(', '));
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

  it.each(routes.map((route) => route.path))('tells a preflight what may be asked at %s', (path) => {
    const response = answer('OPTIONS', path);
    expect([response.status, response.body]).toEqual([204, '']);
    expect(response.headers['access-control-allow-methods']).toBe(response.headers.allow);
    for (const { method } of routes.filter((route) => route.path === path)) {
      expect(response.headers.allow?.split(', ')).toContain(method);
    }
    const heeded = response.headers['access-control-allow-headers']?.split(', ');
    expect(heeded).toEqual(expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'prefer', '*']));
  });

  it.each([
    ['POST', 'v1/image/generations', 'POST /v1/images/generations?'],
    ['POST', 'images/edits', 'POST /v1/images/edits?'],
    ['POST', 'v1/v1/images/generations', 'POST /v1/images/generations?'],
    ['GET', 'v1/model', 'GET /v1/models?'],
    ['GET', 'V1/async/images/generations/3f2f6a52-1111', 'GET /v1/async/images/generations/{job_id}?'],
    ['DELETE', 'v1/async/images/edit/3f2f6a52-1111', 'DELETE /v1/async/images/edits/{job_id}?'],
    [
      'POST',
      'v1/async/images/generations/3f2f6a52-1111/canceled',
      'POST /v1/async/images/generations/{job_id}/cancel?',
    ],
    ['GET', 'openapi', 'GET /openapi.json?'],
    ['HEAD', 'healthz', 'GET /health?'],
    ['GET', 'v1%2Fmodels', 'GET /v1/models, with its slashes not encoded?'],
  ])('names the route that %s /%s may have meant', (method, proxy, meant) => {
    expect(messageOf(stray(method, proxy))).toMatch(/^There is nothing at /);
    const [, suggested] = messageOf(stray(method, proxy)).split('Did you mean ');
    expect(suggested).toBe(meant);
  });

  it.each(['', 'foo', 'v1/chat/completions', 'admin', 'favicon.ico', 'v1/painting', 'a/'.repeat(200)])(
    'names where the API is described at /%s, which is near to nothing',
    (proxy) => {
      const response = proxy === '' ? answer('GET', '/') : stray('GET', proxy);
      expect(messageOf(response)).toMatch(/described at \/openapi\.json, and its models are listed at \/v1\/models\.$/);
    },
  );

  it('suggests no route that the stage lacks', () => {
    const served = routes.filter((route) => route.function !== 'run-synchronously');
    const request = { method: 'POST', resource: '/{proxy+}', path: '/v1/images/generation', requestId: 'r-1' };
    expect(messageOf(siteAnswer(request, { ...site, served }))).not.toContain('POST /v1/images/generations');
  });

  it('echoes a bounded piece of the path, in plain characters', () => {
    const message = messageOf(stray('GET', `<b>"\n\u202e${'x'.repeat(5000)}`));
    expect(message.length).toBeLessThan(500);
    expect(message).toMatch(/^[\x20-\x7e…]+$/);
    expect(message).not.toMatch(/[<>"]/);
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
