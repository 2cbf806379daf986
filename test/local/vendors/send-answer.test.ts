import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { sendAnswer } from '../../../local/vendors/send-answer.ts';
import type { WireAnswer } from '../../../local/vendors/vendor-wire.ts';

let stop = () => {};
afterEach(() => stop());

/** Serves one answer and gives the port. */
async function serve(answer: WireAnswer, ended: (complete: boolean | Error) => void): Promise<number> {
  const server = createServer((_incoming, response) => {
    sendAnswer(response, answer).then(ended, (cause: Error) => {
      ended(cause);
      response.writeHead(500).end();
    });
  }).listen(0, '127.0.0.1');
  stop = () => {
    server.close();
    server.closeAllConnections();
  };
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('sendAnswer', () => {
  it('makes no more of a body than its reader takes, and stops when the reader leaves', async () => {
    let made = 0;
    const piece = 'x'.repeat(1024 * 1024);
    async function* body() {
      for (made = 0; made < 300; made += 1) yield piece;
    }
    const outcome: unknown[] = [];
    const port = await serve({ status: 200, headers: {}, body: body() }, (complete) => outcome.push(complete));
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await expect.poll(() => made).toBeGreaterThan(1);
    await sleep(200);
    // What the kernel's socket buffers hold has left the process; everything else must still be unmade.
    expect(made).toBeLessThan(40);
    socket.destroy();
    await expect.poll(() => outcome).toEqual([false]);
    expect(made).toBeLessThan(40);
  });

  it('sends nothing where the body fails before its first image', async () => {
    const outcome: unknown[] = [];
    async function* body() {
      yield '{"data":';
      throw new Error('the brush broke');
    }
    const port = await serve({ status: 200, headers: {}, body: body() }, (complete) => outcome.push(complete));
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.status).toBe(500);
    expect(outcome).toMatchObject([{ message: 'the brush broke' }]);
  });
});
