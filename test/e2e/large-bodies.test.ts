import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { encodedForm, fileOf, formOf, noisePng, sha256 } from '../support/sample-files.ts';
import { imagesOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const maxBytes = 4 * 1024 * 1024;
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
});

afterAll(async () => {
  await darkroom?.stop();
});

/**
 * An edit's form whose body has exactly so many bytes: a real image and, since a parameter of any name is taken, a
 * part that fills the rest.
 */
async function formOfBytes(prompt: string, bytes: number) {
  const image = await noisePng(bytes - 4096);
  const form = (filling: string) =>
    formOf(
      ['model', 'openai/gpt-image-2'],
      ['prompt', prompt],
      ['image', fileOf(image, 'noise.png')],
      ['filling', filling],
    );
  // Another form has another boundary, but of the same length.
  const { bytes: unfilled } = await encodedForm(form(''));
  const filled = await encodedForm(form('x'.repeat(bytes - unfilled.length)));
  expect(filled.bytes).toHaveLength(bytes);
  return { image, body: new Uint8Array(filled.bytes), headers: { 'content-type': filled.contentType } };
}

const send = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
  darkroom.client.ask('/v1/async/images/edits', { method: 'POST', body, headers });

describe('POST /v1/async/images/edits', () => {
  it('takes a body of 4 MiB to the byte, and hands its photograph on byte for byte', async () => {
    const prompt = promptOf('noise');
    const { image, body, headers } = await formOfBytes(prompt, maxBytes);
    expect(image.length).toBeGreaterThan(4_150_000);
    const answer = await send(body, { ...headers, prefer: 'wait=20' });
    expect(answer.status, answer.bytes.toString()).toBe(200);
    await imagesOf(answer.job());
    const [received] = darkroom.simulator.ledger.requests({ prompt });
    expect(received?.files).toMatchObject([{ bytes: image.length, sha256: sha256(image) }]);
  });

  it('refuses one byte more, states the limit, and names the way for larger images', async () => {
    const before = await darkroom.stored();
    const { body, headers } = await formOfBytes(promptOf('too much noise'), maxBytes + 1);
    const answer = await send(body, headers);
    expect(answer.status).toBe(413);
    const { error } = errorBodySchema.parse(answer.json());
    expect(error.code).toBe('payload_too_large');
    expect(error.message).toContain(String(maxBytes));
    expect(error.message).toContain('POST /v1/files');
    expect(await darkroom.stored()).toEqual(before);
  });

  it.each([4_750_000, 6_100_000, 10_600_000])("leaves a body of %i bytes to API Gateway's own 413", async (bytes) => {
    const before = await darkroom.stored();
    const { body, contentType } = await encodedForm(formOf(['image', fileOf(Buffer.alloc(bytes), 'zeros.png')])).then(
      (form) => ({ ...form, body: new Uint8Array(form.bytes) }),
    );
    const answer = await send(body, { 'content-type': contentType });
    expect(answer.status).toBe(413);
    expect(answer.json()).toEqual({ message: 'Request Too Long' });
    expect(await darkroom.stored()).toEqual(before);
  });
});

describe('POST /v1/async/images/generations', () => {
  it('refuses JSON above the limit in its own words, since JSON reaches it whole', async () => {
    const body = { model: 'openai/gpt-image-2', prompt: 'x'.repeat(maxBytes) };
    const answer = await darkroom.client.submit('generations', body);
    expect(answer.status).toBe(413);
    expect(errorBodySchema.parse(answer.json()).error.code).toBe('payload_too_large');
  });

  it('sends a prompt of 32,000 characters to the provider whole', async () => {
    const prompt = promptOf('a long story ').padEnd(32_000, 'and so on ');
    const job = await darkroom.client.run('generations', { model: 'openai/gpt-image-2', prompt });
    await imagesOf(job);
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
