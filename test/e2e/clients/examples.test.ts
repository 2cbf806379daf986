import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localKey } from '../../../bin/run-locally.ts';
import { headerOf, noisePng, sha256 } from '../../support/sample-files.ts';
import { type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import { shortLimit } from '../synchronous-answers.ts';

const directory = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** What runs the examples, by the ending of their names. Every machine on which the tests run has all three. */
const interpreters: Readonly<Record<string, string>> = { sh: 'sh', ts: process.execPath, py: 'python3' };

/** The images that each leaves behind: names and how many of them there are besides what shows the way. */
const ways = ['asynchronous', 'synchronous', 'stream', 'upload'] as const;
const partialImages = 2;

let darkroom: RunningDarkroom;
let folder: string;

beforeAll(async () => {
  darkroom = await startDarkroom(shortLimit);
});

afterAll(async () => {
  await darkroom?.stop();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-example-'));
  darkroom.simulator.ledger.clear();
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const examples = Object.entries(interpreters).flatMap(([ending, interpreter]) =>
  ways.map((way) => [`${way}.${ending}`, interpreter, way] as const),
);

const run = (name: string, interpreter: string, ...args: readonly string[]) => {
  const env = { ...process.env, DARKROOM_URL: darkroom.origin, DARKROOM_KEY: localKey };
  return promisify(execFile)(interpreter, [join(directory, name), ...args], { cwd: folder, env });
};
const savedImages = async () => (await readdir(folder)).filter((file) => file.endsWith('.png')).toSorted();

describe('examples', () => {
  it.each(examples)('%s makes images and saves them', async (name, interpreter, way) => {
    const { stdout } = await run(name, interpreter);
    const saved = await savedImages();
    expect(stdout.trim().split('\n')).toHaveLength(saved.length);
    const charged = darkroom.simulator.ledger.charges();
    expect(charged).toHaveLength(1);
    const made = charged.reduce((sum, request) => sum + request.images, 0);
    expect(saved).toHaveLength(made + (way === 'stream' ? partialImages : 0));
    for (const file of saved)
      expect(await headerOf(await readFile(join(folder, file)))).toMatchObject({ format: 'png' });
  });

  it.each(examples.filter(([, , way]) => way === 'stream'))(
    '%s tells partial images from the finished one',
    async (name, interpreter) => {
      await run(name, interpreter);
      expect(await savedImages()).toEqual(['stream-1.png', 'stream-2.png', 'stream.png']);
    },
  );

  it.each(examples.filter(([, , way]) => way === 'upload'))(
    '%s uploads more than a request to the gateway could hold, and shows how far it is',
    async (name, interpreter) => {
      const large = await noisePng(9_000_000);
      const path = join(folder, 'large.png');
      await writeFile(path, large);
      const { stderr } = await run(name, interpreter, path);
      expect(stderr).toMatch(name === 'upload.sh' ? /100\.0%/ : /Uploaded 5\d %.*Uploaded 100 %/s);
      const [request] = darkroom.simulator.ledger.requests();
      expect(request?.files).toMatchObject([{ bytes: large.length, sha256: sha256(large) }]);
    },
  );

  it.each(examples.filter(([, , way]) => way === 'upload'))(
    '%s uploads a file of any name, and leaves only the image behind',
    async (name, interpreter) => {
      const photograph = await readFile(join(directory, 'coffee.png'));
      const path = join(folder, `a "b", c;d=e 'f' \\g.png`);
      await writeFile(path, photograph);
      await run(name, interpreter, path);
      await rm(path);
      expect(darkroom.simulator.ledger.requests()[0]?.files).toMatchObject([{ sha256: sha256(photograph) }]);
      expect(await readdir(folder)).toEqual(['upload.png']);
    },
  );

  it.each(examples.filter(([, , way]) => way === 'upload'))(
    '%s ends with what the gateway says of a file that it refuses, and at once for one that is not there',
    async (name, interpreter) => {
      const path = join(folder, 'not-an-image.png');
      await writeFile(path, 'text');
      const refused = await run(name, interpreter, path).catch((error: { readonly stderr: string }) => error);
      expect(refused).toBeInstanceOf(Error);
      expect(refused.stderr).toContain('is not a readable PNG, JPEG or WebP image');
      await expect(run(name, interpreter, join(folder, 'missing.png'))).rejects.toThrow();
      expect(await readdir(folder)).toEqual(['not-an-image.png']);
      expect(darkroom.simulator.ledger.requests()).toEqual([]);
    },
  );

  it('synchronous.ts waits for the job of an answer that was late, and saves its images', async () => {
    // Longer than the stage's limit.
    darkroom.simulator.faults.add({ kind: 'slow', seconds: 8 });
    const { stderr } = await run('synchronous.ts', process.execPath);
    expect(stderr).toContain(`${darkroom.origin}/v1/async/images/edits/`);
    expect(await savedImages()).toEqual(['synchronous-1.png']);
    expect(darkroom.simulator.ledger.requests()).toHaveLength(1);
  });

  it('are these, and no others', async () => {
    const programs = (await readdir(directory)).filter((file) => /\.(sh|ts|py|js|mjs)$/.test(file));
    expect(programs.toSorted()).toEqual(examples.map(([name]) => name).toSorted());
  });
});
