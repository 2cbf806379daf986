import { describe, expect, it } from 'vitest';
import { credentialHeaders } from '../../../../lambda/contract/headers.ts';
import { readApiRequest } from '../../../../lambda/http/request/api-request.ts';
import { credentialOf } from '../../../../lambda/http/request/credential.ts';
import { sampleEvent } from '../../../support/sample-events.ts';

const of = (headers: Record<string, string>) =>
  credentialOf(readApiRequest(sampleEvent({ headers })), (key) => `hash of ${key}`);

describe('credentialOf', () => {
  it.each(credentialHeaders)('finds a virtual key in %s, and gives its hash alone', (name) => {
    const value = name === 'authorization' ? 'Bearer sk-bf-1' : 'sk-bf-1';
    expect(of({ [name]: value })).toEqual({ kind: 'virtual_key', keyHash: 'hash of sk-bf-1' });
  });

  it('passes over what clients send for other services', () => {
    const headers = { Authorization: 'Bearer dummy', 'x-api-key': 'sk-other', 'x-goog-api-key': 'sk-bf-2' };
    expect(of(headers)).toEqual({ kind: 'virtual_key', keyHash: 'hash of sk-bf-2' });
  });

  it('takes the first of two virtual keys in the contract’s order', () => {
    const headers = { 'x-goog-api-key': 'sk-bf-5', 'x-bf-vk': 'sk-bf-2', authorization: 'bearer  SK-BF-1' };
    expect(of(headers)).toEqual({ kind: 'virtual_key', keyHash: 'hash of SK-BF-1' });
    expect(of({ ...headers, authorization: 'Basic sk-bf-1' })).toEqual({
      kind: 'virtual_key',
      keyHash: 'hash of sk-bf-2',
    });
  });

  it('takes whatever x-bf-vk holds, since it has no other use', () => {
    expect(of({ 'x-bf-vk': 'anything' })).toEqual({ kind: 'virtual_key', keyHash: 'hash of anything' });
  });

  it('tells where a token stands in a header for virtual keys, unless something else lets the caller in', () => {
    const jwt = 'eyJh.eyJh.sig';
    for (const header of credentialHeaders.slice(1)) {
      expect(of({ [header]: jwt })).toEqual({ kind: 'misplaced_token', header });
      expect(of({ [header]: `Bearer ${jwt}` })).toEqual({ kind: 'misplaced_token', header });
    }
    expect(of({ 'x-api-key': jwt, 'x-goog-api-key': 'sk-bf-1' })).toEqual({
      kind: 'virtual_key',
      keyHash: 'hash of sk-bf-1',
    });
    expect(of({ 'x-api-key': jwt, authorization: `Bearer ${jwt}` })).toEqual({ kind: 'token', token: jwt });
    expect(of({ 'x-bf-vk': jwt, authorization: `Bearer ${jwt}` })).toMatchObject({ kind: 'misplaced_token' });
    expect(of({ 'x-bf-vk': jwt, authorization: 'Bearer sk-bf-1' })).toMatchObject({ kind: 'virtual_key' });
  });

  it('tells nothing from something unknown', () => {
    expect(of({})).toEqual({ kind: 'none' });
    expect(of({ authorization: ' ', 'x-bf-vk': '' })).toEqual({ kind: 'none' });
    expect(of({ authorization: 'Bearer sk-proj-1' })).toEqual({ kind: 'other' });
    expect(of({ authorization: 'sk-bf-1' })).toEqual({ kind: 'other' });
  });
});
