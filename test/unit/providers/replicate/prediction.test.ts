import { describe, expect, it } from 'vitest';
import { predictionStateIn, readTicket, ticketIn } from '../../../../lambda/providers/replicate/prediction.ts';

const stateOf = (answer: Parameters<typeof predictionStateIn>[0], asked = 1) =>
  predictionStateIn(answer, asked, 'r8_secret');

describe('ticketIn', () => {
  const urls = { get: 'https://api.replicate.com/v1/predictions/p', cancel: 'https://api.replicate.com/v1/c' };

  it('keeps the addresses as they were given', () => {
    const ticket = ticketIn({ id: 'p', status: 'starting', urls }, { typicalSeconds: 8, asked: 2 });
    expect(ticket).toEqual({ getUrl: urls.get, cancelUrl: urls.cancel, typicalSeconds: 8, asked: 2, polls: 0 });
    expect(readTicket({ ...ticket })).toEqual(ticket);
  });

  it('finds the address for cancelling where only the other is given, and is none without that', () => {
    const ticket = ticketIn({ urls: { get: urls.get } }, { typicalSeconds: 8, asked: 1 });
    expect(ticket?.cancelUrl).toBe(`${urls.get}/cancel`);
    expect(ticketIn({ id: 'p', urls: {} }, { typicalSeconds: 8, asked: 1 })).toBeUndefined();
  });
});

describe('predictionStateIn', () => {
  it.each(['starting', 'processing', 'queued'])('takes %s for work', (status) => {
    expect(stateOf({ status })).toEqual({ status: 'working' });
  });

  it('finds one address as well as a list', () => {
    expect(stateOf({ status: 'succeeded', output: 'https://r/a' })).toEqual({
      status: 'finished',
      images: [{ url: 'https://r/a' }],
      warnings: [],
    });
    expect(stateOf({ status: 'succeeded', output: ['https://r/a', 'https://r/b'] }, 3)).toMatchObject({
      images: [{ url: 'https://r/a' }, { url: 'https://r/b' }],
      warnings: [{ code: 'images_missing', message: 'The provider made 2 of 3 images.' }],
    });
  });

  it('knows an end without an image, and one whose images are gone', () => {
    expect(stateOf({ status: 'succeeded', output: [] })).toMatchObject({
      status: 'failed',
      failure: { kind: 'malformed', billed: 'unknown' },
    });
    expect(stateOf({ status: 'succeeded', output: null, data_removed: true })).toMatchObject({
      failure: { kind: 'malformed', billed: 'yes' },
    });
  });

  it.each([
    ['The input or output was flagged as sensitive. Please try again with different inputs. (E005)', 'refused'],
    ['NSFW content detected. Try running it again, or try a different prompt.', 'refused'],
    ['Prediction interrupted; please retry (code: PA)', 'overloaded'],
    ['Director: unexpected error handling prediction (E8765)', 'overloaded'],
    ['The input was invalid. (E006)', 'invalid'],
    ['CUDA error: an illegal memory access was encountered', 'malformed'],
  ])('reads the failure %j', (error, kind) => {
    expect(stateOf({ status: 'failed', error, output: null })).toMatchObject({
      status: 'failed',
      failure: { kind, message: error, billed: 'unknown' },
    });
  });

  it('repeats no key, and has words of its own for a failure without any', () => {
    const said = stateOf({ status: 'failed', error: 'bad key r8_secret' });
    expect(said).toMatchObject({ failure: { message: 'bad key [removed]' } });
    expect(stateOf({ status: 'failed', error: null })).toMatchObject({ failure: { kind: 'malformed' } });
  });

  it('tells work that was called off from work that never began, which is free', () => {
    expect(stateOf({ status: 'canceled' })).toMatchObject({ failure: { kind: 'called_off', billed: 'unknown' } });
    expect(stateOf({ status: 'aborted' })).toMatchObject({ failure: { kind: 'overloaded', billed: 'no' } });
  });

  it('says nothing of an answer that is about something else', () => {
    expect(stateOf({ detail: 'no' })).toBeUndefined();
    expect(stateOf(undefined)).toBeUndefined();
  });
});
