import { describe, expect, it } from 'vitest';
import type { EditType, ImageRequest, Operation } from '../../../../lambda/domain/generation.ts';
import { supportOf } from '../../../../lambda/planning/emulations.ts';
import { endpointOf } from '../../../../lambda/providers/fal/endpoints.ts';
import { requestFailure, workFailure } from '../../../../lambda/providers/fal/failure.ts';
import { falModels } from '../../../../lambda/providers/fal/models.ts';
import { readTicket, ticketIn } from '../../../../lambda/providers/fal/ticket.ts';
import { falRequest, queueStateIn, resultIn, shownAnswer } from '../../../../lambda/providers/fal/wire.ts';
import { shownBody } from '../../../../lambda/providers/wire/json-body.ts';

const image = { key: 'a', type: 'png', width: 8, height: 8, hasAlpha: false, bytes: 9, sha256: 'ab' } as const;
const request = (changes: Partial<ImageRequest>): ImageRequest => ({
  operation: 'generation',
  model: 'fal-ai/flux-2-pro',
  prompt: 'a boat',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
  ...changes,
});
const worded = (changes: Partial<ImageRequest>) => {
  const { path, body } = falRequest(request(changes));
  return { path, body: shownBody(body) };
};
const uri = 'data:image/png;base64,<9 bytes of image, sha256 ab>';

describe('falRequest', () => {
  it('asks each operation at the endpoint of its own, in the fields of its own', () => {
    const size = { width: 512, height: 768 };
    expect(
      worded({
        size,
        parameters: { seed: 7 },
        extra: { safety_tolerance: '2', guidance_scale: '3.5', prompt: 'not this one' },
      }),
    ).toEqual({
      path: '/fal-ai/flux-2-pro',
      body: { prompt: 'a boat', image_size: size, seed: 7, safety_tolerance: '2', guidance_scale: 3.5 },
    });
    expect(worded({ operation: 'edit', images: [image, image] })).toEqual({
      path: '/fal-ai/flux-2-pro/edit',
      body: { prompt: 'a boat', image_urls: [uri, uri] },
    });
    const kontext = { model: 'fal-ai/flux-pro/kontext', n: 3, parameters: { aspect_ratio: '16:9' } } as const;
    expect(worded(kontext)).toEqual({
      path: '/fal-ai/flux-pro/kontext/text-to-image',
      body: { prompt: 'a boat', aspect_ratio: '16:9', num_images: 3 },
    });
    expect(worded({ ...kontext, operation: 'edit', images: [image] })).toMatchObject({
      path: '/fal-ai/flux-pro/kontext',
      body: { image_url: uri },
    });
  });

  it('sends no prompt where the model has no field for it', () => {
    const model = 'fal-ai/bria/background/remove';
    expect(worded({ model, operation: 'edit', editType: 'background_removal', images: [image] })).toEqual({
      path: '/fal-ai/bria/background/remove',
      body: { image_url: uri },
    });
  });

  it('sends a mask beside its image', () => {
    const mask = { ...image, key: 'm', sha256: 'cd' };
    const model = 'fal-ai/flux-pro/v1/fill';
    expect(worded({ model, operation: 'edit', editType: 'inpainting', n: 2, images: [image], mask })).toEqual({
      path: '/fal-ai/flux-pro/v1/fill',
      body: {
        prompt: 'a boat',
        num_images: 2,
        image_url: uri,
        mask_url: 'data:image/png;base64,<9 bytes of image, sha256 cd>',
      },
    });
  });

  it('says of margins how large the whole is, and where the image lies in it', () => {
    const margins = { left: 4, top: 0, right: 2, bottom: 1 };
    const model = 'fal-ai/bria/expand';
    expect(worded({ model, operation: 'edit', editType: 'outpainting', images: [image], margins })).toEqual({
      path: '/fal-ai/bria/expand',
      body: {
        prompt: 'a boat',
        image_url: uri,
        canvas_size: [14, 9],
        original_image_size: [8, 8],
        original_image_location: [4, 0],
      },
    });
  });

  it('refuses what the model has no endpoint for', () => {
    expect(() => worded({ operation: 'edit', editType: 'inpainting' })).toThrow('does not serve');
  });
});

describe('falModels', () => {
  it('has an endpoint for everything that a row serves by itself, and no other', () => {
    const works: readonly (readonly [Operation, EditType?])[] = [
      ['generation'],
      ['edit'],
      ['variation'],
      ['edit', 'inpainting'],
      ['edit', 'outpainting'],
      ['edit', 'background_removal'],
    ];
    for (const row of falModels.models) {
      for (const [operation, editType] of works) {
        const isNative = supportOf(row, operation, editType) === 'native';
        expect(endpointOf(row.model, editType ?? operation) !== undefined, `${row.model} ${operation}`).toBe(isNative);
      }
      const endpoints = works.flatMap(([operation, editType]) => endpointOf(row.model, editType ?? operation) ?? []);
      expect(row.imagesPerRequest > 1, row.model).toBe(endpoints.some(({ counts }) => counts === true));
    }
  });
});

describe('ticketIn', () => {
  const answer = { request_id: 'r', status_url: 's', response_url: 'u', cancel_url: 'c', queue_position: 0 };

  it('keeps all addresses as they were given', () => {
    const ticket = ticketIn(answer, { typicalSeconds: 8, asked: 2 });
    expect(ticket).toMatchObject({ requestId: 'r', statusUrl: 's', responseUrl: 'u', cancelUrl: 'c', asked: 2 });
    expect(readTicket({ ...ticket })).toEqual(ticket);
  });

  it('is none where an address is missing', () => {
    expect(ticketIn({ ...answer, status_url: null }, { typicalSeconds: 8, asked: 1 })).toBeUndefined();
  });
});

describe('queueStateIn', () => {
  it.each([
    [{ status: 'IN_QUEUE' }, { status: 'working' }],
    [{ status: 'IN_PROGRESS' }, { status: 'working' }],
    [{ status: 'COMPLETED' }, { status: 'completed' }],
    [
      { status: 'COMPLETED', error: 'bad', error_type: 'x' },
      { status: 'completed', error: { message: 'bad', type: 'x' } },
    ],
    [{ detail: 'no' }, undefined],
  ])('reads %o', (answer, state) => {
    expect(queueStateIn(answer)).toEqual(state);
  });
});

describe('resultIn', () => {
  const images = [{ url: 'https://v3.fal.media/a.png?x=1' }, { url: 'https://v3.fal.media/b.png' }];

  it('finds one image as well as several', () => {
    expect(resultIn({ images }, 2)).toEqual({ status: 'finished', images, warnings: [] });
    expect(resultIn({ image: images[0] ?? null }, 1).images).toEqual([images[0]]);
    expect(JSON.stringify([shownAnswer({ images }), shownAnswer({ image: images[0] ?? null })])).not.toContain('x=1');
  });

  it('leaves out what the safety checker has made black, and says so', () => {
    const some = resultIn({ images, has_nsfw_concepts: [true, false] }, 2);
    expect(some).toMatchObject({ images: [images[1]], warnings: [{ code: 'images_missing' }] });
    const thrown = expect(() => resultIn({ images, has_nsfw_concepts: [true, true] }, 2));
    thrown.toThrow(expect.objectContaining({ kind: 'refused', billed: 'yes' }));
  });

  it('throws where there is no image', () => {
    expect(() => resultIn({ images: [] }, 1)).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });
});

describe('workFailure', () => {
  const answered = (status: number, detail: unknown) => ({
    status,
    headers: {},
    text: JSON.stringify({ detail }),
    value: undefined,
  });
  const flagged = [{ loc: ['body', 'prompt'], msg: 'flagged', type: 'content_policy_violation' }];

  it('knows moderation by its type, and who pays for what', () => {
    expect(workFailure(answered(422, flagged), 'key')).toMatchObject({
      kind: 'refused',
      billed: 'unknown',
      param: 'prompt',
    });
    expect(workFailure(answered(422, 'odd'), 'key')).toMatchObject({ kind: 'invalid', billed: 'unknown' });
    expect(workFailure(answered(504, 'late'), 'key')).toMatchObject({ kind: 'overloaded', billed: 'no' });
  });

  it('is not what a request to the queue fails with: nobody knows whether that was taken', () => {
    expect(requestFailure(answered(504, 'late'), 'key')).toMatchObject({ kind: 'unknown_outcome' });
    expect(requestFailure(answered(403, 'User is locked. Reason: Exhausted balance.'), 'key').kind).toBe('billing');
    expect(requestFailure(answered(403, 'Forbidden'), 'key').kind).toBe('auth');
  });
});
