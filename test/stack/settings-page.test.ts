import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resolveStage } from '../../lib/stage-config.ts';
import { plainStage } from './synthesized-stage.ts';

const page = readFileSync('bin/darkroom.ts', 'utf8');

/** The commented settings of the page, as they are written. */
const offered = new Map(
  [...page.matchAll(/^ {2}\/\/ (\w+): (.+?),(?: \/\/.*)?$/gm)].map(([, name = '', value = '']) => [name, value]),
);

describe('bin/darkroom.ts', () => {
  const { name, providers, maximumConcurrency, dataRetention, ...optional } = resolveStage({
    ...plainStage,
    name: 'main',
  });

  it('offers every setting that has a default', () => {
    expect([...offered.keys()].sort()).toEqual(Object.keys(optional).sort());
  });

  it('shows each default as it is', () => {
    const { alarmTopicArn, tokens, passThroughOwner, ...defaults } = optional;
    expect([alarmTopicArn, tokens, passThroughOwner]).toEqual([undefined, undefined, undefined]);
    for (const [setting, value] of Object.entries(defaults)) expect(offered.get(setting), setting).toBe(inspect(value));
  });

  it('sets what has none', () => {
    for (const setting of Object.keys({ name, providers, maximumConcurrency, dataRetention })) {
      expect(page).toMatch(new RegExp(`^ {2}${setting}: `, 'm'));
    }
  });
});
