import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionPath, readConnection, writeConnection } from '../../bin/connection-file.ts';

let server: Server;
let port: number;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-connection-'));
  server = createServer((_, response) => response.end('{"status":"ok"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(connectionPath(port), { force: true });
  await rm(folder, { recursive: true });
});

const connection = () => ({
  origin: `http://127.0.0.1:${port}`,
  outputs: { KeysTableName: 'keys' },
  awsEnvironment: { AWS_REGION: 'us-east-1' },
});

describe('writeConnection', () => {
  it('tells who runs as the same user how to reach the stack, until it is removed', async () => {
    const remove = await writeConnection(connection());
    expect((await stat(connectionPath(port))).mode & 0o777).toBe(0o600);
    expect(await readConnection(port)).toEqual(connection());
    await remove();
    await expect(readConnection(port)).rejects.toThrow(`No local Darkroom runs on port ${port}`);
    await remove();
  });

  it('takes the place of what a killed stack has left, and writes through no link', async () => {
    const other = join(folder, 'other');
    await writeFile(other, 'precious');
    await symlink(other, connectionPath(port));
    await writeConnection(connection());
    expect(await readFile(other, 'utf8')).toBe('precious');
    expect((await stat(connectionPath(port))).mode & 0o777).toBe(0o600);
    await writeConnection(connection());
    expect(await readConnection(port)).toEqual(connection());
  });
});

describe('readConnection', () => {
  it('does not take the file of a stack that is gone for one that runs', async () => {
    await writeConnection(connection());
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(readConnection(port)).rejects.toThrow('start it with npm start, or choose another --port.');
  });
});
