import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { bearerOf } from '../../lambda/adapters/tokens/token-claims.ts';
import { virtualKeyCreationSchema } from '../../lambda/contract/virtual-key.ts';
import { eventTable } from '../../lambda/runtime/telemetry.ts';
import { gatewayAnswers } from '../../lib/gateway-answers.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import { resolveTokens } from '../../lib/token-settings.ts';
import { maxWaitsOf } from '../../lib/waits-per-owner.ts';
import { codeBlocks, section, tableRows } from '../support/markdown.ts';

const limitsPage = readFileSync('docs/limits.md', 'utf8');
const operations = readFileSync('docs/operations.md', 'utf8');
const settings = { name: 'x', providers: { openai: {} }, maximumConcurrency: 10, dataRetention: 'retain' } as const;
const stage = resolveStage(settings);

describe('docs/limits.md', () => {
  it('tells what a caller sees at each limit, with the defaults as they are', () => {
    const rows = tableRows(section(limitsPage, '## Callers')).slice(1);
    const byDefault = new Map(rows.map(([, where = '', value]) => [/`(\w+)`$/.exec(where)?.[1], value]));
    const [rate] = stage.defaultRateLimits;
    expect(byDefault.get('defaultRateLimits')).toBe(`${rate?.requests} in \`${rate?.period}\``);
    expect(byDefault.get('defaultMaxOpenJobs')).toBe(String(stage.defaultMaxOpenJobs));
    expect(byDefault.get('throttle')).toBe(`${stage.throttle.ratePerSecond} a second, burst ${stage.throttle.burst}`);
    expect(byDefault.get('maxWaitsPerOwner')).toBe(String(maxWaitsOf(stage)));
    const throttled = rows.find(([, where]) => where === '`throttle`');
    expect(throttled?.[5]).toBe(String(gatewayAnswers.THROTTLED.retryAfterSeconds));
  });
});

describe('docs/operations.md', () => {
  const example = codeBlocks(operations, 'ts').find((code) => code.startsWith('tokens:')) ?? '';
  const { tokens } = runInNewContext(`({${example}})`);

  it('shows tokens that a stage takes, with the claims that they have by default', () => {
    const resolved = resolveStage({ ...settings, tokens }).tokens;
    expect(resolved).toEqual(resolveTokens({ issuer: tokens.issuer, audience: tokens.audience, keys: tokens.keys }));
  });

  it('shows what a token says for a caller, and for an admin', () => {
    const payloads = codeBlocks(operations, 'json')
      .map((code) => JSON.parse(code))
      .filter(({ iss }) => iss === tokens.issuer);
    expect(payloads.map(({ aud }) => aud)).toEqual([tokens.audience, tokens.audience]);
    expect(payloads.map((claims) => bearerOf(claims, tokens))).toEqual([
      { isAdmin: false, virtualKey: expect.stringMatching(/^vk_/) },
      { isAdmin: true, subject: 'ada' },
    ]);
  });

  it('names every setting of a virtual key', () => {
    const fields = Object.keys(virtualKeyCreationSchema.shape).map((field) => `| \`${field}\` |`);
    expect(fields.filter((field) => !operations.includes(field))).toEqual([]);
  });

  it('asks the logs who used what by an event that there is', () => {
    const [, code = ''] = /^filter code = "(\w+)"\n\| stats count\(\) as jobs by owner/m.exec(operations) ?? [];
    expect(Object.keys(eventTable)).toContain(code);
  });
});
