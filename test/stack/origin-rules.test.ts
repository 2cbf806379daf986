import { describe, expect, it } from 'vitest';
import { brokenOrigins } from '../../lib/origin-rules.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import { plainStage } from './synthesized-stage.ts';

describe('brokenOrigins', () => {
  it.each([
    'https://app.example.com',
    'https://app.example.com:8443',
    'https://xn--bcher-kva.example',
    'http://localhost',
    'http://localhost:5173',
    'http://localhost:*',
    'http://127.0.0.1:*',
  ])('takes %s', (origin) => {
    expect(brokenOrigins([origin])).toEqual([]);
  });

  it.each([
    '*',
    'null',
    '',
    'app.example.com',
    'http://app.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://App.example.com',
    'https://app.example.com:443',
    'https://*.example.com',
    'https://app.example.com:*',
    'https://me@app.example.com',
    'http://localhost.example.com',
    'http://localhost:80',
    'http://localhost:99999',
    'http://localhost:5173/',
    'http://localhost:',
  ])('refuses %j, and says what an origin looks like', (origin) => {
    const [why, ...others] = brokenOrigins([origin]);
    expect(why).toContain(`allowedOrigins: ${origin} must be an exact origin`);
    expect(others).toEqual([]);
  });

  it('bounds their number', () => {
    const origins = Array.from({ length: 21 }, (_, at) => `https://${at}.example`);
    expect(() => resolveStage({ ...plainStage, allowedOrigins: origins })).toThrow(/21 entries; the maximum is 20/);
    expect(resolveStage({ ...plainStage, allowedOrigins: origins.slice(1) }).allowedOrigins).toHaveLength(20);
  });
});
