import { describe, expect, it } from 'vitest';
import { createRefuseAddress } from '../../../../lambda/adapters/outgoing/refuse-address.ts';

const refuse = createRefuseAddress({ trustedHosts: ['127.0.0.1:8080', 'studio.internal:443'], maxCharacters: 100 });

describe(createRefuseAddress, () => {
  it.each([
    'https://images.example/a.png?signature=1',
    'https://images.example:443/a.png',
    'https://93.184.216.34/a.png',
    'https://[2606:4700::1111]/a.png',
    'http://127.0.0.1:8080/a.png',
    'https://studio.internal/a.png',
    `https://images.example/${'a'.repeat(77)}`,
  ])('takes %s', (address) => {
    expect(refuse(address)).toBeUndefined();
  });

  it.each([
    ['http://images.example/a.png', 'the address is not https'],
    ['ftp://images.example/a.png', 'the address is not https'],
    ['images.example/a.png', 'the address is not a valid URL'],
    ['https://images.example:8443/a.png', 'the address names another port than 443'],
    ['https://127.0.0.1:8080@images.example/', 'the address contains credentials'],
    ['https://images.example/a b.png', 'the address contains a space, a control character or a backslash'],
    ['https://images.example\\@10.0.0.1/', 'the address contains a space, a control character or a backslash'],
    ['https://10.0.0.1/a.png', 'the host is not public'],
    ['https://127.0.0.1/a.png', 'the host is not public'],
    ['http://127.0.0.1:8081/a.png', 'the address is not https'],
    ['https://0x7f.1/a.png', 'the host is not public'],
    [`https://images.example/${'a'.repeat(78)}`, 'the address has 101 characters; the maximum is 100'],
  ])('refuses %j: %s', (address, why) => {
    expect(refuse(address)).toMatch(new RegExp(`^An input image can't be fetched from there: ${why}\\.( Upload .*)?$`));
  });

  it.each([
    ['http://images.example/a.png', true],
    ['https://images.example:8443/a.png', true],
    ['https://10.0.0.1/a.png', true],
    ['images.example/a.png', false],
    ['https://me@images.example/a.png', false],
    [`https://images.example/${'a'.repeat(78)}`, false],
  ])('says of %j what else to do, where no other spelling helps: %s', (address, isAdvised) => {
    for (const advice of ['Upload the image by `POST /v1/files`', '`trustedInputHosts`']) {
      expect(refuse(address)?.includes(advice)).toBe(isAdvised);
    }
  });
});
