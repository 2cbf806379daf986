import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gates, putUpGates } from './open-gates.ts';
import { type RunningSample, startSample } from './running-sample.ts';

let sample: RunningSample;
let gates: Gates;

beforeAll(async () => {
  [sample, gates] = await Promise.all([startSample(), putUpGates()]);
});

afterAll(async () => {
  await sample?.stop();
  await gates?.close();
});

/** Asks a function of the sample stack to do these steps, one after another. */
function ask(does: string, path = 'steps', signal: AbortSignal = AbortSignal.timeout(60_000)): Promise<Response> {
  const query = new URLSearchParams({ gates: gates.address, does });
  return fetch(`${sample.stack.origin}/${path}?${query}`, { signal });
}

const lineOf = (pattern: RegExp): number => sample.lines.findIndex((line) => pattern.test(line));

async function* textsOf(response: Response): AsyncGenerator<string> {
  for await (const bytes of response.body ?? []) yield Buffer.from(bytes).toString();
}

describe('a streaming function', () => {
  it('has each piece at the client as it is written, and status and headers with the first', async () => {
    const response = await ask('write:one,gate:first,write:two,gate:second,write:three,end');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain']);
    const texts = textsOf(response);
    expect((await texts.next()).value).toBe('one');
    await gates.reached('first');
    gates.open('first');
    expect((await texts.next()).value).toBe('two');
    await gates.reached('second');
    gates.open('second');
    expect((await texts.next()).value).toBe('three');
    expect((await texts.next()).done).toBe(true);
  });

  it('runs on after the end of its stream, when the client has the whole answer', async () => {
    expect(await (await ask('write:whole,end,gate:on,log:ran on')).text()).toBe('whole');
    await gates.reached('on');
    expect(lineOf(/ran on/)).toBe(-1);
    gates.open('on');
    await sample.waitForLines(/\[steps\] ran on/i);
  });

  it('takes the next event only when it is done with the last', async () => {
    await (await ask('write:whole,end,gate:busy,log:done with the first')).text();
    await gates.reached('busy');
    const second = ask('log:began the second,write:whole,end');
    gates.open('busy');
    expect(await (await second).text()).toBe('whole');
    await sample.waitForLines(/began the second/);
    expect(lineOf(/done with the first/)).toBeLessThan(lineOf(/began the second/));
    expect(lineOf(/done with the first/)).toBeGreaterThan(-1);
  });

  it('leaves an answer whole that was complete when it failed, and is logged as failed', async () => {
    expect(await (await ask('write:whole,end,throw:failed at once')).text()).toBe('whole');
    await sample.waitForLines(/\[steps\] ERROR .*failed at once/i);
    expect(await (await ask('write:whole,end,gate:late,throw:failed later')).text()).toBe('whole');
    await gates.reached('late');
    gates.open('late');
    await sample.waitForLines(/\[steps\] ERROR .*failed later/i);
  });

  it('breaks an answer off that was not complete when it failed, after all that it had written', async () => {
    const texts = textsOf(await ask('write:one,write:two,throw:failed too soon'));
    const got: string[] = [];
    await expect(
      (async () => {
        for await (const text of texts) got.push(text);
      })(),
    ).rejects.toThrow();
    expect(got.join('')).toBe('onetwo');
    await sample.waitForLines(/\[steps\] ERROR .*failed too soon/i);
  });

  it('has its thread ended by its timeout, and its answer left whole', async () => {
    expect(await (await ask('write:whole,end,hang', 'brief')).text()).toBe('whole');
    await sample.waitForLines(/\[brief\] ERROR .*Task timed out after 3\.00 seconds/i);
    expect(await (await ask('write:again,end', 'brief')).text()).toBe('again');
  });

  it('learns of a write after the end by its callback, and goes on', async () => {
    expect(await (await ask('write:whole,end,gate:closed,late:more,log:past it')).text()).toBe('whole');
    await gates.reached('closed');
    gates.open('closed');
    await sample.waitForLines(/late: ERR_STREAM_WRITE_AFTER_END/);
    await sample.waitForLines(/past it/);
  });

  it('writes into the void once its client has gone, and ends by itself', async () => {
    const client = new AbortController();
    const response = await ask('write:one,gate:gone,write:two,late:three,end,log:ended alone', 'steps', client.signal);
    await gates.reached('gone');
    client.abort();
    await expect(response.text()).rejects.toThrow();
    gates.open('gone');
    await sample.waitForLines(/late: undefined/);
    await sample.waitForLines(/ended alone/);
  });

  it('is answered for as soon as it has ended its stream without metadata', async () => {
    expect((await ask('end,gate:silent')).status).toBe(502);
    await gates.reached('silent');
    gates.open('silent');
  });

  it('is stopped with its stack, whatever it is doing', async () => {
    expect(await (await ask('write:whole,end,gate:for ever,log:outlived its stack')).text()).toBe('whole');
    await gates.reached('for%20ever');
    await sample.stop();
    gates.open('for%20ever');
    expect(lineOf(/outlived its stack/)).toBe(-1);
    expect(sample.lines.join('\n')).toMatch(/\[steps\] ERROR .*Sandbox\.Stopped/i);
  });
});
