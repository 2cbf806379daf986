import { describe, expect, it } from 'vitest';
import { createFunctionHost, threadsFor } from '../../local/function-host.ts';
import type { FunctionPlan } from '../../local/plan/functions.ts';
import type { QueueSourcePlan } from '../../local/plan/triggers.ts';
import { putUpGates } from './open-gates.ts';

const from = (functionName: string, maximumConcurrency: number | undefined): QueueSourcePlan => ({
  functionName,
  queueUrl: 'http://127.0.0.1/q',
  queueArn: 'arn:q',
  batchSize: 1,
  batchingWindowSeconds: 0,
  reportsItemFailures: true,
  maximumConcurrency,
});

describe(threadsFor, () => {
  const machine = { maximumThreads: 8, queueSources: [from('worker', 2), from('worker', 3), from('other', undefined)] };

  it('gives a function behind the API what is reserved for it, as far as the machine bears it', () => {
    expect(threadsFor({ name: 'front', reservedConcurrency: 2 }, machine)).toBe(2);
    expect(threadsFor({ name: 'front', reservedConcurrency: 150 }, machine)).toBe(8);
    expect(threadsFor({ name: 'front', reservedConcurrency: undefined }, machine)).toBe(8);
  });

  it("gives a queue's function what its mappings run, whatever is reserved for it", () => {
    expect(threadsFor({ name: 'worker', reservedConcurrency: 50 }, machine)).toBe(5);
    expect(threadsFor({ name: 'other', reservedConcurrency: undefined }, machine)).toBe(8);
  });
});

/** A function of just this source, with a timeout that no test waits for. */
const functionOf = (inlineSource: string): FunctionPlan => ({
  name: 'inline',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:inline',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  code: { inlineSource },
  environment: {},
  timeoutSeconds: 60,
  memoryMegabytes: 128,
  reservedConcurrency: 1,
  logFormat: 'Text',
  logLevel: undefined,
});

/** Hosts one streaming handler, with all that is seen of it in order; `invoke` names the gate at which it may wait. */
async function hosting(handler: string) {
  const gates = await putUpGates();
  const seen: string[] = [];
  const source = `exports.handler = awslambda.streamifyResponse(${handler});`;
  const options = { queueSources: [], awsEnvironment: {}, maximumThreads: 8 };
  const host = createFunctionHost({ functions: [functionOf(source)], ...options, log: (line) => seen.push(line) });
  const consumer = {
    take: async (bytes: Uint8Array) => void seen.push(Buffer.from(bytes).toString()),
    end: () => void seen.push('end'),
  };
  const invoke = async (name: string) => {
    const { kind } = await host.invoke('inline', JSON.stringify({ gate: `${gates.address}/${name}` }), consumer);
    seen.push(`${name} ${kind}`);
  };
  const stop = () => Promise.all([host.stop(), gates.close()]);
  return { gates, seen, invoke, stop };
}

const runningOn = "async (event, out) => { out.write('answer'); out.end(); await fetch(event.gate); }";

describe(createFunctionHost, () => {
  it('ends an invocation, and starts the next one on its thread, only when the handler is done', async () => {
    const { gates, seen, invoke, stop } = await hosting(runningOn);
    const both = [invoke('first'), invoke('second')];
    await gates.reached('first');
    seen.push('first let through');
    gates.open('first');
    await gates.reached('second');
    gates.open('second');
    await Promise.all(both);
    const first = ['answer', 'end', 'first let through', 'first streamed'];
    expect(seen).toEqual([...first, 'answer', 'end', 'second streamed']);
    await stop();
  });

  it('gives the failure of a handler whose stream has ended', async () => {
    const { gates, seen, invoke, stop } = await hosting(
      "async (event, out) => { out.write('answer'); out.end(); await fetch(event.gate); throw new RangeError('far'); }",
    );
    const failing = invoke('first');
    await gates.reached('first');
    gates.open('first');
    await failing;
    expect(seen).toEqual(['answer', 'end', expect.stringContaining('RangeError'), 'first failed']);
    await stop();
  });

  it('refuses a streaming handler that is not async, as Lambda does', async () => {
    const { seen, invoke, stop } = await hosting('(event, out) => out.end()');
    await invoke('first');
    expect(seen.slice(0, 2)).toEqual(['end', expect.stringContaining('does not support non-async handlers')]);
    await stop();
  });

  it('ends at once, with an invocation going on', async () => {
    const { gates, seen, invoke, stop } = await hosting(runningOn);
    const running = invoke('first');
    await gates.reached('first');
    await stop();
    await running;
    expect(seen).toEqual(['answer', 'end', expect.stringContaining('Sandbox.Stopped'), 'first failed']);
  });
});
