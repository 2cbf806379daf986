import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { runStack } from '../../bin/run-locally.ts';
import { closeServer, listen } from '../../local/emulators/loopback-port.ts';

describe(runStack, () => {
  it('says that its port is in use before it builds anything', async () => {
    const other = createServer();
    const port = await listen(other, 0);
    const bundle = () => Promise.reject(new Error('It builds.'));
    const running = runStack({ port, bundle, log: () => undefined }, 'http://127.0.0.1:1');
    await expect(running).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use: stop what uses it, or choose another with --port.`,
    );
    await closeServer(other);
  });
});
