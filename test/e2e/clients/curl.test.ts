import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../../bin/run-locally.ts';
import { headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

let darkroom: RunningDarkroom;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-curl-'));
  darkroom = await startDarkroom();
});

afterAll(async () => {
  await darkroom?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command line as somebody would type it in the folder of the repository, and gives what it printed. */
async function typed(line: string): Promise<string> {
  const env = { ...process.env, URL: `${darkroom.origin}/v1`, KEY: localKey, OUT: folder };
  const cwd = new URL('../../../', import.meta.url);
  const { stdout } = await promisify(execFile)('bash', ['-euc', line], { env, cwd, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

const imageIn = (text: string): Buffer => Buffer.from(JSON.parse(text).data[0].b64_json, 'base64');

describe('curl', () => {
  it('generates from JSON, whose content type it does not name', async () => {
    const prompt = promptOf('a lighthouse by curl');
    const text = await typed(
      `curl -s $URL/images/generations -H "Authorization: Bearer $KEY" -d '{"model": "openai/gpt-image-2", "prompt": "${prompt}"}'`,
    );
    expect(await headerOf(imageIn(text))).toMatchObject({ format: 'png' });
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
  });

  it('downloads an image by its link, without the key', async () => {
    const body = JSON.stringify({
      model: 'openai/gpt-image-2',
      prompt: promptOf('a link by curl'),
      response_format: 'url',
    });
    const text = await typed(`curl -s $URL/images/generations -H "Authorization: Bearer $KEY" -d '${body}'`);
    await typed(`curl -sL -o $OUT/image.png '${JSON.parse(text).data[0].url}'`);
    expect(await headerOf(await readFile(join(folder, 'image.png')))).toMatchObject({ format: 'png' });
  });

  it('edits several images inside a mask, as a form', async () => {
    const prompt = promptOf('an edit by curl');
    const text = await typed(`curl -s $URL/images/edits -H "Authorization: Bearer $KEY" \\
      -F model=openai/gpt-image-2 -F 'prompt=${prompt}' \\
      -F 'image[]=@examples/coffee.png' -F 'image[]=@examples/chelsea.png' -F mask=@examples/coffee-mask.png`);
    expect(await headerOf(imageIn(text))).toMatchObject({ format: 'png' });
    const [request] = darkroom.simulator.ledger.charges({ prompt });
    const sent = request?.files.filter(({ field }) => field.startsWith('image')).map((file) => file.sha256);
    expect(sent).toEqual((await Promise.all(['coffee.png', 'chelsea.png'].map(photograph))).map(sha256));
    expect(request?.files.filter(({ field }) => field === 'mask')).toHaveLength(1);
  });

  it('makes a variation of a file larger than it sends unasked, for which it waits to be told to go on', async () => {
    // Above 1 MiB, curl 7.88 sends `Expect: 100-continue`.
    const text =
      await typed(`curl -s $URL/images/variations -H "Authorization: Bearer $KEY" -H 'Expect: 100-continue' \\
      -F model=openai/gpt-image-2 -F image=@examples/kodim03.png`);
    expect(await headerOf(imageIn(text))).toMatchObject({ format: 'png' });
  });

  it('shows a stream as it comes', async () => {
    const body = JSON.stringify({
      model: 'openai/gpt-image-2',
      prompt: promptOf('a stream by curl'),
      stream: true,
      partial_images: 2,
    });
    const text = await typed(`curl -sN $URL/images/generations -H "Authorization: Bearer $KEY" -d '${body}'`);
    const events = text.split('\n').flatMap((line) => (line.startsWith('event: ') ? [line.slice(7)] : []));
    expect(events).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
  });

  it('fails with --fail and the error body of the contract', async () => {
    const line = `curl -s --fail-with-body $URL/images/generations -H "Authorization: Bearer $KEY" -d '{"model": "openai/gpt-image-2"}'`;
    const error: { code?: number; stdout?: string } = await typed(line).then(
      () => ({}),
      (reason) => reason,
    );
    expect(error.code).toBe(22);
    expect(JSON.parse(error.stdout ?? '')).toMatchObject({ error: { code: 'missing_field', param: 'prompt' } });
  });
});
