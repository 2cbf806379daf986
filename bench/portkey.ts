import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const release = '@portkey-ai/gateway@1.15.2';
const startMilliseconds = 30_000;

/** Portkey's open-source gateway, in a process of its own on 127.0.0.1. */
export interface Portkey {
  readonly origin: string;
  /** The headers by which it asks its OpenAI provider at another address. */
  headersFor(openaiBaseUrl: string): Readonly<Record<string, string>>;
  /** Ends it and removes what was installed. */
  stop(): Promise<void>;
}

/**
 * Installs the gateway from npm into a temporary folder, without its install scripts, and starts it: nobody else has to carry
 * its dependencies. Throws where that takes longer than half a minute, or fails.
 */
export async function startPortkey(): Promise<Portkey> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-portkey-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const quietly = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    await promisify(execFile)('npm', ['install', ...quietly, '--prefix', folder, release]);
    const { origin, end } = await run(join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js'));
    return {
      origin,
      // https://portkey.ai/docs/product/ai-gateway/universal-api: 127.0.0.1 is one of the custom hosts that it trusts.
      headersFor: (openaiBaseUrl) => ({ 'x-portkey-provider': 'openai', 'x-portkey-custom-host': openaiBaseUrl }),
      async stop() {
        await end();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function run(program: string): Promise<{ origin: string; end: () => Promise<void> }> {
  const preload = fileURLToPath(new URL('./listen-on-loopback.ts', import.meta.url));
  const child = fork(program, ['--headless'], {
    execArgv: ['--import', preload],
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  const signal = AbortSignal.timeout(startMilliseconds);
  const ended = exited.then(() => Promise.reject(new Error('Portkey ended before it listened.')));
  ended.catch(() => undefined);
  try {
    const [{ port }] = (await Promise.race([once(child, 'message', { signal }), ended])) as [AddressInfo];
    return { origin: `http://127.0.0.1:${port}`, end };
  } catch (error) {
    await end();
    throw error;
  }
}
