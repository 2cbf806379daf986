import { describe, expect, it } from 'vitest';
import { readLocalOptions } from '../../bin/local-options.ts';

const read = (...args: readonly string[]) => readLocalOptions(args, '/home/me');

describe('readLocalOptions', () => {
  it('runs in memory, on port 8787 and with a simulator of its own, where nothing else is asked for', () => {
    expect(read()).toEqual({
      port: 8787,
      dataDirectory: undefined,
      latencySeconds: 2,
      simulatorOrigin: undefined,
      stage: {},
      quiet: false,
    });
  });

  it("takes a relative folder from where the caller is, not from the package's own folder", () => {
    expect(read('--data', './kept').dataDirectory).toBe('/home/me/kept');
    expect(read('--data', '/elsewhere').dataDirectory).toBe('/elsewhere');
  });

  it('keeps the proportion of the times that hang on the lease', () => {
    expect(read('--lease', '120').stage).toEqual({ leaseSeconds: 120, heartbeatSeconds: 45, wakeAfterSeconds: 120 });
    expect(read('--lease', '3').stage).toEqual({ leaseSeconds: 3, heartbeatSeconds: 1, wakeAfterSeconds: 3 });
  });

  it('sets the limit of synchronous answers, beside the lease', () => {
    expect(read('--synchronous-seconds', '5').stage).toEqual({ synchronousSeconds: 5 });
    const both = read('--synchronous-seconds', '270', '--lease', '8').stage;
    expect(both).toMatchObject({ synchronousSeconds: 270, leaseSeconds: 8 });
  });

  it('passes keys of requests through, and gives unknown prices a value', () => {
    expect(read('--pass-through', '--unknown-price-usd', '0.2').stage).toEqual({
      passThrough: 'all',
      unknownPriceUsd: 0.2,
    });
  });

  it('trusts hosts of inputs, one or several, and sets how long files are kept', () => {
    expect(read('--trusted-input-host', '127.0.0.1:8000', '--file-retention-seconds', '60').stage).toEqual({
      trustedInputHosts: ['127.0.0.1:8000'],
      fileRetentionSeconds: 60,
    });
    const two = ['--trusted-input-host', 'localhost:8000', '--trusted-input-host', '10.0.0.7:443'];
    expect(read(...two).stage).toEqual({ trustedInputHosts: ['localhost:8000', '10.0.0.7:443'] });
    const eleven = Array.from({ length: 11 }, (_, at) => ['--trusted-input-host', `10.0.0.${at}:443`]).flat();
    expect(() => read(...eleven)).toThrow('--trusted-input-host');
  });

  it('takes the address of a simulator on this machine', () => {
    expect(read('--simulator', 'http://127.0.0.1:4000').simulatorOrigin).toBe('http://127.0.0.1:4000');
    expect(read('--simulator', 'http://127.0.0.1:4000/').simulatorOrigin).toBe('http://127.0.0.1:4000');
  });

  it.each([
    ['--data', ''],
    ['--lease', '2'],
    ['--lease', '901'],
    ['--synchronous-seconds', '0'],
    ['--synchronous-seconds', '271'],
    ['--synchronous-seconds', '1.5'],
    ['--unknown-price-usd', '-1'],
    ['--unknown-price-usd', '1001'],
    ['--unknown-price-usd', ''],
    ['--unknown-price-usd', 'cheap'],
    ['--trusted-input-host', '127.0.0.1'],
    ['--trusted-input-host', 'http://127.0.0.1:8000'],
    ['--trusted-input-host', ''],
    ['--file-retention-seconds', '0'],
    ['--file-retention-seconds', '2592001'],
    ['--port', '65536'],
    ['--port', 'http'],
    ['--latency', '0.5'],
    ['--simulator', 'http://example.com'],
    ['--simulator', 'http://127.0.0.1:4000/openai'],
    ['--simulator', '4000'],
    ['--dta', 'kept'],
  ])('refuses %s %j', (name, value) => {
    expect(() => read(name, value)).toThrow(name);
  });
});
