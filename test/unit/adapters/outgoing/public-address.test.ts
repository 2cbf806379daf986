import { describe, expect, it } from 'vitest';
import { isLinkLocalAddress, isPublicAddress } from '../../../../lambda/adapters/outgoing/public-address.ts';
import { privateAddresses, publicAddresses } from './stranger-addresses.ts';

describe('isPublicAddress', () => {
  it.each(privateAddresses)('refuses %s: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(publicAddresses)('takes %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('isLinkLocalAddress', () => {
  it.each(['169.254.169.254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', 'fd00:ec2::254', 'fe80::1%eth0'])(
    'knows %s for what only the machine itself may ask',
    (address) => expect(isLinkLocalAddress(address)).toBe(true),
  );

  it.each(['127.0.0.1', '10.0.0.1', 'fd00::1', '8.8.8.8', '2606:4700::1'])('does not take %s for one', (address) => {
    expect(isLinkLocalAddress(address)).toBe(false);
  });
});
