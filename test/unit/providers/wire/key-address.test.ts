import { describe, expect, it } from 'vitest';
import { addressForKey } from '../../../../lambda/providers/wire/key-address.ts';

const isOwnHost = (host: string) => host === 'api.eu.vendor.example';
const allowed = (address: string | undefined, baseUrl = 'https://api.vendor.example/v1') =>
  addressForKey(address, baseUrl, isOwnHost);

describe('addressForKey', () => {
  it.each([
    'https://api.vendor.example/v1/get_result?id=1',
    'https://api.vendor.example:443/elsewhere',
    'https://api.eu.vendor.example/v1/get_result?id=1',
  ])('lets the key go to %s', (address) => {
    expect(allowed(address)).toBe(new URL(address).href);
  });

  it.each([
    undefined,
    '',
    '/v1/get_result?id=1',
    'https://api.vendor.example.evil.example/',
    'https://evil.example/api.vendor.example',
    'http://api.vendor.example/v1',
    'https://api.vendor.example:8443/v1',
    'http://api.eu.vendor.example/v1',
    'https://api.eu.vendor.example:8443/v1',
    'https://api.vendor.example@evil.example/',
    'https://key:word@api.vendor.example/',
    'file:///etc/hosts',
  ])('keeps the key from %s', (address) => {
    expect(allowed(address)).toBeUndefined();
  });

  it('follows the stage to another origin, plain http on this machine among them', () => {
    expect(allowed('http://127.0.0.1:4100/bfl/v1/x', 'http://127.0.0.1:4100/bfl/v1')).toBeDefined();
    expect(allowed('http://127.0.0.1:4101/bfl/v1/x', 'http://127.0.0.1:4100/bfl/v1')).toBeUndefined();
  });
});
