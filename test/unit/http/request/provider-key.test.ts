import { describe, expect, it } from 'vitest';
import { readApiRequest } from '../../../../lambda/http/request/api-request.ts';
import { providerKeyOf } from '../../../../lambda/http/request/provider-key.ts';
import { sampleEvent } from '../../../support/sample-events.ts';

describe('providerKeyOf', () => {
  const keyIn = (authorization: string) => providerKeyOf(readApiRequest(sampleEvent({ headers: { authorization } })));
  const refusal = (authorization: string) => {
    try {
      keyIn(authorization);
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it.each([
    ['Bearer sk-proj-12345678', 'sk-proj-12345678'],
    ['bearer  r8_12345678 ', 'r8_12345678'],
    [`Bearer ${'k'.repeat(4096)}`, 'k'.repeat(4096)],
    ['Bearer id:secret~!/+=', 'id:secret~!/+='],
  ])('takes what %s bears', (header, key) => {
    expect(keyIn(header)).toBe(key);
  });

  it.each(['', 'Bearer sk-bf-1', 'Bearer SK-BF-12345678', 'Bearer eyJh.eyJh.sig'])(
    'takes %j for no key of a provider',
    (header) => {
      expect(keyIn(header)).toBeUndefined();
    },
  );

  it.each([
    'Bearer dummy',
    `Bearer ${'k'.repeat(4097)}`,
    'Bearer two words',
    'Bearer schlüssel-schlüssel',
    'Bearer a\n1234567890',
    'Bearer "sk-bf-1234567890"',
    'Bearer key:SK-bf-1234567890',
    'Bearer "eyJh.eyJh.sig"',
    'Bearer eyJh.eyJh.sig=',
    'Bearer eyJh.eyJh.sig,x',
    'Basic c2stcHJvajo=',
    'Key sk-proj-12345678',
    'sk-proj-12345678',
    'Bearer',
  ])('refuses %j, and does not repeat it', (header) => {
    const error = refusal(header);
    expect(error).toMatchObject({ code: 'invalid_request', param: 'authorization' });
    expect(String(error)).not.toContain(header.slice(7) || 'nothing');
  });
});
