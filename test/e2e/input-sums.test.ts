import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { noisePng } from '../support/sample-files.ts';
import { locationOf } from './client.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';
import { announce, uploadByForm } from './uploaded-files.ts';

const vendors = ['openai', 'stability'] as const;
const small = 'stability/stable-image-ultra';
const large = 'openai/gpt-image-2';
const tooLarge = /stable-image-ultra takes requests of at most 10,485,760 bytes; with the prompt and the input images/;

let darkroom: RunningDarkroom;
let pictures: Server;
let photo: Buffer;

beforeAll(async () => {
  photo = await noisePng(11_000_000);
  pictures = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': photo.length });
    response.end(photo);
  });
  await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve));
  darkroom = await startDarkroom(
    { trustedInputHosts: [hostOf()] },
    {
      vendors: vendors.map((name) => ({ name, wire: name })),
      stageFor: (simulator) => ({
        providers: Object.fromEntries(vendors.map((name) => [name, { baseUrl: simulator.baseUrl(name) }])),
      }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
  pictures?.close();
});

const hostOf = (): string => `127.0.0.1:${(pictures.address() as AddressInfo).port}`;
/** The id of a file with the photo. */
async function uploaded(): Promise<string> {
  const file = await announce(darkroom.client, photo.length);
  expect(await uploadByForm(file, photo)).toBeLessThan(300);
  return file.id;
}

const askedOf = (vendor: string, prompt: string) => darkroom.simulator.ledger.requests({ vendor, prompt });

describe('inputs that are too large together', () => {
  it('are refused by their sum, before anything is paid', async () => {
    const prompt = promptOf('a large noise');
    const file_id = await uploaded();
    const answer = await darkroom.client.submit('edits', { model: small, prompt, images: [{ file_id }] });
    expect(answer.status).toBe(400);
    expect(errorBodySchema.parse(answer.json()).error).toMatchObject({
      code: 'unsupported_operation',
      message: expect.stringMatching(tooLarge),
      param: 'image',
    });
    expect(askedOf('stability', prompt)).toEqual([]);
  });

  it('leave out a fallback, with a warning', async () => {
    const prompt = promptOf('a large noise, and a fallback');
    const file_id = await uploaded();
    const job = await darkroom.client.run('edits', { model: large, fallbacks: [small], prompt, images: [{ file_id }] });
    expect(job.result?.extra_fields.warnings).toMatchObject([
      { code: 'fallback_dropped', message: expect.stringMatching(tooLarge) },
    ]);
  });

  it('fail a candidate once they are fetched from their address, unpaid, and the fallback makes the image', async () => {
    const prompt = promptOf('a large noise from afar');
    const images = [{ image_url: `http://${hostOf()}/photo.png` }];
    const accepted = await darkroom.client.submit('edits', { model: small, fallbacks: [large], prompt, images });
    expect(accepted.status, accepted.bytes.toString()).toBe(202);
    const { job } = await darkroom.client.ended(locationOf(accepted));
    expect(job.result?.extra_fields.attempts).toMatchObject([
      { provider: 'stability', outcome: 'unsupported', billed: 'no' },
      { provider: 'openai', outcome: 'succeeded' },
    ]);
    expect(askedOf('stability', prompt)).toEqual([]);
    expect(askedOf('openai', prompt)).toHaveLength(1);
  });
});
