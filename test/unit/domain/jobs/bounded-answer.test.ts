import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import { boundedAnswer, keptFailure } from '../../../../lambda/domain/jobs/bounded-answer.ts';
import { itemLimits } from '../../../../lambda/domain/jobs/item-limits.ts';
import type { Finished, Waiting } from '../../../../lambda/domain/provider.ts';
import { failureOf } from '../../../support/failure-of.ts';

const whole = { imagesAsked: 1, imagesWanted: 1 };
const image = { type: 'png', width: 1, height: 1, hasAlpha: true, key: 'results/1/0.png', bytes: 70 } as const;
const finished = (over: Partial<Finished> = {}): Finished => ({
  status: 'finished',
  images: [{ image }],
  warnings: [],
  ...over,
});
const answered = (said: Finished, share = whole): Finished => boundedAnswer(said, share) as Finished;

describe('boundedAnswer', () => {
  it('leaves an honest answer as it is', () => {
    const said = finished({
      images: [{ image, revisedPrompt: 'A lighthouse at dawn.' }, { url: 'https://images.example/1' }],
      usage: { input_tokens: 1, output_tokens_details: { image_tokens: 2 }, total_tokens: 3 },
      ...{ background: 'opaque', quality: 'high' },
      warnings: [{ code: 'images_missing', param: 'n', message: 'The provider made 2 of 3 images.' }],
    });
    expect(answered(said)).toEqual(said);
  });

  it("cuts a provider's words", () => {
    const long = 'x'.repeat(400_000);
    const said = answered(finished({ background: long, quality: long }));
    for (const word of [said.background, said.quality]) {
      expect(Buffer.byteLength(word ?? '')).toBe(itemLimits.saidBytes);
    }
  });

  it('keeps as much of the revised prompts as all of them may take together', () => {
    const images = [
      { image, revisedPrompt: 'short' },
      ...[1, 2].map(() => ({ image, revisedPrompt: 'x'.repeat(9000) })),
    ];
    const prompts = answered(finished({ images })).images.map(({ revisedPrompt = '' }) => revisedPrompt);
    expect(prompts[0]).toBe('short');
    const bytes = prompts.reduce((sum, prompt) => sum + Buffer.byteLength(prompt), 0);
    expect(bytes).toBeLessThanOrEqual(itemLimits.revisedPromptBytes);
    expect(bytes).toBeGreaterThan(itemLimits.revisedPromptBytes - 10);
  });

  it("gives one request of several its share of the job's", () => {
    const images = [{ image, revisedPrompt: 'x'.repeat(9000) }];
    const [made] = answered(finished({ images }), { imagesAsked: 1, imagesWanted: 10 }).images;
    expect(Buffer.byteLength(made?.revisedPrompt ?? '')).toBe(Math.floor(itemLimits.revisedPromptBytes / 10));
  });

  it('takes nothing but counts for usage, under names that the contract has', () => {
    const usage = { input_tokens: 5, output_tokens: 1e300, total_tokens: 'x'.repeat(9000), extra: { a: 1 } };
    const details = { input_tokens_details: { image_tokens: 4, text_tokens: -1, cached: 3 }, output_tokens_details: 7 };
    expect(answered(finished({ usage: { ...usage, ...details } as never })).usage).toEqual({
      input_tokens: 5,
      input_tokens_details: { image_tokens: 4 },
    });
  });

  it('takes no more images than any job is for', () => {
    const images = Array.from({ length: 40 }, () => ({ image }));
    expect(answered(finished({ images })).images).toHaveLength(itemLimits.images);
  });

  it('leaves off what an adapter says beyond the port', () => {
    expect(answered({ ...finished(), echo: 'x' } as never)).toEqual(finished());
  });

  it('takes a ticket that is too large for work which nobody can follow', () => {
    const waiting = (letters: number): Waiting => ({
      status: 'waiting',
      ticket: { url: 'x'.repeat(letters) },
      checkAfterSeconds: 5,
    });
    expect(boundedAnswer(waiting(1000), whole)).toEqual(waiting(1000));
    const failure = failureOf(() => boundedAnswer(waiting(itemLimits.ticketBytes), whole));
    expect(failure).toMatchObject({ kind: 'unknown_outcome', billed: 'unknown' });
  });
});

describe('keptFailure', () => {
  it('cuts what a provider says', () => {
    const failure = new ProviderFailure('invalid', '"'.repeat(9000), { param: 'p'.repeat(9000), statusCode: 400 });
    const { message, param, statusCode } = keptFailure(failure, []);
    expect(Buffer.byteLength(JSON.stringify(message)) - 2).toBeLessThanOrEqual(itemLimits.messageBytes);
    expect(message.endsWith('…')).toBe(true);
    expect(Buffer.byteLength(param ?? '')).toBe(itemLimits.paramBytes);
    expect(statusCode).toBe(400);
  });

  it('takes no other number for a status', () => {
    for (const statusCode of [Number.NaN, 1e300, 0.5, -1]) {
      expect(keptFailure(new ProviderFailure('invalid', 'No.', { statusCode }), [])).toEqual({ message: 'No.' });
    }
  });
});
