import { describe, expect, it } from 'vitest';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { nearestSize } from '../../../../lambda/planning/size-plan.ts';
import { bflModels, typicalSecondsOf } from '../../../../lambda/providers/bfl/models.ts';
import {
  failureSaid,
  readTicket,
  shownAnswer,
  taskBody,
  taskStateIn,
  ticketIn,
} from '../../../../lambda/providers/bfl/wire.ts';
import { shownBody } from '../../../../lambda/providers/wire/json-body.ts';

const image = { key: 'a', type: 'png', width: 8, height: 8, hasAlpha: false, bytes: 9, sha256: 'ab' } as const;
const request: ImageRequest = {
  operation: 'edit',
  model: 'flux-2-flex',
  prompt: 'a boat',
  n: 1,
  size: { width: 1024, height: 768 },
  parameters: { seed: 7, output_format: 'webp', num_inference_steps: 20 },
  // As a form gives it.
  extra: { guidance: '4', prompt: 'not this one' },
  images: [image, { ...image, key: 'b', type: 'jpeg' }],
};

describe('taskBody', () => {
  it("words a request in BFL's fields, the images in plain base64", () => {
    expect(shownBody(taskBody(request))).toEqual({
      prompt: 'a boat',
      guidance: 4,
      width: 1024,
      height: 768,
      seed: 7,
      output_format: 'webp',
      steps: 20,
      input_image: '<9 bytes of image, sha256 ab>',
      input_image_2: '<9 bytes of image, sha256 ab>',
    });
  });

  it("words an edit that is placed in the fields of FLUX.1's tools", () => {
    const { size: _, ...placed } = { ...request, parameters: {}, extra: {}, images: [image] };
    const mask = { ...image, key: 'm', sha256: 'cd' };
    expect(shownBody(taskBody({ ...placed, editType: 'inpainting', mask }))).toEqual({
      prompt: 'a boat',
      image: '<9 bytes of image, sha256 ab>',
      mask: '<9 bytes of image, sha256 cd>',
    });
    const margins = { left: 0, top: 1, right: 2, bottom: 3 };
    expect(shownBody(taskBody({ ...placed, editType: 'outpainting', margins }))).toEqual({
      prompt: 'a boat',
      image: '<9 bytes of image, sha256 ab>',
      ...margins,
    });
  });
});

describe('ticketIn', () => {
  it('keeps the address as it was given', () => {
    const ticket = ticketIn({ id: 't', polling_url: 'https://api.eu.bfl.ai/v1/get_result?id=t' }, 'flux-2-pro');
    expect(ticket).toMatchObject({ id: 't', pollingUrl: 'https://api.eu.bfl.ai/v1/get_result?id=t', polls: 0 });
    expect(readTicket({ ...ticket })).toEqual(ticket);
  });

  it('is none without an address', () => {
    expect([{ id: 't' }, { polling_url: 'https://x' }, null, undefined].map((each) => ticketIn(each, 'm'))).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe('taskStateIn', () => {
  it.each(['Request Moderated', 'Content Moderated'])('takes %s for a refusal', (status) => {
    expect(taskStateIn({ status })).toMatchObject({ status: 'failed', failure: { kind: 'refused' } });
  });

  it.each(['Error', 'Failed'])('takes %s for work that may have been paid for', (status) => {
    expect(taskStateIn({ status })).toMatchObject({
      status: 'failed',
      failure: { kind: 'malformed', billed: 'unknown' },
    });
  });

  it.each(['Pending', 'Queued', 'Something new'])('takes %s for work', (status) => {
    expect(taskStateIn({ status, result: null })).toEqual({ status: 'working' });
  });

  it('finds the image where the work is done, and misses it where there is none', () => {
    const ready = { status: 'Ready', result: { sample: 'https://delivery.eu.bfl.ai/x.png?sig=1' } };
    expect(taskStateIn(ready)).toMatchObject({ status: 'finished', images: [{ url: ready.result.sample }] });
    expect(taskStateIn({ status: 'Ready', result: {} })).toMatchObject({ failure: { kind: 'malformed' } });
    expect(JSON.stringify(shownAnswer(ready))).not.toContain('sig=1');
  });

  it('has no word for an answer that is about something else', () => {
    expect([taskStateIn({ detail: 'no' }), taskStateIn(undefined)]).toEqual([undefined, undefined]);
  });
});

describe('failureSaid', () => {
  it.each([
    ['width', 'size'],
    ['steps', 'num_inference_steps'],
    ['input_image_3', 'image'],
    ['prompt', 'prompt'],
    ['mask', 'mask'],
    ['bottom', 'down'],
    ['webhook_url', undefined],
  ])('calls %s %s', (field, param) => {
    const body = JSON.stringify({ detail: [{ loc: ['body', field], msg: 'bad', type: 'value_error' }] });
    expect(failureSaid(body)).toEqual({ message: 'bad', ...(param === undefined ? {} : { param }) });
  });
});

describe('bflModels', () => {
  it('asks for no edge below 64 pixels, whatever shape is wished for', () => {
    const asked = bflModels.models.flatMap(({ sizes }) => (sizes.kind === 'free' ? [sizes] : []));
    expect(asked.length).toBeGreaterThan(4);
    for (const sizes of asked) {
      for (const wish of [
        { width: 5000, height: 16 },
        { width: 16, height: 16 },
        { width: 90, height: 4000 },
      ]) {
        const { width, height } = nearestSize(sizes, wish);
        expect(Math.min(width, height)).toBeGreaterThanOrEqual(64);
        expect(Math.max(width, height)).toBeLessThanOrEqual(2048);
      }
    }
  });

  it('knows how long each model takes, also under a date', () => {
    expect(typicalSecondsOf('flux-2-max-2026-01-01')).toBe(typicalSecondsOf('flux-2-max'));
    expect(typicalSecondsOf('flux-2-klein-4b')).toBeLessThan(typicalSecondsOf('flux-2-max'));
  });
});
