import { describe, expect, it } from 'vitest';
import { readApiRequest } from '../../../../lambda/http/request/api-request.ts';
import { type EventFacts, sampleEvent } from '../../../support/sample-events.ts';

const read = (facts: EventFacts) => readApiRequest(sampleEvent(facts));

describe('readApiRequest', () => {
  it('decodes a binary body byte for byte, and a text body as UTF-8', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(read({ body: all }).body.bytes().equals(all)).toBe(true);
    expect(read({ body: all }).body.byteLength).toBe(256);
    expect(() => read({ body: all }).body.text()).toThrow(TypeError);
    expect(read({}).body.byteLength).toBe(0);
    for (const body of ['grüß', '\ufeffgrüß', Buffer.from('grüß'), Buffer.from('\ufeffgrüß')]) {
      const { byteLength, text, bytes } = read({ body }).body;
      expect(text()).toBe('grüß');
      expect(bytes().toString('utf8')).toBe(body.toString());
      expect(byteLength).toBe(Buffer.byteLength(body));
    }
  });

  it('finds headers in any case, of repeated ones the first, and joins a repeated Prefer', () => {
    const request = read({
      headers: { 'X-Api-Key': 'last', Single: 's' },
      multiValueHeaders: { 'X-Api-Key': ['first', 'last'], Prefer: ['respond-async', 'wait=5'] },
    });
    expect(request.header('x-api-KEY')).toBe('first');
    expect(request.header('single')).toBe('s');
    expect(request.header('prefer')).toBe('respond-async, wait=5');
    expect(request.header('constructor')).toBeUndefined();
  });

  it('echoes a fit request id and replaces any other by the gateway’s', () => {
    expect(read({ headers: { 'X-Request-Id': 'a-b:c' } }).requestId).toBe('a-b:c');
    expect(read({ headers: { 'X-Request-Id': 'x'.repeat(128) } }).requestId).toBe('x'.repeat(128));
    for (const unfit of ['', 'a b', 'ü', 'a\r\nset-cookie: b', 'x'.repeat(129)]) {
      expect(read({ headers: { 'x-request-id': unfit } }).requestId).toBe('gateway-request');
    }
  });

  it('gives the route’s own path below a stage, a base path, and for the catch-all', () => {
    const resource = '/v1/images/content/{job_id}/{index}';
    const pathParameters = { job_id: 'j', index: '0' };
    const ownPath = '/v1/images/content/j/0';
    const staged = read({ resource, pathParameters, calledPath: `/prod${ownPath}` });
    const based = read({ resource, pathParameters, calledPath: `/pictures/eu${ownPath}` });
    const bare = read({ resource, pathParameters, calledPath: ownPath });
    expect([staged.path, based.path, bare.path]).toEqual([ownPath, ownPath, ownPath]);
    expect(new URL(staged.origin).pathname).toBe('/prod');
    expect(based.origin.endsWith('/pictures/eu')).toBe(true);
    expect(new URL(bare.origin).pathname).toBe('/');
    const caught = read({ resource: '/{proxy+}', pathParameters: { proxy: 'no/such' }, calledPath: '/prod/no/such' });
    expect(caught.path).toBe('/no/such');
    expect(caught.origin.endsWith('/prod')).toBe(true);
    expect(read({ resource: '/', calledPath: '/prod/' }).path).toBe('/');
  });

  it.each([
    ['encoded', 'openai%2Fgpt-image-2', 'openai%2Fgpt-image-2'],
    ['decoded', 'openai/gpt-image-2', 'openai%2Fgpt-image-2'],
    ['never encoded', 'openai/gpt-image-2', 'openai/gpt-image-2'],
  ])('reads a parameter with a slash that comes %s, and finds the stage in front of it', (_, model, sent) => {
    const calledPath = `/prod/v1/models/${sent}`;
    const request = read({ resource: '/v1/models/{model+}', pathParameters: { model }, calledPath });
    expect(request.pathParameters).toEqual({ model: 'openai/gpt-image-2' });
    expect(request.path).toBe('/v1/models/openai/gpt-image-2');
    expect(new URL(request.origin).pathname).toBe('/prod');
  });

  it('decodes a parameter once, and leaves one that is not properly encoded', () => {
    const resource = '/v1/models/{model+}';
    const of = (model: string) => read({ resource, pathParameters: { model }, calledPath: `/prod/v1/models/${model}` });
    expect(of('a%252Fb').pathParameters.model).toBe('a%2Fb');
    expect(of('a%252Fb').origin.endsWith('.com/prod')).toBe(true);
    expect(of('a%zz').pathParameters.model).toBe('a%zz');
    expect(of('caf%C3%A9').pathParameters.model).toBe('café');
  });

  it('builds the origin from the forwarded protocol and the Host header', () => {
    const headers = { 'X-Forwarded-Proto': 'http', Host: '127.0.0.1:8080' };
    expect(read({ headers, calledPath: '/prod/health' }).origin).toBe('http://127.0.0.1:8080/prod');
    expect(read({ headers: { Host: '[::1]:80' }, calledPath: '/health' }).origin).toBe('https://[::1]:80');
    const listed = { 'X-Forwarded-Proto': 'https, http', Host: 'a.example' };
    expect(read({ headers: listed, calledPath: '/health' }).origin).toBe('https://a.example');
    const odd = { 'X-Forwarded-Proto': 'javascript', Host: 'a.example' };
    expect(read({ headers: odd, calledPath: '/health' }).origin).toBe('https://a.example');
  });

  it.each([
    'evil.example/path',
    'user@evil.example',
    'a b',
    'a"b',
    '<script>',
    'a\r\nb: c',
    'a.example:',
    'a.example:999999',
    'a?b',
    'a#b',
    '',
    '-a',
    'x'.repeat(300),
  ])('does not let the Host header %j into a link', (host) => {
    const request = read({ headers: { Host: host }, domainName: 'safe.example', calledPath: '/prod/health' });
    expect(request.origin).toBe('https://safe.example/prod');
  });

  it('leaves links relative where no host is known', () => {
    const event = sampleEvent({ headers: { Host: 'evil.example/path' }, calledPath: '/prod/health' });
    const { domainName: _, ...requestContext } = event.requestContext;
    expect(readApiRequest({ ...event, requestContext }).origin).toBe('/prod');
  });

  it('keeps parameters whose names are properties of every object apart from those', () => {
    const request = read({ query: '__proto__=x&limit=3&limit=4', pathParameters: { job_id: 'j' } });
    expect(request.queryValues.limit).toEqual(['3', '4']);
    expect(request.queryValues.constructor).toBeUndefined();
    expect(Object.keys(request.queryValues)).toEqual(['__proto__', 'limit']);
  });
});
