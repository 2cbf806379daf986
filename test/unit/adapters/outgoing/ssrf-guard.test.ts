import { describe, expect, it } from 'vitest';
import { guardedUrl } from '../../../../lambda/adapters/outgoing/ssrf-guard.ts';
import { fetched, refusalOf, resolver } from './image-hosts.ts';
import { privateAddresses, refusedUrls } from './stranger-addresses.ts';

const resolvable = privateAddresses.filter(([address]) => /^[\d.]+$|:/.test(address) && !address.includes('%'));

describe('guardedUrl', () => {
  it.each(refusedUrls)('refuses %j: %s', async (url, why) => {
    const { lookup, asked } = resolver({});
    const failure = await refusalOf(url, { lookup });
    expect(failure).toMatchObject({ kind: 'malformed', billed: 'yes' });
    expect(failure.message).toContain(why);
    expect(asked).toEqual([]);
  });

  it.each(['https://images.example/a.png', 'https://93.184.216.34/a.png', 'https://[2606:4700::1111]/'])(
    'takes %s',
    (url) => expect(guardedUrl(url, undefined, { trustedHosts: [] }).href).toBe(url),
  );

  it('lets a trusted host be private and plain, at its own port alone', () => {
    const guard = { trustedHosts: ['10.0.0.7:8080', 'studio.internal:80', '[fd12::7]:9000'] };
    for (const url of ['http://10.0.0.7:8080/a', 'http://studio.internal/a', 'https://[fd12::7]:9000/a']) {
      expect(guardedUrl(url, undefined, guard).href).toBe(url);
    }
    for (const url of ['http://10.0.0.7/', 'https://10.0.0.7:8081/', 'http://studio.internal:8080/']) {
      expect(() => guardedUrl(url, undefined, guard)).toThrow(/not (https|public)/);
    }
  });

  it('trusts no setting with the way to a metadata service', () => {
    const trustedHosts = ['169.254.169.254:80', '[fd00:ec2::254]:80'];
    for (const host of trustedHosts) {
      expect(() => guardedUrl(`http://${host}/`, undefined, { trustedHosts })).toThrow('not public');
    }
  });
});

describe('guardedLookup', () => {
  it.each(resolvable)('refuses a host at %s: %s', async (address) => {
    const { lookup, asked } = resolver({ 'images.example': [[address]] });
    const failure = await refusalOf('https://images.example/a.png?signature=secret', { lookup });
    expect(failure.message).toBe("The provider's image could not be fetched: the host is not public.");
    expect(failure).toMatchObject({ kind: 'malformed', billed: 'yes' });
    expect(String(failure.cause)).not.toContain('secret');
    expect(asked).toEqual(['images.example']);
  });

  it('refuses a host of which only one address is private, whichever', async () => {
    for (const addresses of [
      ['93.184.216.34', '127.0.0.1'],
      ['127.0.0.1', '93.184.216.34'],
    ]) {
      const { lookup } = resolver({ 'images.example': [addresses] });
      expect((await refusalOf('https://images.example/', { lookup })).message).toContain('not public');
    }
  });

  it.each(['https://localhost/', 'https://LOCALHOST:8443/'])('refuses %s', async (url) => {
    expect((await refusalOf(url)).message).toContain('not public');
  });

  it('refuses a trusted host that turns out to be a metadata service', async () => {
    const { lookup } = resolver({ 'studio.internal': [['169.254.169.254']] });
    const failure = await refusalOf('http://studio.internal/', { lookup, trustedHosts: ['studio.internal:80'] });
    expect(failure.message).toContain('not public');
  });

  it('gives a host without an address up after its tries', async () => {
    const { lookup, asked } = resolver({ 'images.example': [[]] });
    await expect(fetched('https://images.example/', { lookup })).rejects.toThrow('the host does not resolve');
    expect(asked).toHaveLength(4);
  });
});
