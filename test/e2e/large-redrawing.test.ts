import { createServer, type Server } from 'node:http';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../local/emulators/loopback-port.ts';
import { clearMask, fileOf, formOf } from '../support/sample-files.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const size = { width: 5000, height: 4000 };
const model = 'recraft/recraftv3';
const advice = 'it has 5000x4000 pixels, and the maximum is 16,000,000.';

let darkroom: RunningDarkroom;
let pictures: Server;
let origin: string;
let image: Buffer;
let mask: Buffer;

beforeAll(async () => {
  // Of one colour, so that 20 megapixels fit into a form.
  image = await sharp({ create: { ...size, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  mask = await clearMask(size.width, size.height);
  pictures = createServer((request, response) => void response.end(request.url === '/mask' ? mask : image));
  const port = await listen(pictures, 0);
  origin = `http://127.0.0.1:${port}`;
  darkroom = await startDarkroom({ trustedInputHosts: [`127.0.0.1:${port}`] });
});

afterAll(async () => {
  await darkroom?.stop();
  pictures?.close();
});

/** Uploads a file and gives its id. */
async function fileIdOf(bytes: Buffer): Promise<string> {
  const body = formOf(['purpose', 'vision'], ['file', fileOf(bytes, 'picture.png')]);
  const answer = await darkroom.client.ask('/v1/files', { method: 'POST', body });
  expect(answer.status).toBe(201);
  return (answer.json() as { id: string }).id;
}

const editOf = (prompt: string, picture: string | File, hole: string | File) =>
  formOf(['model', model], ['prompt', prompt], ['image', picture], ['mask', hole]);

describe('a mask of 20 megapixels, for a model whose masks are redrawn', () => {
  it('is a 400 at once, as bytes and as a file, and in a quote', async () => {
    const prompt = promptOf('a mask too large');
    const ways = [
      editOf(prompt, fileOf(image, 'a.png'), fileOf(mask, 'b.png')),
      editOf(prompt, await fileIdOf(image), await fileIdOf(mask)),
    ];
    for (const body of ways) {
      for (const query of ['', '?quote=true']) {
        const answer = await darkroom.client.ask(`/v1/async/images/edits${query}`, { method: 'POST', body });
        expect(answer.status).toBe(400);
        expect(answer.json()).toMatchObject({ error: { param: 'mask', message: expect.stringContaining(advice) } });
      }
    }
    expect(darkroom.simulator.ledger.requests({ prompt })).toEqual([]);
  });

  it('fails its job where it is named by an address, before anything is paid', async () => {
    const prompt = promptOf('a mask too large, elsewhere');
    const job = await darkroom.client.run('edits', editOf(prompt, `${origin}/image`, `${origin}/mask`));
    expect(job).toMatchObject({
      status: 'failed',
      status_code: 400,
      error: { error: { param: 'mask', message: expect.stringContaining(advice) } },
    });
    const { attempts = [] } = job.error?.extra_fields ?? {};
    expect(attempts.every(({ billed }) => billed === 'no')).toBe(true);
    expect(darkroom.simulator.ledger.requests({ prompt })).toEqual([]);
  });
});
