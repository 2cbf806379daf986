import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionPath } from '../../bin/connection-file.ts';
import { createClient } from './client.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

let darkroom: RunningDarkroom;
let port: string;

beforeAll(async () => {
  darkroom = await startDarkroom();
  port = new URL(darkroom.origin).port;
});

afterAll(async () => {
  await darkroom?.stop();
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command as an operator would, in a process of its own. */
function run(script: 'keys' | 'token', ...args: readonly string[]): Promise<Ran> {
  const program = fileURLToPath(new URL(`../../scripts/${script}.ts`, import.meta.url));
  const place = args.some((arg) => /^--(port|stage|help)$/.test(arg)) ? [] : ['--port', port];
  const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args, ...place], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

const lastLine = ({ out }: Ran): string => out.trimEnd().split('\n').at(-1) ?? '';

async function printed(script: 'keys' | 'token', ...args: readonly string[]): Promise<string> {
  const ran = await run(script, ...args);
  if (ran.code !== 0) throw new Error(ran.err);
  return lastLine(ran);
}

const json = async (...args: readonly string[]) => JSON.parse((await run('keys', ...args, '--json')).out);
const statusWith = async (bearer: string, path = '/v1/models') =>
  (await createClient(darkroom.origin, bearer).ask(path)).status;

describe('npm run token', { timeout: 120_000 }, () => {
  it("prints an admin's token on its last line, and what it is for beside it", async () => {
    const ran = await run('token', '--admin', '--subject', 'ada', '--minutes', '5');
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('the admin "ada"') });
    const [, claims = ''] = lastLine(ran).split('.');
    const { exp, iat, ...said } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect(said).toMatchObject({ sub: 'ada', darkroom_role: 'admin' });
    expect(exp - iat).toBe(300);
    expect(await statusWith(lastLine(ran), '/v1/admin/virtual-keys')).toBe(200);
  });

  it('prints a token that counts as the virtual key it is for', async () => {
    const bearer = await printed('token', '--key', 'local');
    const answer = await createClient(darkroom.origin, bearer).submit('generations', {
      model: 'openai/gpt-image-2',
      prompt: promptOf('a token'),
    });
    expect(answer.status).toBe(202);
    expect((await darkroom.client.ask(`/v1/async/images/generations/${answer.job().id}`)).status).toBeLessThan(300);
    expect(await statusWith(bearer, '/v1/admin/virtual-keys')).toBe(403);
  });

  it.each([
    [['--key', 'nobody'], 'No virtual key has the name or id "nobody"'],
    [['--admin', '--port', '1'], 'No local Darkroom runs on port 1'],
    [['--admin', '--stage', 'main'], 'No AWS region is set'],
  ])('says what is wrong with %j, and prints no token', async (args, words) => {
    const ran = await run('token', ...args);
    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringContaining(words) });
  });
});

describe('what can not be understood', { timeout: 120_000 }, () => {
  it.each([
    ['token', ['--admin', '--key', 'local'], 'Give exactly one of --admin and --key NAME.'],
    ['keys', ['create', 'x', '--rate', '5/2h'], '--rate 5/2h: 2h is not a period.'],
    ['keys', ['update', 'local'], 'update needs a setting to change'],
  ] as const)(
    'is told in one line by %s, with one that names --help, and ends with 2: %j',
    async (script, args, words) => {
      const ran = await run(script, ...args);
      expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining(words) });
      expect(ran.err).toMatch(/^[^\n]+\n--help shows the usage\.\n$/);
    },
  );
});

describe('npm run keys', { timeout: 120_000 }, () => {
  it('makes a key that works at once, as it was told, and shows its credential this once', async () => {
    const text = await printed('keys', 'create', 'painters', '--provider', 'openai', '--rate', '20/1h');
    expect(text).toMatch(/^sk-bf-[\w-]{43}$/);
    expect(await statusWith(text)).toBe(200);
    const shown = await json('show', 'painters');
    expect(shown).toMatchObject({
      object: 'virtual_key',
      name: 'painters',
      active: true,
      providers: { openai: ['*'] },
      rate_limits: [{ requests: 20, period: '1h' }],
      usage: { open_jobs: 0 },
    });
    expect(JSON.stringify(shown)).not.toContain('sk-bf-');
    const client = createClient(darkroom.origin, text);
    const other = await client.submit('generations', { model: 'bfl/flux-2-pro', prompt: promptOf('no right') });
    expect(other.json()).toMatchObject({ error: { code: 'provider_blocked' } });
  });

  it('tells what follows from a command, above the credential where there is one', async () => {
    const place = `--port ${port}`;
    const made = await run('keys', 'create', 'told', '--rate', '9/1h', '--rate', '5/1m');
    expect(made.out).toContain(`To grant some: npm run keys -- update told --provider PROVIDER ${place}\n`);
    expect(made.out).toMatch(/^rate +5\/1m, 9\/1h$/m);
    expect(made.out).toMatch(/^The credential\. Save it now; it is not shown again:\nsk-bf-\S+\n$/m);
    expect(await run('keys', 'update', 'told', '--provider', 'openai')).toMatchObject({ code: 0 });
    const rotated = await run('keys', 'rotate', 'told', '--overlap', '1h');
    const [, end = ''] = /^Its earlier credentials work until (\S+) at the latest/m.exec(rotated.out) ?? [];
    expect(Math.abs(Date.parse(end) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    const shown = await run('keys', 'show', 'told');
    const [, until = ''] = /^credentials +the newest, an earlier one until (\S+)$/m.exec(shown.out) ?? [];
    expect(Math.abs(Date.parse(until) - Date.parse(end))).toBeLessThan(10_000);
    expect(shown.out).toMatch(/^open jobs +0 of 1000 \(the stage's\)$/m);
    expect(shown.out).toMatch(/^last accepted submission +never$/m);
    expect((await run('keys', 'block', 'told')).out).toContain('Its open jobs stop before their next provider request');
    expect((await run('keys', 'unblock', 'told')).out).toContain('It works again');
    const deleted = await run('keys', 'delete', 'told', '--purge');
    expect(deleted.out).toContain('All its jobs, images and files are deleted.\nIts credentials end within 5 seconds.');
  });

  it('lists all keys for people, and for scripts as the route does', async () => {
    const { out } = await run('keys', 'list');
    expect(out.split('\n')[0]).toMatch(/^NAME +ID +STATUS/);
    expect(out).toMatch(/^local +vk_\S+ +active +\* /m);
    const admin = createClient(darkroom.origin, await printed('token', '--admin'));
    const route = (await admin.ask('/v1/admin/virtual-keys')).json() as { data: { name: string }[] };
    const { data } = await json('list');
    const byName = (keys: { name: string }[]) => keys.toSorted((a, b) => a.name.localeCompare(b.name));
    expect(byName(data)).toEqual(byName(route.data));
  });

  it('changes, rotates and deletes a key, and what it owns', async () => {
    const { id, key: first } = await json('create', 'brief', '--provider', '*');
    const client = createClient(darkroom.origin, first);
    const job = await client.run('generations', { model: 'openai/gpt-image-2', prompt: promptOf('owned') });
    const path = `/v1/async/images/generations/${job.id}`;

    const second = await printed('keys', 'rotate', 'brief', '--overlap', '600');
    expect(await statusWith(second, path)).toBe(200);
    expect(await statusWith(first, path)).toBe(200);

    expect(await json('update', id, '--name', 'renamed', '--max-open-jobs', '3', '--rate', 'none')).toMatchObject({
      name: 'renamed',
      max_open_jobs: 3,
      rate_limits: [],
    });
    expect(await json('update', 'renamed', '--max-open-jobs', 'stage', '--rate', 'stage')).not.toHaveProperty(
      'max_open_jobs',
    );
    expect(await json('block', 'renamed')).toMatchObject({ active: false });
    expect(await json('unblock', 'renamed')).toMatchObject({ active: true });

    expect(await json('delete', 'renamed', '--purge')).toEqual({
      id,
      object: 'virtual_key',
      deleted: true,
      purge: 'done',
    });
    const admin = createClient(darkroom.origin, await printed('token', '--admin'));
    expect((await admin.ask(path)).status).toBe(404);
  });

  it.each([
    [['create', 'local'], 'Another virtual key has this name.'],
    [['create', 'x', '--provider', 'opnai'], '--provider: there is no provider "opnai" here.'],
    [['create', 'x', '--rate', '0/1h'], '--rate must be at least 1.'],
    [['create', 'x', '--expires', '2020-01-01T00:00:00Z'], '--expires must be in the future.'],
    [['create', ' x'], 'NAME must have this form: for people'],
    [['rotate', 'local', '--overlap', '-5'], '--overlap must be at least 0.'],
    [['rotate', 'nobody'], 'No virtual key has the name or id "nobody"'],
    [['update', 'local', '--max-open-jobs', '0'], '--max-open-jobs must be at least 1.'],
    [['delete', 'vk_00000000-0000-4000-8000-000000000000'], 'No virtual key has'],
    [['list', '--port', '1'], 'No local Darkroom runs on port 1'],
  ])('says in one line what is wrong with %j, and changes nothing', async (args, words) => {
    const before = await run('keys', 'list', '--json');
    const ran = await run('keys', ...args);
    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringContaining(words) });
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
    const keysIn = ({ out }: Ran) => JSON.parse(out).data.map(({ usage: _, ...key }: { usage: unknown }) => key);
    expect(keysIn(await run('keys', 'list', '--json'))).toEqual(keysIn(before));
  });
});

describe('the connection file of a local stack', () => {
  it('is for the eyes of its user alone', async () => {
    expect((await stat(connectionPath(Number(port)))).mode & 0o777).toBe(0o600);
  });
});
