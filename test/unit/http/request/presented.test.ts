import { describe, expect, it } from 'vitest';
import { readApiRequest } from '../../../../lambda/http/request/api-request.ts';
import { ownIdempotencyKey, presentedBy } from '../../../../lambda/http/request/presented.ts';
import { sampleEvent } from '../../../support/sample-events.ts';

const passThrough = { providers: ['openai'], owner: 'guests' };
const own = { authorization: 'Bearer sk-proj-12345678' };
const presented = (headers: Record<string, string>, stage: Parameters<typeof presentedBy>[2] = passThrough) =>
  presentedBy(readApiRequest(sampleEvent({ headers })), (key) => `hash of ${key}`, stage);
const providerKey = { apiKey: 'sk-proj-12345678', providers: ['openai'] };
const virtualKey = { kind: 'virtual_key', keyHash: 'hash of sk-bf-1' };

describe('ownIdempotencyKey', () => {
  const sha256 = (text: string | Uint8Array) => `hash of ${text}`;
  const keyOf = (headers: Record<string, string>) => ownIdempotencyKey(presented(headers), 'order-1', sha256);

  it('is one of each bearer where callers without a virtual key share an owner', () => {
    expect(keyOf(own)).toEqual({ idempotencyKey: 'hash of sk-proj-12345678\norder-1' });
    expect(keyOf({ authorization: 'Bearer sk-proj-87654321' })).not.toEqual(keyOf(own));
  });

  it('is as sent under a virtual key, whichever bearer comes beside it', () => {
    expect(keyOf({ ...own, 'x-bf-vk': 'sk-bf-1' })).toEqual({ idempotencyKey: 'order-1' });
    expect(ownIdempotencyKey(presented(own), undefined, sha256)).toEqual({});
  });
});

describe('presentedBy', () => {
  it.each(['x-bf-vk', 'x-api-key', 'api-key', 'x-goog-api-key'])(
    "finds a provider's key beside a virtual key in %s",
    (name) => {
      expect(presented({ ...own, [name]: 'sk-bf-1' })).toEqual({ credential: virtualKey, providerKey });
    },
  );

  it("has a provider's key that comes alone run under the key that the stage names for it", () => {
    expect(presented(own)).toEqual({ credential: { kind: 'named_key', name: 'guests' }, providerKey });
    expect(presented({ ...own, 'x-api-key': 'dummy' })).toMatchObject({ credential: { kind: 'named_key' } });
  });

  it('lets it present too little where the stage names none', () => {
    expect(presented(own, { providers: ['openai'] })).toEqual({ credential: { kind: 'provider_key' }, providerKey });
  });

  it('does not put that key in the place of a credential that is wrong', () => {
    expect(presented({ ...own, 'x-bf-vk': 'mistyped' })).toMatchObject({ credential: { kind: 'virtual_key' } });
    expect(presented({ ...own, 'x-api-key': 'eyJh.eyJh.sig' })).toMatchObject({
      credential: { kind: 'misplaced_token' },
    });
  });

  it.each([[{}], [{ authorization: 'Bearer sk-bf-1' }], [{ authorization: 'Bearer eyJh.eyJh.sig' }]])(
    'finds no key of a provider in %j',
    (headers) => {
      expect(presented(headers)).not.toHaveProperty('providerKey');
    },
  );

  it('ignores it on a stage that passes none through', () => {
    expect(presented({ ...own, 'x-bf-vk': 'sk-bf-1' }, 'none')).toEqual({ credential: virtualKey });
    expect(presented(own, 'none')).toEqual({ credential: { kind: 'other' } });
    expect(presented({ authorization: 'Bearer dummy', 'x-bf-vk': 'sk-bf-1' }, 'none')).toEqual({
      credential: virtualKey,
    });
  });
});
