import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIssuerKey, type IssuerKey } from '../support/token-issuer.ts';
import { type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

/** An issuer on this machine that signs with a new key at once, and goes on publishing those whose tokens are still good. */
async function startIssuer() {
  const state = { keys: [] as IssuerKey[], rotations: 0, fetches: 0 };
  const server = createServer((_, response) => {
    state.fetches += 1;
    response.setHeader('content-type', 'application/jwk-set+json');
    response.end(JSON.stringify({ keys: state.keys.map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rotate = async () => {
    state.rotations += 1;
    const next = await createIssuerKey(`key-${state.rotations}`);
    state.keys = [next, ...state.keys];
  };
  await rotate();
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state, rotate, stop };
}

const audience = 'darkroom-rotation';
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let darkroom: RunningDarkroom;

beforeAll(async () => {
  issuer = await startIssuer();
  const tokens = { issuer: issuer.origin, audience, keys: { jwksUrl: `${issuer.origin}/jwks` } };
  darkroom = await startDarkroom({ tokens });
});

afterAll(async () => {
  await darkroom?.stop();
  await issuer?.stop();
});

/** A token by the issuer's newest key, or by another one. */
function token(claims: object = { darkroom_key: 'local' }, key = issuer.state.keys[0]): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  if (!key) throw new Error('The issuer has no key.');
  return key.sign({ iss: issuer.origin, aud: audience, iat: now, exp: now + 600, ...claims });
}

const ask = async (bearer: string): Promise<number> => {
  const answer = await fetch(`${darkroom.origin}/v1/models`, { headers: { authorization: `Bearer ${bearer}` } });
  await answer.body?.cancel();
  return answer.status;
};

describe('a stage whose issuer publishes its keys', () => {
  it('takes every good token while the keys are rotated again and again under load', { timeout: 120_000 }, async () => {
    const statuses: number[] = [];
    const callers = Array.from({ length: 12 }, async () => {
      for (let request = 0; request < 30; request += 1) statuses.push(await ask(await token()));
    });
    let busy = true;
    const done = Promise.all(callers).finally(() => {
      busy = false;
    });
    while (busy) {
      const seen = statuses.length;
      await issuer.rotate();
      while (busy && statuses.length < seen + 12) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await done;
    expect(statuses).toHaveLength(360);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(issuer.state.rotations).toBeGreaterThan(20);
  });

  it('takes an admin, and refuses who signs with a key that is not published', { timeout: 60_000 }, async () => {
    expect(await ask(await token({ darkroom_role: 'admin', sub: 'ada' }))).toBe(200);
    expect(await ask(await token({}, await createIssuerKey('made-up')))).toBe(401);
    expect(await ask(await token({ darkroom_key: 'nobody' }))).toBe(401);
    expect(await ask(await token())).toBe(200);
  });
});
