import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSample, startSample } from './running-sample.ts';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample();
});

afterAll(async () => {
  await sample?.stop();
});

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(sample.stack.origin + path, { ...init, signal: AbortSignal.timeout(60_000) });
}

async function echo(path: string, init: RequestInit = {}) {
  const response = await send(path, init);
  expect(response.status).toBe(200);
  return (await response.json()) as {
    event: Record<string, never>;
    environment: object;
    context: Record<string, never>;
  };
}

/** Sends a request by hand, where fetch is too polite. */
async function rawRequest(
  path: string,
  options: { method: string; headers: Record<string, string | string[]> },
  body?: Buffer,
) {
  const sent = request(sample.stack.origin + path, { ...options, timeout: 60_000 });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { response, body: await text(response) };
}

describe('createHttpGateway', () => {
  it('speaks the event format of a REST API, with the stage in front of the path', async () => {
    const { response, body } = await rawRequest('/dev/items/a%20b?x=1&x=2&y=%2B+z', {
      method: 'PUT',
      headers: { 'X-CasE': ['one', 'two'], 'User-Agent': 'tester', 'X-Forwarded-For': '10.0.0.1' },
    });
    expect(response.statusCode).toBe(200);
    const { event } = JSON.parse(body);
    expect(event).toMatchObject({
      resource: '/items/{id}',
      path: '/items/a%20b',
      httpMethod: 'PUT',
      pathParameters: { id: 'a%20b' },
      queryStringParameters: { x: '2', y: '+ z' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['+ z'] },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
    const { host, port } = new URL(sample.stack.origin);
    expect(event.multiValueHeaders['X-CasE']).toEqual(['one', 'two']);
    expect(event.headers).toMatchObject({
      'X-CasE': 'two',
      'X-Forwarded-For': '10.0.0.1, 127.0.0.1',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Port': port,
      Host: host,
    });
    expect(event.requestContext).toMatchObject({
      stage: 'dev',
      path: '/dev/items/a%20b',
      resourcePath: '/items/{id}',
      httpMethod: 'PUT',
      protocol: 'HTTP/1.1',
      domainName: host,
      identity: { sourceIp: '127.0.0.1', userAgent: 'tester' },
    });
    expect(response.headers['x-amzn-requestid']).toBe(event.requestContext.requestId);
  });

  it('serves the stage at the root too, as a custom domain does', async () => {
    const { event } = await echo('/items/7');
    expect(event).toMatchObject({ path: '/items/7', requestContext: { path: '/items/7', stage: 'dev' } });
  });

  it('keeps every byte of a binary body', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    const form = { method: 'POST', body: bytes, headers: { 'content-type': 'multipart/form-data; boundary=x' } };
    const { event } = await echo('/items', form);
    expect(event).toMatchObject({ isBase64Encoded: true, body: bytes.toString('base64') });
    const answer = { statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true };
    const decoded = await send('/raw', {
      method: 'POST',
      body: JSON.stringify(answer),
      headers: { accept: 'multipart/form-data' },
    });
    expect(Buffer.from(await decoded.arrayBuffer())).toEqual(bytes);
  });

  it('leaves a base64 answer as it is for a client that accepts no binary type of the API', async () => {
    const answer = { statusCode: 200, body: 'AAEC', isBase64Encoded: true };
    expect(await (await send('/raw', { method: 'POST', body: JSON.stringify(answer) })).text()).toBe('AAEC');
  });

  it('hands on text bodies, also chunked ones', async () => {
    const { body } = await rawRequest(
      '/items',
      { method: 'POST', headers: { 'transfer-encoding': 'chunked' } },
      Buffer.from('grüß'),
    );
    expect(JSON.parse(body).event).toMatchObject({ body: 'grüß', isBase64Encoded: false });
  });

  it('asks for the body of a client that waits to be asked', async () => {
    const sent = request(`${sample.stack.origin}/items`, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': 2 },
    });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('hi');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(JSON.parse(await text(response)).event.body).toBe('hi');
  });

  it('does not ask for a body that is too large anyway', async () => {
    const headers = { expect: '100-continue', 'content-length': 11 * 1024 * 1024 };
    const sent = request(`${sample.stack.origin}/items`, { method: 'POST', headers });
    let asked = false;
    sent.on('continue', () => {
      asked = true;
    });
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect([response.statusCode, asked]).toEqual([413, false]);
    sent.destroy();
  });

  it('answers HEAD without a body', async () => {
    const response = await send('/items/1', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  });

  it.each([
    ['above the 10 MB of a body', 11 * 1024 * 1024, 'text/plain'],
    ['above the 6 MB of an event', 6.1 * 1024 * 1024, 'text/plain'],
    ['above the 6 MB of an event once in base64', 4.8 * 1024 * 1024, 'multipart/form-data; boundary=x'],
  ])('answers 413 %s', async (_, bytes, type) => {
    const response = await send('/items', {
      method: 'POST',
      body: Buffer.alloc(bytes, 97),
      headers: { 'content-type': type },
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: 'Request Too Long' });
  });

  it('takes a body just below the limits', async () => {
    const form = { 'content-type': 'multipart/form-data; boundary=x' };
    const response = await send('/raw', { method: 'POST', body: Buffer.alloc(4.4 * 1024 * 1024), headers: form });
    // The function can't make sense of it, but it has got it.
    expect(response.status).toBe(502);
    await sample.waitForLines(/\[raw\] ERROR.*SyntaxError/);
  });

  it('answers an unknown path, or method, with the response the template has for it', async () => {
    for (const [path, method] of [
      ['/nothing', 'GET'],
      ['/items', 'GET'],
      ['/items/1/2', 'GET'],
    ] as const) {
      const response = await send(path, { method });
      expect(response.status).toBe(404);
      expect(response.headers.get('x-literal')).toBe('yes');
      const id = response.headers.get('x-amzn-requestid');
      expect(response.headers.get('x-request')).toBe(id);
      expect(await response.json()).toEqual({ id, says: 'Missing Authentication Token' });
    }
  });

  it.each([
    ['no object', '"text"'],
    ['no status', '{}'],
    ['an object as its body', '{"statusCode":200,"body":{}}'],
    ['a header with a line break', '{"statusCode":200,"headers":{"x":"a\\r\\nb: c"}}'],
  ])('answers 502 where a function gives %s', async (_, answer) => {
    const response = await send('/raw', { method: 'POST', body: answer });
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ kind: 'INTEGRATION_FAILURE' });
  });

  it("sends a function's headers, single and repeated, and renames those that are the gateway's own", async () => {
    const answer = {
      statusCode: 418,
      headers: { 'X-One': 1, Server: 'mine' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
    };
    const response = await send('/raw', { method: 'POST', body: JSON.stringify(answer) });
    expect(response.status).toBe(418);
    expect(response.headers.get('x-one')).toBe('1');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('server')).toBeNull();
    expect(response.headers.get('x-amzn-remapped-server')).toBe('mine');
  });

  it('answers 504 when the integration times out', async () => {
    const response = await send('/late');
    expect(response.status).toBe(504);
    expect(await response.json()).toEqual({ kind: 'INTEGRATION_TIMEOUT' });
  });

  it('survives a client that goes away in the middle of its body', async () => {
    const socket = connect(Number(new URL(sample.stack.origin).port), '127.0.0.1');
    socket.write('POST /items HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    await once(socket, 'connect');
    socket.destroy();
    expect((await send('/items/1')).status).toBe(200);
  });
});

describe('StreamedAnswer', () => {
  it('passes on status, headers and every byte of 20 MiB', async () => {
    const response = await send('/stream?chunks=80');
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('image/test');
    expect(response.headers.get('x-amzn-remapped-server')).toBe('mine');
    const expected = Buffer.concat(Array.from({ length: 80 }, (_, index) => Buffer.alloc(256 * 1024, index)));
    const got = Buffer.from(await response.arrayBuffer());
    expect(createHash('sha256').update(got).digest('hex')).toBe(createHash('sha256').update(expected).digest('hex'));
  });

  it('lets the function wait for a slow client, instead of gathering its answer', async () => {
    const streamed = /streamed 400 chunks/;
    const sent = request(`${sample.stack.origin}/stream?chunks=400`);
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await delay(500);
    expect(sample.lines.some((line) => streamed.test(line))).toBe(false);
    expect((await buffer(response)).length).toBe(400 * 256 * 1024);
    await sample.waitForLines(streamed);
  });

  it('lets the function run to its end when the client goes away', async () => {
    const client = new AbortController();
    const response = await fetch(`${sample.stack.origin}/stream?chunks=33`, { signal: client.signal });
    client.abort();
    await expect(response.arrayBuffer()).rejects.toThrow();
    await sample.waitForLines(/streamed 33 chunks/);
  });

  it('breaks off where the function does, and past 200 MiB', async () => {
    const broken = await send('/stream?chunks=5&breakAt=3');
    await expect(broken.arrayBuffer()).rejects.toThrow();
    const long = await send('/stream?chunks=801');
    await expect(long.body?.pipeTo(new WritableStream())).rejects.toThrow();
    await sample.waitForLines(/Response payload exceeded/);
  });

  it('ends a function that destroys its stream, as Lambda does', async () => {
    const broken = await send('/stream?chunks=5&destroyAt=3');
    await expect(broken.arrayBuffer()).rejects.toThrow();
    await sample.waitForLines(/\[stream\] ERROR .*destroyed|ERROR .*"destroyed"/);
    expect((await send('/stream?chunks=1')).status).toBe(201);
    expect(sample.lines.some((line) => line.includes('outlived'))).toBe(false);
  });

  it('answers 502 for a stream that was ended without a write, as it has no metadata', async () => {
    expect((await send('/stream?silent=1')).status).toBe(502);
    await sample.waitForLines(/\[stream\] streamed no metadata/);
  });
});

describe('createFunctionHost', () => {
  it("gives a function the template's environment and Lambda's own, and nothing of the host's", async () => {
    process.env.LOCAL_STACK_TEST = 'must not be seen';
    const { environment, context } = await echo('/items/1');
    delete process.env.LOCAL_STACK_TEST;
    expect(environment).toMatchObject({
      GREETING: 'hello',
      SELF: 'Sample',
      AWS_LAMBDA_FUNCTION_NAME: 'echo',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_REGION: 'us-east-1',
    });
    expect(environment).not.toHaveProperty('LOCAL_STACK_TEST');
    expect(environment).not.toHaveProperty('PATH');
    expect(context).toMatchObject({
      functionName: 'echo',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(context.remaining).toBeGreaterThan(15_000);
  });

  it("logs what a function prints, line by line and under the function's name", async () => {
    await echo('/items/printed');
    expect(await sample.waitForLines(/^\[echo\] echo saw \/items\/printed$/)).toHaveLength(1);
    expect(sample.lines).toContain('[echo] and a second line');
  });

  it('ends a function that takes longer than its timeout', async () => {
    expect((await send('/slow')).status).toBe(502);
    await sample.waitForLines(/^\[slow\] ERROR .*Task timed out after 1\.00 seconds/);
  });

  it('keeps a thread warm after an error, and replaces one that died', async () => {
    const visit = async (how = '') => await (await send(`/crash${how}`)).text();
    expect(await visit()).toBe('1');
    expect(await visit('?how=throw')).toContain('INTEGRATION_FAILURE');
    expect(await visit()).toBe('3');
    expect(await visit('?how=exit')).toContain('INTEGRATION_FAILURE');
    expect(await visit()).toBe('1');
    expect(await visit('?how=reject')).toContain('INTEGRATION_FAILURE');
    expect(await visit()).toBe('1');
    await sample.waitForLines(/"errorType":"TypeError","errorMessage":"thrown on purpose"/);
    await sample.waitForLines(/Runtime exited with error: exit status 3/);
    await sample.waitForLines(/nobody caught me/);
  });

  it('runs events of one function side by side', async () => {
    const ended = sample.lines.filter((line) => /streamed 400 chunks/.test(line)).length;
    // Each has more to send than its client takes, so none ends before all of them have begun.
    const begun = await Promise.all([1, 2, 3].map(() => send('/stream?chunks=400')));
    expect(begun.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(sample.lines.filter((line) => /streamed 400 chunks/.test(line))).toHaveLength(ended);
    await Promise.all(begun.map((response) => response.body?.cancel()));
  });
});
